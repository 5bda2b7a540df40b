"""`dimorder check` at the door: its options, and what they mean as settings of a run."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from dimorder import cli_options
from dimorder.cli_options import Command
from dimorder.cli_show import Progress
from dimorder.errors import UsageError
from dimorder.finding import RULES
from dimorder.report_data import FindingsReport

if TYPE_CHECKING:
    from dimorder.flow.on_fixes import Fixing

_SEVERITIES = ("error", "warning", "info")
_STATED = (
    "select", "extend_select", "ignore", "min_severity", "min_confidence", "fail_on", "strict", "exclude",
    "skip_foreign", "max_size", "baseline",
)  # fmt: skip
"""Options that a configuration may state too."""


def _rules() -> Iterator[str]:
    """Codes and names, by hundreds; a code is never parted from its name."""
    for _, group in groupby(RULES.values(), lambda rule: rule.code[:4]):
        rules = list(group)
        told = ", ".join(f"{one.code if one is rules[0] else one.code[3:]}\0{one.name}" for one in rules)
        yield from textwrap.wrap(told, 96, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)


HELP = f"""
Look for weights, models, architectures and code in Theano's layout under PATHS (files and folders; the current
folder if none is given), and for files that cannot be read or are not to be trusted. Without --fix nothing is
written, and nothing that lies in a file is ever run. Files are told by their content; each is opened in a process
of its own that can open nothing else. Numbers are read (for damage, NaN, infinity) in files of up to 64 MiB.

In a git repository what git ignores is passed over, unless it is named. Settings may stand in [tool.dimorder] of
pyproject.toml or in .dimorder.yml, in the folder of the first path or above it; the command line counts more.

\b
Examples:
  dimorder check
  dimorder check models/ weights.h5 --output json=check.json
  dimorder check --select DIM1 --ignore DIM105 --statistics
  dimorder check --base origin/main --strict
  dimorder check --write-baseline known.json; dimorder check --baseline known.json
  dimorder check --fix --unsafe-fixes --diff
  dimorder check - --stdin-filename model.py < model.py
  dimorder check -- -odd-name.h5
\b
Rules (`dimorder rule CODE` explains one):
{os.linesep.join(_rules()).replace(chr(0), ' ')}
\b
Exit codes: 0 clean, 1 findings, 2 usage, configuration or a missing path, 3 a file that cannot be judged,
4 environment (permission, disk), 70 a bug of dimorder. The worst counts: 70, 4, 2, 3, 1, 0.
"""


def checking(command: Command) -> Command:
    """What is looked at, what is told of what is found, and what fails the run."""
    return _looking(_mending(_telling(command)))


def _telling(command: Command) -> Command:
    return cli_options.with_options(
        command,
        click.option(
            "--select", metavar="CODE", multiple=True,
            help="Tell these rules alone: codes, or beginnings of codes such as DIM1; repeatable, or with commas.",
        ),
        click.option("--extend-select", metavar="CODE", multiple=True, help="Tell these too, beside those selected."),
        click.option("--ignore", metavar="CODE", multiple=True, help="Do not tell these rules."),
        click.option("--min-severity", type=click.Choice(_SEVERITIES), help="Tell nothing milder.  [default: info]"),
        click.option(
            "--min-confidence", type=click.Choice(["certain", "likely", "unknown"]),
            help="Tell nothing less sure.  [default: unknown]",
        ),
        click.option(
            "--fail-on", type=click.Choice([*_SEVERITIES, "never"]),
            help="The mildest finding that gives exit code 1.  [default: warning]",
        ),
        click.option("--exit-zero", is_flag=True, help="Findings do not fail; files that cannot be judged still do."),
        click.option(
            "--strict", is_flag=True, default=None,
            help="Files that could not be judged (Python 2, links, pipes, damage) give exit code 3.",
        ),
        click.option("--statistics", is_flag=True, help="Count findings by rule."),
        click.option(
            "--baseline", metavar="PATH",
            help="Do not tell the findings that this file holds; those of weights as long as the file is the same.",
        ),
        click.option("--write-baseline", metavar="PATH", help="Write such a file of all that is found now."),
    )  # fmt: skip


def _mending(command: Command) -> Command:
    return cli_options.with_options(
        command,
        click.option(
            "--fix", is_flag=True,
            help="Mend what is safe to mend: write the converted twin of weights, with its proof, beside them.",
        ),
        click.option(
            "--unsafe-fixes", is_flag=True,
            help="With --fix: edit code too, so that its layout moves; all of the repository or nothing.",
        ),
        click.option("--diff", is_flag=True, help="Show what --fix would change, and write nothing."),
        click.option(
            "--accept", type=click.Choice(["certain", "likely"]), default="certain", show_default=True,
            help="With --fix: the lowest confidence in the layout of weights that is enough to convert them.",
        ),
    )  # fmt: skip


def _looking(command: Command) -> Command:
    return cli_options.with_options(
        command,
        click.option(
            "--exclude", metavar="GLOB", multiple=True,
            help="Do not look at these paths: names, or ways from the current folder such as 'old/**/*.h5'; "
            "repeatable.",
        ),
        click.option("--base", metavar="REV", help="Only files that changed since this work left git's REV."),
        click.option(
            "--skip-foreign", is_flag=True, default=None,
            help="Pass over JSON, YAML and HDF5 that hold nothing of Keras also where they are named, for hooks.",
        ),
        click.option(
            "--hook", is_flag=True,
            help="Judge all that git's index holds, and tell what concerns PATHS, for hooks.",
        ),
        click.option("--stdin-filename", metavar="PATH", help="What the standard input, named -, is called."),
        click.option(
            "--max-size", metavar="MIB", type=click.IntRange(min=1),
            help="Larger files are not judged (DIM404).  [default: 2048]",
        ),
        click.option("--config", metavar="PATH", help="Settings, instead of those found beside or above the paths."),
        *cli_options.BOUNDS,
    )  # fmt: skip


def checked(paths: tuple[str, ...], options: Mapping[str, Any], progress: Progress) -> FindingsReport:
    """The run that these options ask for."""
    from dimorder.flow.configured import configuration, settings
    from dimorder.flow.on_paths import check_paths, fix_paths
    from dimorder.flow.settings import Settings
    from dimorder.flow.stated import Stated

    stdin = options["stdin_filename"] or ""
    found = configuration([stdin] if stdin else paths, options["config"])
    given = {name: options[name] if options[name] != () else None for name in _STATED}
    said = Stated(**given)
    rest = Settings(
        exit_zero=options["exit_zero"],
        statistics=options["statistics"],
        base=_given(options, "base"),
        write_baseline=_given(options, "write_baseline"),
        stdin_filename=stdin,
        hook=options["hook"],
        max_memory=options["max_memory"] or 0,
        max_seconds=options["max_seconds"] or 0,
    )
    everything = () if rest.hook else (".",)
    merged = settings(said, found, rest)
    fixing = _fixing(options)
    if fixing is None:
        return check_paths(paths or everything, merged, progress)
    if stdin or rest.write_baseline:
        raise UsageError("--fix edits files: it goes with neither - nor --write-baseline", hint="name the files")
    return fix_paths(paths or everything, merged, fixing, progress)


def _fixing(options: Mapping[str, Any]) -> Fixing | None:
    """What is to be mended, None where nobody asked for it."""
    if options["unsafe_fixes"] and not (options["fix"] or options["diff"]):
        raise UsageError("--unsafe-fixes goes with --fix", hint="add --fix, or --diff to see what it would change")
    if not (options["fix"] or options["diff"]):
        return None
    from dimorder.flow.on_fixes import Fixing  # which loads what reads code: half a second

    return Fixing(unsafe=options["unsafe_fixes"], dry=options["diff"], accept=options["accept"])


def _given(options: Mapping[str, Any], name: str) -> str:
    """The value, "" where none is given; an empty one is a mistake, such as a variable that is not set."""
    value = options[name]
    if value == "":
        raise UsageError(f"--{name.replace('_', '-')}: the value is empty", hint="leave the option out, or name one")
    return value or ""
