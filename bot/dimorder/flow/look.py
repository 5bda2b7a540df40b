"""One file looked at: what it is told by its first bytes, and judged by a process of its own."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass

from dimorder.errors import DimorderError, EnvironmentProblem, UnsafeContent, UsageError
from dimorder.finding import RULES, Skipped
from dimorder.flow.as_findings import refusal
from dimorder.flow.ask import NOT_OURS, Ask
from dimorder.flow.kinds import START, Kind, kind_of
from dimorder.flow.lint_report import Judged, Looked
from dimorder.flow.mates import mate
from dimorder.flow.settings import Settings
from dimorder.flow.walk import ENVIRONMENT, USAGE, Place
from dimorder.flow.wordless import LARGEST, is_wordless
from dimorder.report_data import FileReport
from dimorder.sandbox import bounds, isolated
from dimorder.sandbox.files import Opened, explained, explaining, open_input
from dimorder.sandbox.isolated import ChildFailed, Flow, Host

CHECK = Flow("dimorder.flow.check:check_one", Looked, looks=True)
_NO_START = "sandbox.start"
_CODE = ("python", "notebook")


@dataclass(frozen=True, slots=True)
class Look:
    """What came of it. judged: the model that it is, None for any other file. is_code: it is still to be read."""

    reports: tuple[FileReport, ...] = ()
    judged: Judged | None = None
    is_code: bool = False


def look(place: Place, settings: Settings) -> Look:
    """The report on one file; none for what is nothing to judge."""
    try:
        with open_input(place.real, follow=False) as opened:
            with explaining("cannot be read"):
                start = os.pread(opened.file.fileno(), START, 0)
            kind = kind_of(start, place.path)
            if kind is None:
                return _told(skipped(place.path, "nothing that dimorder judges", NOT_OURS)) if place.named else Look()
            if kind in _CODE:
                return Look(is_code=True)
            return _judged(opened, place, kind, settings)
    except OSError as error:
        told = explained(error, "cannot be read")
        if told is None:
            raise
        return _told(_unread(told, place.path))
    except (EnvironmentProblem, UsageError) as error:
        if error.code == _NO_START:
            raise
        return _told(_unread(error, place.path))


def _told(report: FileReport) -> Look:
    return Look((report,))


def _judged(opened: Opened, place: Place, kind: Kind, settings: Settings) -> Look:
    size = opened.identity.size
    if size > settings.max_size:
        large = UnsafeContent(
            f"{size} bytes, more than is judged", hint="if the file is trusted: --max-size MIB", code="input.too-large"
        )
        return _told(FileReport(place.path, (refusal(large, place.path),)))
    ask = Ask(named=place.named and not settings.skip_foreign)
    if kind == "text" and not ask.named and _is_wordless(opened, size):
        return _told(skipped(place.path, "no Keras architecture", NOT_OURS))
    limits = bounds.for_looking([size]).stated(memory=settings.max_memory, seconds=settings.max_seconds)
    try:
        with ExitStack() as stack:
            beside = _beside(stack, place)
            files = {"source": opened.file, **{role: one.file for role, one in beside.items()}}
            names = {"source": place.path, **{role: one.path for role, one in beside.items()}}
            found = isolated.run_isolated(CHECK, files, names, ask, limits, Host(_unseen, {}))
    except (EnvironmentProblem, UsageError):
        raise
    except DimorderError as error:
        return _told(FileReport(place.path, (refusal(error, place.path),)))
    _check_is_about(found, place.path)
    return Look((found.report,), found.judged)


def _is_wordless(opened: Opened, size: int) -> bool:
    """Whether a text is none of ours by its bytes alone: most settings of a repository need no process of their own."""
    if size > LARGEST:
        return False
    with explaining("cannot be read"):
        content = os.pread(opened.file.fileno(), LARGEST + 1, 0)
    return len(content) == size and is_wordless(content)


def _beside(stack: ExitStack, place: Place) -> dict[str, Opened]:
    """The architecture that the file's name promises, where one lies there and can be read."""
    path = mate(place.path)
    try:
        return {"architecture": stack.enter_context(open_input(path, follow=False))} if path else {}
    except DimorderError:
        return {}


def _check_is_about(found: Looked, path: str) -> None:
    """Whoever read a stranger's file says nothing about others."""
    report = found.report
    told = {report.path, *(one.path for one in report.findings), *([report.skipped.path] if report.skipped else [])}
    told |= {found.judged.path} if found.judged else set()
    if told != {path} or not RULES.keys() >= {one.rule for one in report.findings}:
        raise ChildFailed("its report is about another file than it was given")


def _unread(error: DimorderError, path: str) -> FileReport:
    return skipped(path, error.sentence, USAGE if isinstance(error, UsageError) else ENVIRONMENT)


def skipped(path: str, because: str, code: str) -> FileReport:
    """The report on a file that was not judged."""
    return FileReport(path, skipped=Skipped(path, because, code))


def _unseen(stage: str, done: int, total: int) -> None:
    """One file is too short to be watched."""
