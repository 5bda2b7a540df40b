"""The step as a whole: judge, tell, comment; errors become annotations and exit codes here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress

from dimorder import cli_show
from dimorder.action import event, telling
from dimorder.action.environment import Environment, taken
from dimorder.action.files import Folder, append, outputs, write
from dimorder.action.inputs import Inputs, parsed
from dimorder.action.judging import Ran, judged
from dimorder.cli_options import Sink, Told
from dimorder.errors import DimorderError, EnvironmentProblem, ExitClass
from dimorder.report.escape import prose
from dimorder.report_data import EXIT_CODES
from dimorder.sandbox.files import explained, explaining
from dimorder.streams import stand_on_three

OK, INTERRUPTED = 0, 130
_ERRORS: dict[ExitClass, int] = {
    "usage": EXIT_CODES["usage"], "refused": EXIT_CODES["refused"], "environment": EXIT_CODES["environment"],
}  # fmt: skip
_ANNOTATED = Told((Sink("github"),), quiet=False, verbose=False, colour=False)


def main(secrets: Mapping[str, str]) -> int:
    """One step; returns its exit code. secrets: what was taken out of the variables."""
    environment = None
    try:
        with explaining(f"cannot open {os.devnull!r}"):
            stand_on_three()
        environment = taken(os.environ, secrets)
        return _carried_out(environment)
    except KeyboardInterrupt:
        cli_show.say("interrupted", "nothing half-written stays")
        return INTERRUPTED
    except DimorderError as error:
        return _failed(error, environment)
    except MemoryError:
        return _failed(EnvironmentProblem("not enough memory", hint="use a larger runner"), environment)
    except OSError as error:
        told = explained(error, error.filename or "reading or writing failed")
        return _failed(told, environment) if isinstance(told, EnvironmentProblem) else _bug(error, environment)
    except Exception as problem:  # noqa: BLE001 - the door: whatever is left is our bug
        return _bug(problem, environment)


def _carried_out(environment: Environment) -> int:
    os.chdir(environment.workspace)
    inputs = parsed(environment.inputs)
    happened = event.read(environment.event_path)
    if inputs.mode == "comment":
        from dimorder.action import commenting

        telling.notice(commenting.after_the_run(environment, happened, inputs))
        return OK
    with cli_show.interruptible() as check:
        ran = judged(environment, happened, inputs, lambda stage, done, total: check())
    return _told(environment, happened, inputs, ran)


def _told(environment: Environment, happened: event.Event, inputs: Inputs, ran: Ran) -> int:
    """What cannot be told is an error of its own: silence would pass for a report."""
    folder, certificates = telling.files(ran, environment, inputs)
    telling.log(ran)
    telling.finished(environment, inputs, ran, folder, certificates)
    append(environment.summary, telling.summary(ran))
    if inputs.mode == "propose":
        _propose(environment, happened, ran, folder)
    if inputs.comment:
        from dimorder.action import commenting  # which loads what speaks HTTP

        telling.notice(commenting.on_own_pull(environment, happened, ran))
    if ran.report.bug:
        cli_show.show_bug(RuntimeError(ran.report.bug), ["action", inputs.mode])
    return EXIT_CODES[ran.report.outcome]


def _propose(environment: Environment, happened: event.Event, ran: Ran, folder: Folder) -> None:
    """What it would hold is told before anything is sent."""
    from dimorder.action import proposing  # which loads what speaks HTTP

    proposed = proposing.proposal(environment, ran)
    for name, text in proposing.documents(proposed).items():
        write(os.path.join(folder.path, name), text.encode("utf-8", "replace"))
    outcome = proposing.opened(environment, happened, ran, proposed)
    append(environment.output, outputs({"pull-request": outcome.url}))
    telling.notice(proposing.sentence(outcome, folder.name))


def _failed(error: DimorderError, environment: Environment | None) -> int:
    cli_show.show_error(error, _ANNOTATED)
    hint = f"\n\n{prose(error.hint)}" if error.hint else ""
    _left(environment, error.exit_class, f"## dimorder could not judge\n\n{prose(error.sentence)}{hint}\n")
    return _ERRORS[error.exit_class]


def _bug(problem: BaseException, environment: Environment | None) -> int:
    cli_show.show_bug(problem, ["action"])
    _left(environment, "bug", "## A bug of dimorder\n\nThe log of the step holds what to report.\n")
    return EXIT_CODES["bug"]


def _left(environment: Environment | None, verdict: str, summary: str) -> None:
    """What later steps and the run's page are told, as far as the runner's files can be written at all."""
    if environment is not None:
        for path, text in (
            (environment.output, outputs({"verdict": verdict, "findings": "0"})), (environment.summary, summary),
        ):  # fmt: skip
            with suppress(DimorderError, OSError):
                append(path, text)
