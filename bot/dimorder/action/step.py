"""The step as a whole: judge, tell, comment; errors become annotations and exit codes here."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from dimorder import cli_show
from dimorder.action import event, telling
from dimorder.action.environment import Environment, taken
from dimorder.action.files import append, outputs, write
from dimorder.action.inputs import Inputs, parsed
from dimorder.action.judging import Ran, judged
from dimorder.cli_options import Sink, Told
from dimorder.errors import DimorderError, EnvironmentProblem, ExitClass
from dimorder.report import github
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

        _notice(commenting.after_the_run(environment, happened, inputs))
        return OK
    with cli_show.interruptible() as check:
        ran = judged(environment, happened, inputs, lambda stage, done, total: check())
    return _told(environment, happened, inputs, ran)


def _told(environment: Environment, happened: event.Event, inputs: Inputs, ran: Ran) -> int:
    """Nothing that telling may meet changes what was found."""
    folder, certificates = telling.files(ran, environment, inputs)
    telling.log(ran)
    telling.finished(environment, inputs, ran, folder, certificates)
    append(environment.summary, telling.summary(ran))
    if inputs.mode == "propose":
        from dimorder.action.proposing import NAME, proposal

        write(os.path.join(folder.path, NAME), proposal(ran.report.fixes, environment.workspace).encode())
        _notice(f"no pull request was opened: {folder.name}/{NAME} says what it would hold")
    if inputs.comment:
        from dimorder.action import commenting  # which loads what speaks HTTP

        _notice(commenting.on_own_pull(environment, happened, ran))
    if ran.report.bug:
        cli_show.show_bug(RuntimeError(ran.report.bug), ["action", inputs.mode])
    return EXIT_CODES[ran.report.outcome]


def _notice(sentence: str) -> None:
    """A word in the log that the run's page shows too."""
    sys.stdout.write(github.command("notice", {"title": "dimorder"}, [sentence]) + "\n")
    sys.stdout.flush()


def _failed(error: DimorderError, environment: Environment | None) -> int:
    cli_show.show_error(error, _ANNOTATED)
    if environment is not None:
        append(environment.output, outputs({"verdict": error.exit_class, "findings": "0"}))
        hint = f"\n\n{prose(error.hint)}" if error.hint else ""
        append(environment.summary, f"## dimorder could not judge\n\n{prose(error.sentence)}{hint}\n")
    return _ERRORS[error.exit_class]


def _bug(problem: BaseException, environment: Environment | None) -> int:
    cli_show.show_bug(problem, ["action"])
    if environment is not None:
        append(environment.output, outputs({"verdict": "bug", "findings": "0"}))
    return EXIT_CODES["bug"]
