"""Findings as Markdown, for pull requests and summaries."""

from __future__ import annotations

from dimorder.finding import Finding, Skipped
from dimorder.report.escape import cell, code, prose, verbatim
from dimorder.report.markdown_parts import folded, listed, section, table
from dimorder.report.steps import after_check
from dimorder.report.words_check import by_weight, mark, summary, told_aloud
from dimorder.report_data import FindingsReport, Fixed, FixReport, Unfixed


def findings(report: FindingsReport, rows: int) -> list[str]:
    """The whole document, line by line; the worst first."""
    passed = [one for one in report.skipped if told_aloud(one)]
    counted = [(rule, str(number)) for rule, number in (report.statistics or {}).items()]
    return [
        f"## {prose(summary(report))}",
        *table(("rule", "severity", "where", "what"), by_weight(report.findings), _row, rows, "findings"),
        *section("Note", report.notes, rows),
        *(_fixes(report.fixes, rows) if report.fixes else []),
        *_next(report),
        *folded(f"Not judged: {len(passed)}", table(("path", "why"), passed, _passed, rows, "paths")),
        *folded("Findings by rule", table(("rule", " findings"), counted, lambda row: row, max(rows, 40), "rules")),
    ]


def _row(finding: Finding) -> tuple[str, str, str, str]:
    line = f", line {finding.line}" if finding.line else ""  # `:100:` would be a picture
    inside = f", cell {finding.cell}" if finding.cell else ""
    word = f" ({prose(finding.code)})" if finding.code else ""
    doubt = " (likely)" if finding.confidence == "likely" else ""
    rule = prose(f"{finding.rule} {finding.name}{mark(finding.fix)}")
    return rule, finding.severity, f"{cell(finding.path)}{inside}{line}", f"{prose(finding.message)}{doubt}{word}"


def _passed(one: Skipped) -> tuple[str, str]:
    return cell(one.path), prose(one.because)


def _next(report: FindingsReport) -> list[str]:
    lines: list[str] = []
    for said, command in after_check(report):
        lines += ["", prose(said), "", verbatim(command)]
    return ["", "### Next", *lines] if lines else []


def _fixes(report: FixReport, rows: int) -> list[str]:
    title = "Fixed" if report.written else "Would be fixed"
    return [*listed(title, report.fixed, _fixed, rows), *listed("Not fixed", report.refused, _unfixed, rows)]


def _fixed(one: Fixed) -> str:
    return f"{code(one.path)}: {prose('; '.join(one.edits))}"


def _unfixed(one: Unfixed) -> str:
    return f"{code(one.path)}: {prose(f'{one.what}: {one.because}')}"
