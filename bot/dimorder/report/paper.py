"""What the terminal report is made of: headings, bullets, tables; every text passes through `escape`."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dimorder.report.escape import inert, plain

LONGEST = 1000
LONGEST_COMMAND = 20_000
"""Characters; half a command is worse than none."""
_ASCII = str.maketrans({"→": "->", "•": "*", "–": "-", "…": "...", "×": "x", "≤": "<="})
GOOD, FINE, DOUBT, BAD = "bold green", "bold cyan", "bold yellow", "bold red"
STYLES = {
    "equivalent": GOOD, "confirmed": GOOD, "unchanged": GOOD, "certain": "green", "right": GOOD,
    "planned": FINE,
    "unproven": DOUBT, "inconclusive": DOUBT, "likely": "yellow", "unknown": "yellow",
    "different": BAD, "not confirmed": BAD, "wrong": BAD, "contradictory": "red",
}  # fmt: skip
"""Colours of verdicts and confidences: an ornament, the words say it all."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a terminal report looks. unicode: False keeps our own signs to ASCII."""

    width: int = 80
    colour: bool = False
    unicode: bool = True
    verbose: bool = False
    quiet: bool = False


def printed(parts: Iterable[RenderableType], look: Look) -> str:
    """The parts as one text; where the look is quiet, no line is broken."""
    console = Console(
        file=io.StringIO(),
        width=max(40, min(look.width, 120)),
        force_terminal=look.colour,
        color_system="standard" if look.colour else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
    )
    with console.capture() as capture:
        for part in parts:
            console.print(part, soft_wrap=look.quiet or _is_unbroken(part))
    text = "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"
    return inert(text if look.unicode else text.translate(_ASCII))


def _is_unbroken(part: RenderableType) -> bool:
    return isinstance(part, str) or (isinstance(part, Text) and part.no_wrap is True)


def verdict(word: str, subject: str, because: str) -> list[RenderableType]:
    """The first lines of every report."""
    first = Text.assemble((word.upper(), STYLES.get(word, "bold")), "  ", plain(subject, LONGEST))
    return [first, indented(sentence(because))] if because else [first]


def sentence(said: str, style: str = "") -> Text:
    """Running text."""
    return Text(plain(said, LONGEST), style)


def indented(part: RenderableType, by: int = 2) -> Padding:
    """A part moved to the right."""
    return Padding(part, (0, 0, 0, by), expand=False)


def heading(word: str, aside: str = "") -> list[RenderableType]:
    """The beginning of a section."""
    return ["", Text.assemble((plain(word), "bold"), f"  {plain(aside, LONGEST)}" if aside else "")]


def bullets(sentences: Iterable[str], sign: str = "•", style: str = "") -> RenderableType:
    """One sentence each, wrapped behind its sign."""
    grid = Table.grid(padding=(0, 1))
    for said in sentences:
        grid.add_row(sign, sentence(said, style))
    return indented(grid)


def next_part(steps: tuple[str, ...], command: str = "") -> list[RenderableType]:
    """The last section; a command stands unbroken on a line of its own, to be copied."""
    parts = [*heading("Next"), bullets(steps)]
    return [*parts, f"\n    {plain(command, LONGEST_COMMAND)}"] if command else parts


def table(titles: Sequence[str], rows: Iterable[Sequence[str]], styles: Sequence[str] = ()) -> RenderableType:
    """Columns without borders; those whose title begins with a blank are numbers.

    styles: one for each row; may be empty.
    """
    made = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", show_header=any(titles))
    for title in titles:
        made.add_column(Text(title.strip()), justify="right" if title.startswith(" ") else "left")
    for number, row in enumerate(rows):
        style = styles[number] if number < len(styles) else ""
        made.add_row(*(sentence(value) for value in row), style=style)
    return indented(made)
