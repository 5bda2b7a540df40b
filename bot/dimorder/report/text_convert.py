"""A conversion on the terminal: verdict, assumptions, moves, edits, proof, next step."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from dimorder.report import paper, words
from dimorder.report.escape import plain
from dimorder.report.paper import Look
from dimorder.report.steps import after_convert
from dimorder.report.text_proof import proof_parts
from dimorder.report_data import ConvertReport


def converted(report: ConvertReport, look: Look) -> list[RenderableType]:
    """All parts of the report."""
    parts = paper.verdict(report.verdict, _subject(report), words.verdict_sentence(report))
    if report.verdict == "unproven":
        parts.append(paper.indented(paper.sentence(words.UNPROVEN, paper.DOUBT)))
    if report.assumptions:
        parts += [*paper.heading("Assumed"), paper.bullets(report.assumptions)]
    parts += _moves(report, look) + _architecture(report, look) + _ports(report)
    if report.proof:
        parts += proof_parts(report.proof, report.assumptions, look)
    return parts + _next(report)


def _subject(report: ConvertReport) -> str:
    layouts = f"{report.layout.get('source', '')} → {report.layout.get('target', '')}"
    files = report.source if report.verdict == "unchanged" else f"{report.source} → {report.target}"
    return f"{files}  ({layouts})"


def _moves(report: ConvertReport, look: Look) -> list[RenderableType]:
    if not report.plan:
        return []
    count = len(report.plan)
    parts = paper.heading("Moved", f"{count} array{'s' * (count > 1)}; all others are copied as they are")
    return [*parts, _groups(words.moved_alike(report.plan), look)]


def _architecture(report: ConvertReport, look: Look) -> list[RenderableType]:
    parts: list[RenderableType] = []
    if report.edits:
        parts += paper.heading("Architecture")
        parts += [_groups(words.edited_alike(report.edits), look)]
    if report.kept:
        said = "Copied as they are, on your word, and not proven"
        parts += [*paper.heading(said), paper.bullets(report.kept)]
    if report.notes:
        parts += [*paper.heading("Note"), paper.bullets(report.notes)]
    return parts + _training(report)


_TRAINING = {"dropped": "starts anew", "changed": "would not go on the same"}


def _training(report: ConvertReport) -> list[RenderableType]:
    """Nothing is said of what is preserved."""
    if report.training not in _TRAINING:
        return []
    parts = paper.heading("Training", _TRAINING[report.training])
    return [*parts, paper.indented(paper.sentence(report.training_because))] if report.training_because else parts


def _ports(report: ConvertReport) -> list[RenderableType]:
    parts: list[RenderableType] = []
    for title, ports in (("Inputs", report.inputs), ("Outputs", report.outputs)):
        said = [f"{port.name}: {words.turned(port)}" for port in ports if words.turned(port)]
        if said:
            parts += [*paper.heading(title), paper.bullets(said)]
    return parts


def _groups(groups: Iterable[words.Group], look: Look) -> RenderableType:
    """How many, what, to which, why."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(justify="right")
    for group in groups:
        names, left = words.enough(group.names, every=look.verbose)
        more = f" and {left} more" if left else ""
        grid.add_row(f"{len(group.names)} ×", paper.sentence(group.says))
        grid.add_row("", Text(", ".join(plain(name) for name in names) + more, "cyan"))
        if group.because:
            grid.add_row("", paper.sentence(group.because, "dim"))
    return paper.indented(grid)


def _next(report: ConvertReport) -> list[RenderableType]:
    if not (report.certificate and report.proof):
        return paper.next_part(after_convert(report))
    return paper.next_part((*after_convert(report), "Run the proof again, anywhere:"), words.again(report))
