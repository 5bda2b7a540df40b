"""Findings as Markdown, for pull requests and summaries."""

from __future__ import annotations

from dimorder.finding import Finding
from dimorder.report.escape import cell, code, prose
from dimorder.report.words_check import mark, summary, told_aloud
from dimorder.report_data import FindingsReport, FixReport

MOST_ROWS = 40


def findings(report: FindingsReport) -> list[str]:
    """The whole document, line by line."""
    lines = [f"## {prose(summary(report))}", ""]
    if report.findings:
        lines += ["| rule | severity | where | what |", "|---|---|---|---|"]
        lines += [_row(one) for one in report.findings[:MOST_ROWS]]
        lines += _more(len(report.findings))
    passed = [one for one in report.skipped if told_aloud(one)]
    if passed:
        lines += ["", "### Not judged", "", "| path | why |", "|---|---|"]
        lines += [f"| {cell(one.path)} | {prose(one.because)} |" for one in passed[:MOST_ROWS]]
        lines += _more(len(passed))
    lines += ["", *(f"* {prose(note)}" for note in report.notes)] if report.notes else []
    lines += _fixes(report.fixes) if report.fixes else []
    if report.statistics:
        lines += ["", "| rule | findings |", "|---|---|"]
        lines += [f"| {rule} | {number} |" for rule, number in report.statistics.items()]
    return lines


def _row(finding: Finding) -> str:
    line = f":{finding.line}:{finding.column or 1}" if finding.line else ""
    inside = f", cell {finding.cell}" if finding.cell else ""
    where = f"{cell(finding.path)}{inside}{line}"
    code = f" ({prose(finding.code)})" if finding.code else ""
    rule = prose(f"{finding.rule} {finding.name}{mark(finding.fix)}")
    return f"| {rule} | {finding.severity} | {where} | {prose(finding.message)}{code} |"


def _more(number: int) -> list[str]:
    left = number - MOST_ROWS
    return ["", f"and {left} more: the JSON report holds everything"] if left > 0 else []


def _fixes(report: FixReport) -> list[str]:
    lines = []
    if report.fixed:
        lines += ["", "### Fixed" if report.written else "### Would be fixed", ""]
        lines += [f"* {code(one.path)}: {prose('; '.join(one.edits))}" for one in report.fixed[:MOST_ROWS]]
        lines += _more(len(report.fixed))
    if report.refused:
        lines += ["", "### Not fixed", ""]
        lines += [f"* {code(one.path)}: {prose(f'{one.what}: {one.because}')}" for one in report.refused[:MOST_ROWS]]
        lines += _more(len(report.refused))
    return lines
