"""What fixes did, on the terminal: files and their edits, what was not done and why, what to hand to git."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from shlex import join

from rich.console import RenderableType
from rich.text import Text

from dimorder.report import paper
from dimorder.report.escape import inert, plain
from dimorder.report.paper import Look
from dimorder.report.places import LONGEST_PATH
from dimorder.report_data import FixReport, Unfixed

_LONGEST = 10_000
"""Characters of a line of a difference that are shown."""
_LONGEST_REASON = 1000
_COLOURS = {"+": "\x1b[32m", "-": "\x1b[31m", "@": "\x1b[36m"}


def diffs(report: FixReport, look: Look) -> str:
    """Unified differences, such that `patch` can read them: no line is broken, tabs and line ends stay."""
    return "".join(f"{_line(line, look)}\n" for one in report.fixed for line in _lines(one.diff))


def fixed(report: FixReport) -> list[RenderableType]:
    """All parts; nothing where nothing was to be fixed."""
    parts: list[RenderableType] = [paper.sentence(report.recovered, "yellow")] if report.recovered else []
    if report.fixed:
        parts += paper.heading("Fixed" if report.written else "Would be fixed")
        for one in report.fixed:
            parts += _unbroken(f"  {plain(one.path, LONGEST_PATH)}", *(f"    {plain(edit)}" for edit in one.edits))
    if report.refused:
        parts += [*paper.heading("Not fixed"), *_unbroken(*_refused(report.refused))]
    steps, command = tuple(_steps(report)), f"git add {join(['--', *report.to_add])}" if report.to_add else ""
    return parts + paper.next_part(steps, command) if steps else parts


def _refused(refused: Iterable[Unfixed]) -> Iterator[str]:
    """What several edits are not made for is said once, below them."""
    groups: dict[str, list[Unfixed]] = {}
    for one in refused:
        groups.setdefault(one.because, []).append(one)
    for because, same in groups.items():
        if len(same) == 1:
            yield f"{_edit(same[0])}: {plain(because, _LONGEST_REASON)}"
        else:
            yield from (*map(_edit, same), f"    {plain(because, _LONGEST_REASON)}")


def _edit(one: Unfixed) -> str:
    cell = f":cell {one.cell}" if one.cell else ""
    line = f":{one.line}" if one.line else ""
    return f"  {plain(one.path, LONGEST_PATH)}{cell}{line}: {plain(one.what)}"


def _steps(report: FixReport) -> Iterator[str]:
    if report.offered:
        yield "The code's layout can move as well, all of it at once: look at dimorder check --diff --unsafe-fixes"
    if report.to_add:
        yield "Look at the changes, then:"
    elif report.fixed:
        yield "Nothing is written yet: --fix instead of --diff changes the files"


def _lines(diff: str) -> Iterable[str]:
    return diff.removesuffix("\n").split("\n") if diff else ()


def _line(line: str, look: Look) -> str:
    body, end = (line[:-1], "\r") if line.endswith("\r") else (line, "")
    shown = inert("\t".join(plain(part, _LONGEST) for part in body.split("\t"))) + end
    colour = _COLOURS.get(line[:1], "") if look.colour else ""
    return f"{colour}{shown}\x1b[0m" if colour else shown


def _unbroken(*lines: str) -> list[Text]:
    return [Text(line, no_wrap=True) for line in lines]
