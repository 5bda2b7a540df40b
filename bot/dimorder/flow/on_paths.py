"""`check` on paths: every file judged apart from the others, so that one that kills its reader harms none."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence

from dimorder.errors import DimorderError, EnvironmentProblem, UnsafeContent, UsageError
from dimorder.finding import RULES, Finding, Skipped
from dimorder.flow.as_findings import refusal
from dimorder.flow.ask import NOT_OURS, Ask
from dimorder.flow.kinds import START, kind_of
from dimorder.flow.settings import Settings, is_failing
from dimorder.flow.walk import ENVIRONMENT, LINK, NO_FILE, USAGE, Passed, Place, places
from dimorder.report_data import OUTCOMES, FileReport, FindingsReport, Outcome
from dimorder.sandbox import bounds, isolated
from dimorder.sandbox.files import Opened, explained, explaining, open_input
from dimorder.sandbox.isolated import ChildFailed, Flow, Host
from dimorder.sandbox.outside import Progress

CHECK = Flow("dimorder.flow.check:check_one", FileReport)
BUG = "bug"
_NO_START = "sandbox.start"


def check_paths(paths: Sequence[str], settings: Settings, progress: Progress) -> FindingsReport:
    """What is wrong with the files at these paths; whatever happens with one of them, the others are judged."""
    looked_at = list(places(paths))
    reports: list[FileReport] = []
    unjudged: list[Skipped] = []
    bugs: list[str] = []
    for done, place in enumerate(looked_at):
        progress("checking", done, len(looked_at))
        if isinstance(place, Passed):
            reports.append(FileReport(place.skipped.path, skipped=place.skipped))
            unjudged += [place.skipped] if place.named else []
            continue
        try:
            reports += _looked_at(place, settings)
        except ChildFailed as bug:
            reports.append(_skipped(place.path, "this file met a bug of dimorder", BUG))
            bugs.append(str(bug))
    return _summed(reports, unjudged, bugs, settings)


def _looked_at(place: Place, settings: Settings) -> list[FileReport]:
    """The report on one file; none for what is nothing to judge."""
    try:
        with open_input(place.real, follow=False) as opened:
            with explaining("cannot be read"):
                start = os.pread(opened.file.fileno(), START, 0)
            if kind_of(start, place.path) is None:
                return [_skipped(place.path, "nothing that dimorder judges", NOT_OURS)] if place.named else []
            return [_judged(opened, place, settings)]
    except OSError as error:
        told = explained(error, "cannot be read")
        if told is None:
            raise
        return [_unread(told, place.path)]
    except (EnvironmentProblem, UsageError) as error:
        if error.code == _NO_START:
            raise
        return [_unread(error, place.path)]


def _judged(opened: Opened, place: Place, settings: Settings) -> FileReport:
    size = opened.identity.size
    if size > settings.max_size:
        large = UnsafeContent(
            f"{size} bytes, more than is judged", hint="if the file is trusted: --max-size MIB", code="input.too-large"
        )
        return FileReport(place.path, (refusal(large, place.path),))
    limits = bounds.for_looking([size]).stated(memory=settings.max_memory, seconds=settings.max_seconds)
    ask = Ask(named=place.named and not settings.skip_foreign)
    try:
        report = isolated.run_isolated(
            CHECK, {"source": opened.file}, {"source": place.path}, ask, limits, Host(_unseen, {})
        )
    except (EnvironmentProblem, UsageError):
        raise
    except DimorderError as error:
        return FileReport(place.path, (refusal(error, place.path),))
    _check_is_about(report, place.path)
    return report


def _check_is_about(report: FileReport, path: str) -> None:
    """Whoever read a stranger's file says nothing about others."""
    told = {report.path, *(one.path for one in report.findings), *([report.skipped.path] if report.skipped else [])}
    if told != {path} or not RULES.keys() >= {one.rule for one in report.findings}:
        raise ChildFailed("its report is about another file than it was given")


def _unread(error: DimorderError, path: str) -> FileReport:
    return _skipped(path, error.sentence, USAGE if isinstance(error, UsageError) else ENVIRONMENT)


def _skipped(path: str, because: str, code: str) -> FileReport:
    return FileReport(path, skipped=Skipped(path, because, code))


def _unseen(stage: str, done: int, total: int) -> None:
    """One file is too short to be watched."""


def _summed(
    reports: Iterable[FileReport], unjudged: list[Skipped], bugs: list[str], settings: Settings
) -> FindingsReport:
    reports = list(reports)
    findings = tuple(one for report in reports for one in report.findings if settings.tells(one))
    skipped = tuple(report.skipped for report in reports if report.skipped)
    met = {_of_skipped(one, is_named=one in unjudged) for one in skipped}
    met |= {_of_finding(one, settings) for one in findings}
    return FindingsReport(
        findings=findings,
        checked=sum(report.skipped is None for report in reports),
        skipped=skipped,
        suppressed=0,
        outcome=max(met, key=OUTCOMES.index, default="clean"),
        statistics=dict(Counter(one.rule for one in findings).most_common()) if settings.statistics else None,
        bug=bugs[0] if bugs else "",
    )


def _of_skipped(skipped: Skipped, *, is_named: bool) -> Outcome:
    """What is passed over in a folder harms nothing; what was named and cannot be judged is no clean file."""
    if skipped.code == BUG:
        return "bug"
    if skipped.code == ENVIRONMENT:
        return "environment"
    if skipped.code == USAGE:
        return "usage"
    return "refused" if is_named and skipped.code in (LINK, NO_FILE) else "clean"


def _of_finding(finding: Finding, settings: Settings) -> Outcome:
    if finding.is_refusal:
        return "refused"
    return "finding" if is_failing(finding.severity, settings.fail_on) and not settings.exit_zero else "clean"
