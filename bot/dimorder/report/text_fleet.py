"""A sweep on the terminal: what became of the repositories, those with work first."""

from __future__ import annotations

from rich.console import RenderableType
from rich.text import Text

from dimorder.fleet import Fleet, Line
from dimorder.report import paper, words_fleet
from dimorder.report.escape import plain
from dimorder.report.paper import Look

_STYLES = {"clean": paper.GOOD, "refused": paper.DOUBT, "environment": paper.BAD, "bug": paper.BAD}


def swept(fleet: Fleet, look: Look) -> list[RenderableType]:
    """All parts of the report."""
    word = words_fleet.verdict(fleet).upper()
    first = Text.assemble((word, _STYLES[fleet.outcome]), "  ", plain(words_fleet.summary(fleet), paper.LONGEST))
    parts: list[RenderableType] = [first]
    for kind, lines in words_fleet.groups(fleet, every=look.verbose):
        parts += [*paper.heading(words_fleet.TITLES[kind], str(len(lines))), *_rows(lines)]
    said = words_fleet.notes(fleet)
    return [*parts, *paper.heading("Notes"), paper.bullets(said)] if said else parts


def _rows(lines: list[Line]) -> list[RenderableType]:
    """A line each. Where there is an address it is not broken, so that it can be copied and clicked."""
    if not any(map(words_fleet.where, lines)):
        return [paper.table(("", ""), [(line.repository, words_fleet.because(line)) for line in lines])]
    names = [plain(line.repository, 120) for line in lines]
    wheres = [plain(words_fleet.where(line)) for line in lines]
    width, breadth = max(map(len, names)), max(map(len, wheres))
    said = [plain(words_fleet.because(line), 200) for line in lines]
    rows = zip(names, wheres, said, strict=True)
    return [f"  {name:<{width}}  {where:<{breadth}}  {why}".rstrip() for name, where, why in rows]


def row(line: Line) -> str:
    """One repository on a line of its own, for whoever watches."""
    where = words_fleet.where(line)
    return plain(f"{line.word:<10} {line.repository}: {words_fleet.because(line)}{f' ({where})' if where else ''}", 500)
