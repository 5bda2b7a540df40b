"""What a run of `check` comes to, in words that the terminal and Markdown share."""

from __future__ import annotations

from dimorder.finding import Finding, Skipped
from dimorder.report_data import FindingsReport

QUIET_CODES = ("input.not-keras", "input.index")
"""Why a file is passed over without a word: it is none of ours."""


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
    return f"Found {', '.join(told)} in {looked} checked{_aside(report)}"


def told_aloud(skipped: Skipped) -> bool:
    """Whether a path that was passed over deserves a line of its own."""
    return skipped.code not in QUIET_CODES


def convertible(report: FindingsReport) -> Finding | None:
    """The first that `convert` repairs; weights before architectures, which hold nothing to prove."""
    found = [one for one in report.findings if one.rule in ("DIM101", "DIM102", "DIM104")]
    return min(found, key=lambda one: one.path.endswith((".json", ".yaml", ".yml")), default=None)


def _aside(report: FindingsReport) -> str:
    return f", {len(report.skipped)} not judged" if report.skipped else ""


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
