"""Findings as Markdown, for pull requests and summaries."""

from __future__ import annotations

from dimorder.finding import Finding
from dimorder.report.escape import cell, prose
from dimorder.report.words_check import summary, told_aloud
from dimorder.report_data import FindingsReport

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
    if report.statistics:
        lines += ["", "| rule | findings |", "|---|---|"]
        lines += [f"| {rule} | {number} |" for rule, number in report.statistics.items()]
    return lines


def _row(finding: Finding) -> str:
    place = f":{finding.line}" if finding.line else ""
    inside = f", cell {finding.cell}" if finding.cell else ""
    code = f" ({prose(finding.code)})" if finding.code else ""
    rule = f"{finding.rule} {finding.name}"
    return f"| {rule} | {finding.severity} | {cell(finding.path)}{place}{inside} | {prose(finding.message)}{code} |"


def _more(number: int) -> list[str]:
    left = number - MOST_ROWS
    return ["", f"and {left} more: the JSON report holds everything"] if left > 0 else []
