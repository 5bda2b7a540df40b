"""A diagnosis in Markdown."""

from __future__ import annotations

from dimorder.report import words
from dimorder.report.escape import code, prose, verbatim
from dimorder.report.markdown_convert import converted
from dimorder.report.markdown_parts import group_row, section, table
from dimorder.report.steps import after_diagnose
from dimorder.report_data import DiagnoseReport


def diagnosed(report: DiagnoseReport, rows: int) -> list[str]:
    """What was done wrong, what to do about it, and the repair if there was one."""
    lines = [f"## {report.verdict.upper()}: {code(report.original)} → {code(report.converted)}", ""]
    lines += [prose(words.diagnosis(report)), *section("Assumed", report.assumptions, rows)]
    groups = words.mistaken_alike(report.mistakes)
    made = table(("arrays", "mistake", "found"), groups, group_row, rows, "kinds of mistakes")
    lines += ["", "### Mistakes", *made] if made else []
    lines += section("Needed besides, in the architecture", [f"{e.layer}: {e.says}" for e in report.edits], rows)
    lines += section("Not judged", [f"{one.layer}: {one.because}" for one in report.unjudged], rows)
    steps, command = after_diagnose(report)
    lines += section("Next", steps, rows) + (["", verbatim(command)] if command else [])
    return lines + (["", *converted(report.repair, rows)] if report.repair else [])
