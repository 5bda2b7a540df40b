"""What a run of `check` comes to, in words that several formats share."""

from __future__ import annotations

from collections.abc import Iterable

from dimorder.finding import Finding, Fix, Severity, Skipped
from dimorder.report_data import FindingsReport

QUIET_CODES = ("input.not-keras", "input.index")
"""Why a file is passed over without a word: it is none of ours."""
_ORDER: tuple[Severity, ...] = ("error", "warning", "info")
CONVERTIBLE = ("DIM101", "DIM102", "DIM104")
"""What `convert` repairs."""


def summary(report: FindingsReport) -> str:
    """One sentence."""
    looked = _counted(report.checked, "file")
    if not report.findings:
        passed = report.outcome == "clean" and report.checked
        clean = "All checks passed" if passed else "Nothing found"
        return f"{clean}: {looked} checked{_aside(report)}"
    parts = [_counted(sum(one.severity == kind for one in report.findings), kind) for kind in ("error", "warning")]
    told = [part for part in parts if not part.startswith("0 ")]
    info = sum(one.severity == "info" for one in report.findings)
    told += [f"{info} info"] if info else []
    return f"Found {', '.join(told)} in {looked} checked{_aside(report)}{_left(report) or _fixable(report.findings)}"


def told_aloud(skipped: Skipped) -> bool:
    """Whether a path that was passed over deserves a line of its own."""
    return skipped.code not in QUIET_CODES


def by_weight(findings: Iterable[Finding]) -> list[Finding]:
    """The worst first, what is certain before what is likely, else as they came."""
    return sorted(findings, key=lambda one: (_ORDER.index(one.severity), one.confidence != "certain"))


def convertible(report: FindingsReport) -> Finding | None:
    """The first that `convert` repairs; weights before architectures, which hold nothing to prove."""
    found = [one for one in report.findings if one.rule in CONVERTIBLE]
    return min(found, key=lambda one: one.path.endswith((".json", ".yaml", ".yml")), default=None)


def mending(fix: Fix) -> str:
    """The options that make a fix."""
    return "--fix" if fix.safe else "--fix --unsafe-fixes"


def mark(fix: Fix | None) -> str:
    """Behind the name of a rule: whether a fix is there, and of which kind."""
    if fix is None:
        return ""
    return " [*]" if fix.safe else " [* unsafe]"


def _left(report: FindingsReport) -> str:
    """Once all fixes were asked for: which of the findings that have one were not mended; "" before."""
    if report.fixes is None or report.fixes.offered or not report.fixes.refused:
        return ""
    number = sum(one.fix is not None for one in report.findings)
    return f"; {number} not fixed, as told below" if number else ""


def _fixable(findings: tuple[Finding, ...]) -> str:
    fixes = [one.fix for one in findings if one.fix]
    safe = sum(fix.safe for fix in fixes)
    told = [f"{safe} fixable with --fix"] if safe else []
    if len(fixes) > safe:
        told.append(f"{len(fixes) - safe} with --fix --unsafe-fixes" if safe else _unsafe_alone(len(fixes)))
    return f"; {', '.join(told)}" if told else ""


def _unsafe_alone(number: int) -> str:
    return f"{number} fixable with --fix --unsafe-fixes"


def _aside(report: FindingsReport) -> str:
    skipped = f", {len(report.skipped)} not judged" if report.skipped else ""
    return skipped + (f", {report.suppressed} suppressed" if report.suppressed else "")


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
