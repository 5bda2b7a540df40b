"""A diagnosis on the terminal: what was done wrong, to which arrays, and what writes the right file."""

from __future__ import annotations

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from dimorder.report import paper, words
from dimorder.report.escape import plain
from dimorder.report.paper import Look
from dimorder.report.steps import after_diagnose
from dimorder.report_data import DiagnoseReport


def diagnosed(report: DiagnoseReport, look: Look) -> list[RenderableType]:
    """All parts of the report, but for that of a repair."""
    parts = paper.verdict(report.verdict, f"{report.original} → {report.converted}", words.diagnosis(report))
    if report.assumptions:
        parts += [*paper.heading("Assumed"), paper.bullets(report.assumptions)]
    if report.mistakes:
        parts += [*paper.heading("Mistakes"), _mistakes(report, look)]
    if report.edits:
        said = [f"{group.says}: {', '.join(group.names)}" for group in words.edited_alike(report.edits)]
        parts += [*paper.heading("Needed besides, in the architecture"), paper.bullets(said)]
    if report.unjudged:
        said = [f"{one.layer}: {one.because}" for one in report.unjudged]
        parts += [*paper.heading("Not judged: only that the arrays are the original's"), paper.bullets(said)]
    return parts + paper.next_part(*after_diagnose(report))


def _mistakes(report: DiagnoseReport, look: Look) -> RenderableType:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(justify="right")
    for group in words.mistaken_alike(report.mistakes):
        names, left = words.enough(group.names, every=look.verbose)
        more = f" and {left} more" if left else ""
        grid.add_row(f"{len(group.names)} ×", Text(plain(group.says), paper.BAD))
        grid.add_row("", paper.sentence(group.because))
        grid.add_row("", Text(", ".join(plain(name) for name in names) + more, "cyan"))
    return paper.indented(grid)
