"""The command line: parse, call a flow, show its report, exit with its code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

import click

from dimorder import cli_check, cli_init, cli_options, cli_show, cli_sweep, cli_swept
from dimorder.cli_options import Told
from dimorder.cli_show import Progress
from dimorder.errors import DimorderError, EnvironmentProblem, UsageError
from dimorder.fleet import Fleet
from dimorder.flow.options import Options
from dimorder.layout import parse_layout
from dimorder.report_data import (
    CheckReport,
    ConvertReport,
    DiagnoseReport,
    FindingsReport,
    InspectReport,
    Outcome,
    ProveReport,
    Report,
    RulesReport,
)
from dimorder.sandbox.files import explained, explaining
from dimorder.sandbox.isolated import ChildFailed, prepare
from dimorder.streams import stand_on_three

OK, DIFFERENT, USAGE, REFUSED, ENVIRONMENT, BUG, INTERRUPTED = 0, 1, 2, 3, 4, 70, 130
_ERRORS = {"usage": USAGE, "refused": REFUSED, "environment": ENVIRONMENT}
_CONVERT = {
    "equivalent": OK, "unchanged": OK, "unproven": OK, "planned": OK,
    "inconclusive": REFUSED, "different": BUG,
}  # fmt: skip
_RANK = (OK, DIFFERENT, REFUSED, USAGE, ENVIRONMENT, BUG)
"""Of several outcomes the last of these counts."""
_PROVE = {"equivalent": OK, "different": DIFFERENT, "inconclusive": REFUSED}
_CHECK: dict[Outcome, int] = {
    "clean": OK, "finding": DIFFERENT, "refused": REFUSED, "usage": USAGE, "environment": ENVIRONMENT, "bug": BUG,
}  # fmt: skip
_SWEEP = {"clean": OK, "refused": REFUSED, "environment": ENVIRONMENT, "bug": BUG}
_AFTERWARDS = {
    "sweep": "the next sweep goes on with what was under way",
    "worker": "others go on with what was under way",
}  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code. The one place where errors become codes."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with explaining(f"cannot open {os.devnull!r}"):
            stand_on_three()
        return _run(given)
    except click.ClickException as error:
        cli_show.show_misuse(error)
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        cli_show.say("interrupted", _AFTERWARDS.get(given[0] if given else "", "the original was not touched"))
        return INTERRUPTED
    except DimorderError as error:
        cli_show.show_error(error)
        return _ERRORS[error.exit_class]
    except Exception as problem:  # noqa: BLE001 - the door: whatever is left is our bug
        cli_show.show_bug(problem, given)
        return BUG


def _run(arguments: list[str]) -> int:
    code = dimorder.main(arguments, prog_name="dimorder", standalone_mode=False)
    if code == BUG:
        cli_show.show_bug(None, arguments)
    return code if isinstance(code, int) else OK


def _show_version(context: click.Context, option: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from dimorder import __version__

        click.echo(f"dimorder, version {__version__}")
        context.exit()


def _show_completion(context: click.Context, option: click.Parameter, shell: str | None) -> None:
    if shell and not context.resilient_parsing:
        from click.shell_completion import BashComplete, FishComplete, ZshComplete

        completes = {"bash": BashComplete, "fish": FishComplete, "zsh": ZshComplete}[shell]
        click.echo(completes(dimorder, {}, "dimorder", "_DIMORDER_COMPLETE").source())
        context.exit()


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done and proven, 1 different, 2 usage, 3 refused or cannot tell, "
    "4 environment (disk, permission), 70 a bug of dimorder, 130 interrupted.",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version,
    help="Show the version and exit.",
)  # fmt: skip
@click.option(
    "--completion", type=click.Choice(["bash", "zsh", "fish"]), is_eager=True, expose_value=False,
    callback=_show_completion, help="Print what lets this shell complete the command line, for its start-up file.",
)  # fmt: skip
def dimorder() -> None:
    """Convert Keras weights trained on Theano to TensorFlow ordering,
    and prove that the predictions did not move.

    \b
    Start with:
      dimorder check                 what lies here in Theano's layout?
      dimorder inspect model.h5      what is it?
      dimorder convert model.h5      convert it: no proof, no file
    """


@dimorder.command(short_help="What a file is: era, layers, layout, and how sure that is.")
@click.argument("file")
@cli_options.reading
@cli_options.telling
def inspect(file: str, **options: Any) -> int:
    """Say what FILE is: its Keras era, its layers and its layout,
    with the evidence and how sure it is. Nothing is written.

    \b
    Examples:
      dimorder inspect vgg16.h5
      dimorder inspect weights.h5 --architecture model.json --output json
    \b
    Exit codes: 0 read, 2 usage, 3 unreadable, 4 environment.
    """

    def work(progress: Progress) -> Report:
        from dimorder.flow.on_files import inspect_file

        paths = {"source": file, **cli_options.architecture(options["architecture"])}
        return inspect_file(paths, _options(options), progress)

    return _carry_out(file, options, work, looks=True)


@dimorder.command(short_help="Convert one file and prove it.")
@click.argument("source")
@click.option("-o", "--target", metavar="TARGET", help="[default: the released name, or NAME.tf.h5]")
@cli_options.reading
@cli_options.proving
@click.option(
    "--dialect", metavar="DIALECT",
    help="same, keras1, keras2 or keras3.  [default: by TARGET's suffix and by what SOURCE is]",
)
@click.option("--keep", metavar="LAYER", multiple=True, help="Copy as it is, stated as unproven; repeatable.")
@click.option("--keep-input", metavar="NAME", multiple=True, help="Leave this input as it is; repeatable.")
@click.option("--architecture-out", metavar="PATH", help="Write the changed architecture here.")
@click.option("--dry-run", is_flag=True, help="Show the plan, write nothing.")
@click.option("--unproven", is_flag=True, help="Convert without an architecture, and say that nothing is proven.")
@click.option("--force", is_flag=True, help="Replace TARGET.")
@cli_options.telling
def convert(source: str, target: str | None, force: bool, **options: Any) -> int:
    """Convert SOURCE and prove it: both files predict the same, or TARGET does not appear.
    SOURCE is never touched; the proof lies beside TARGET as TARGET.proof.json.
    TARGET's suffix chooses the container: .h5 .hdf5 .keras, .weights.h5 (Keras 3's weights
    alone), .json (the architecture alone, which holds nothing to prove).

    \b
    Examples:
      dimorder convert model.h5
      dimorder convert weights.h5 --architecture model.json --from th/th -o weights_tf.h5
      dimorder convert model.h5 -o model.keras
      dimorder convert model.h5 -o model.weights.h5 --architecture-out model.json
      dimorder convert old.json --from th/th -o new.json
      dimorder convert model.h5 --dry-run
    \b
    Exit codes: 0 proven and written (or nothing to do), 2 usage, or another TARGET is there,
    3 refused or cannot tell, 4 environment, 70 a bug of dimorder, 130 interrupted.
    """

    def work(progress: Progress) -> Report:
        from dimorder.flow.naming import default_target
        from dimorder.flow.on_files import convert_file

        settings = _options(options)
        paths = {
            "source": source,
            "target": target or default_target(source, settings.target, settings.dialect),
            **cli_options.architecture(options["architecture"]),
            **cli_options.given(
                architecture_out=options["architecture_out"],
                samples=options["samples"],
                expect=options["expect"],
            ),
        }
        return convert_file(paths, settings, progress, force=force)

    return _carry_out(source, options, work)


@dimorder.command(short_help="Compare two files, or run a certificate's proof again.")
@click.argument("original", required=False)
@click.argument("converted", required=False)
@click.option("--check", metavar="CERT", help="Run the proof of a certificate (TARGET.proof.json) again.")
@cli_options.reading
@click.option("--converted-architecture", metavar="PATH", help="Of CONVERTED, where it is another one.")
@cli_options.proving
@cli_options.telling
@click.pass_context
def prove(
    context: click.Context,
    /,
    original: str | None,
    converted: str | None,
    check: str | None,
    **options: Any,
) -> int:
    """Compare what ORIGINAL and CONVERTED predict, with mistakes made on purpose
    that show that the comparison could have failed. Nothing is written.

    \b
    Examples:
      dimorder prove model.h5 model.tf.h5
      dimorder prove th.h5 tf.h5 --from th/th --architecture model.json
      dimorder prove --check model.tf.h5.proof.json
    \b
    Exit codes: 0 equivalent (certificate confirmed), 1 different (not confirmed), 2 usage,
    3 unreadable or cannot tell, 4 environment, 70 a bug of dimorder.
    """

    def work(progress: Progress) -> Report:
        from dimorder.flow.on_files import check_certificate, prove_files

        paths = {
            **cli_options.given(source=original, converted=converted),
            **cli_options.architecture(options["architecture"]),
            **cli_options.architecture(options["converted_architecture"], "converted_architecture"),
            **cli_options.given(samples=options["samples"], expect=options["expect"]),
        }
        if check is not None:
            _take_nothing_else(context)
            return check_certificate(check, paths, progress)
        if original is None or converted is None:
            raise UsageError("prove compares two files", hint="dimorder prove ORIGINAL CONVERTED")
        return prove_files(paths, _options(options), progress)

    return _carry_out(check or original or "", options, work)


@dimorder.command(short_help="Name what an earlier conversion did wrong; write the right one.")
@click.argument("original")
@click.argument("converted")
@click.option("--repair", metavar="TARGET", help="Write the right file here, with its proof, if CONVERTED is wrong.")
@click.option("--force", is_flag=True, help="Replace TARGET.")
@cli_options.reading
@click.option("--to", "to", metavar="LAYOUT", default="tf/tf", show_default=True, help="What CONVERTED should be.")
@click.option("--architecture-out", metavar="PATH", help="With --repair: write the changed architecture here.")
@cli_options.telling
def diagnose(original: str, converted: str, repair: str | None, force: bool, **options: Any) -> int:
    """Compare every array of CONVERTED with what a right conversion makes of ORIGINAL, and name
    what was done wrong: not-flipped, rows-columns-swapped, dense-rows-unpermuted and others, also
    where layers were renamed or put in another order. Nothing is written without --repair.

    \b
    Examples:
      dimorder diagnose vgg16_th.h5 my_vgg16_tf.h5 --architecture app:vgg16 --from th/th
      dimorder diagnose model.h5 converted.h5 --repair right.h5
    \b
    Exit codes: 0 no mistake, 1 mistakes (repaired or not), 2 usage, 3 unreadable or cannot tell,
    4 environment, 70 a bug of dimorder.
    """

    def work(progress: Progress) -> Report:
        from dimorder.flow.on_files import diagnose_files

        if repair is None and (force or options["architecture_out"]):
            raise UsageError("--force and --architecture-out go with --repair", hint="add --repair TARGET")
        paths = {
            "source": original,
            "converted": converted,
            **cli_options.architecture(options["architecture"]),
            **cli_options.given(target=repair, architecture_out=options["architecture_out"]),
        }
        return diagnose_files(paths, _options(options), progress, force=force)

    return _carry_out(original, options, work)


@dimorder.command(short_help="Find what is in Theano's layout, or cannot be judged.", help=cli_check.HELP)
@click.argument("paths", nargs=-1)
@cli_check.checking
@cli_options.telling_findings
def check(paths: tuple[str, ...], **options: Any) -> int:
    """See cli_check.HELP."""
    return _carry_out("", options, lambda progress: cli_check.checked(paths, options, progress), looks=True)


@dimorder.command(short_help="Many repositories: convert, prove, open pull requests.  [bot]", help=cli_sweep.HELP)
@cli_sweep.sweeping
@cli_options.telling_repositories
def sweep(**options: Any) -> int:
    """See cli_sweep.HELP."""
    return _carry_out("", options, lambda progress: cli_swept.swept(options, progress))


@dimorder.command(short_help="Do the jobs of sweeps on this machine too.  [bot]", help=cli_sweep.WORKER_HELP)
@cli_sweep.working
@cli_options.telling_repositories
def worker(**options: Any) -> int:
    """See cli_sweep.WORKER_HELP."""
    return _carry_out("", options, lambda progress: cli_swept.worked(options, progress))


@dimorder.command(short_help="Write hook, workflow and configuration into a repository.", help=cli_init.HELP)
@cli_init.starting
def init(**options: Any) -> int:
    """See cli_init.HELP."""
    return cli_init.started(options)


@dimorder.command(short_help="What a rule finds, why it matters, and what to write instead.")
@click.argument("code", required=False)
@cli_options.telling
def rule(code: str | None, **options: Any) -> int:
    """Explain the rule CODE (or its name), or list all rules; DIM2 lists those whose codes begin so.

    \b
    Examples:
      dimorder rule
      dimorder rule DIM204
      dimorder rule flip-forgotten --output markdown
    \b
    Exit codes: 0 shown, 2 usage or no such rule.
    """

    def work(progress: Progress) -> Report:
        from dimorder.flow.rule_pages import rules_report

        return rules_report(code or "")

    return _carry_out(code or "", options, work)


def _take_nothing_else(context: click.Context) -> None:
    """A certificate brings its own settings."""
    for name in ("stated", "to", "accept", "seed", "keras_version", "referee", "expressions"):
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            option = next(p.opts[0] for p in context.command.params if p.name == name)
            raise UsageError(f"{option} has no place beside --check", hint="the certificate says it")


def _options(options: dict[str, Any]) -> Options:
    from dimorder.infer import parse_word

    word = parse_word(options["stated"], keras_version=options["keras_version"])
    return Options(
        stated=word.layout,
        layers=word.overrides,
        target=parse_layout(options.get("to", "tf/tf")),
        accept=options["accept"],
        dialect=cli_options.dialect(options.get("dialect")),
        keep=options.get("keep", ()),
        keep_inputs=options.get("keep_input", ()),
        unproven=options.get("unproven", False),
        dry_run=options.get("dry_run", False),
        seed=options.get("seed", 0),
        keras_version=options["keras_version"],
        app=cli_options.app(options["architecture"]),
        expressions=cli_options.expressions(options["expressions"]),
        referee=options.get("referee", "auto"),
        max_memory=options.get("max_memory") or 0,
        max_seconds=options.get("max_seconds") or 0,
    )


def _diagnosed(report: DiagnoseReport) -> tuple[int, ...]:
    """What was found, and what became of the repair."""
    found = OK if report.verdict == "right" else DIFFERENT
    return (found, _code(report.repair)) if report.repair else (found,)


def _carry_out(
    source: str, options: dict[str, Any], work: Callable[[Progress], Report], *, looks: bool = False
) -> int:
    """Work, show what came of it, and the exit code that says it. looks: the work begins with looking at files."""
    told = cli_options.told(
        options["outputs"],
        quiet=options["quiet"],
        verbose=options["verbose"],
        no_color=options["no_color"],
    )
    _check_stands_somewhere()
    cli_options.check_apart(told, click.get_current_context().params)
    prepare(looks=looks)
    cli_show.prepare(told)
    try:
        report = _worked(work, told)
    except DimorderError as error:
        cli_show.show_error(error, told, source)
        return _ERRORS[error.exit_class]
    cli_show.show(report, told)
    cli_show.show_walls(told)
    if isinstance(report, FindingsReport | Fleet) and report.bug:
        raise ChildFailed(report.bug)
    return _code(report)


def _check_stands_somewhere() -> None:
    """Paths are relative to the current folder, which may be gone."""
    try:
        os.getcwd()
    except FileNotFoundError as error:
        raise EnvironmentProblem("the current folder was removed", hint="cd into one that is there") from error


def _worked(work: Callable[[Progress], Report], told: Told) -> Report:
    """The report; errors of the system, which any read or write may meet, told as ours."""
    try:
        with cli_show.interruptible() as check, cli_show.watched(told) as progress:

            def watch(stage: str, done: int, total: int) -> None:
                check()
                progress(stage, done, total)

            return work(watch)
    except MemoryError as error:
        raise EnvironmentProblem("not enough memory", hint="use a larger machine") from error
    except OSError as error:
        problem = explained(error, error.filename or "reading or writing failed")
        if not isinstance(problem, EnvironmentProblem):
            raise
        raise problem from error


def _code(report: Report) -> int:
    match report:
        case InspectReport() | RulesReport():
            return OK
        case ConvertReport():
            return _CONVERT[report.verdict]
        case ProveReport():
            return _PROVE[report.proof.verdict]
        case CheckReport():
            return OK if report.verdict == "confirmed" else DIFFERENT
        case FindingsReport():
            return _CHECK[report.outcome]
        case DiagnoseReport():
            return max(_diagnosed(report), key=_RANK.index)
        case Fleet():
            return _SWEEP[report.outcome]
