"""What a run comes to: what the user wants to hear of it, and how it ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dimorder.finding import NOT_JUDGED, Finding, Skipped
from dimorder.flow import baselined
from dimorder.flow.ask import NOT_OURS
from dimorder.flow.settings import Settings, is_failing
from dimorder.flow.walk import ENVIRONMENT, EXCLUDED, LINK, NO_FILE, USAGE
from dimorder.report_data import OUTCOMES, FileReport, FindingsReport, Outcome

BUG = "bug"
_HARMLESS = (NOT_OURS, EXCLUDED, "input.index")
"""Why files are passed over that nobody expects to be judged."""


def summed(
    reports: Sequence[FileReport], named: Sequence[Skipped], bugs: Sequence[str], settings: Settings
) -> FindingsReport:
    """The reports on all files as one. named: what was passed over although the user named it."""
    every = [settings.weighed(one) for report in reports for one in report.findings]
    skipped = tuple(report.skipped for report in reports if report.skipped)
    findings, known, notes = _told(every, [report.path for report in reports], settings)
    met = {_of_skipped(one, is_named=one in named) for one in skipped}
    met |= {_of_finding(one, settings) for one in findings}
    if settings.strict and (any(one.rule in NOT_JUDGED for one in every) or any(map(_is_unjudged, skipped))):
        met.add("refused")
    return FindingsReport(
        findings=findings,
        checked=sum(report.skipped is None for report in reports),
        skipped=skipped,
        suppressed=known + sum(report.suppressed for report in reports),
        outcome=max(met, key=OUTCOMES.index, default="clean"),
        statistics=dict(Counter(one.rule for one in findings).most_common()) if settings.statistics else None,
        bug=bugs[0] if bugs else "",
        notes=notes,
    )


def _told(
    every: Sequence[Finding], paths: Sequence[str], settings: Settings
) -> tuple[tuple[Finding, ...], int, tuple[str, ...]]:
    """The findings that nobody knows yet, how many are known, and what to say of that."""
    told = tuple(one for one in every if settings.tells(one))
    if settings.write_baseline:
        held = baselined.write(told, settings.write_baseline)
        notes: tuple[str, ...] = (f"{settings.write_baseline}: holds {len(held)} known findings now",)
    elif settings.baseline:
        compared = baselined.compared(every, settings.baseline, paths)
        held, notes = tuple(one for number, one in enumerate(every) if number in compared.known), compared.stale
    else:
        return told, 0, ()
    known = {id(one) for one in held}
    left = tuple(one for one in told if id(one) not in known)
    return left, len(told) - len(left), notes


def _of_skipped(skipped: Skipped, *, is_named: bool) -> Outcome:
    """What is passed over in a folder harms nothing; what was named and cannot be judged is no clean file."""
    if skipped.code == BUG:
        return "bug"
    if skipped.code == ENVIRONMENT:
        return "environment"
    if skipped.code == USAGE:
        return "usage"
    return "refused" if is_named and skipped.code in (LINK, NO_FILE) else "clean"


def _is_unjudged(skipped: Skipped) -> bool:
    """Whether the file could be one of those that the user wants judged."""
    return skipped.code not in _HARMLESS


def _of_finding(finding: Finding, settings: Settings) -> Outcome:
    if finding.is_refusal:
        return "refused"
    return "finding" if is_failing(finding.severity, settings.fail_on) and not settings.exit_zero else "clean"
