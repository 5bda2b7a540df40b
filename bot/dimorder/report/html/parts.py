"""What pages are made of: sections, tables, lists, names, commands, the shapes that stand for verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from dimorder.report.html.element import NOTHING, Child, Html, element, joined, separated
from dimorder.report.words import enough

Mood = Literal["good", "bad", "open", "plain"]
"""What a verdict means for the reader: go on, stop, not known, nothing of that kind."""
MOODS: dict[str, Mood] = {
    "equivalent": "good", "confirmed": "good", "right": "good", "clean": "good",
    "different": "bad", "not confirmed": "bad", "wrong": "bad", "finding": "bad", "refused": "bad", "usage": "bad",
    "environment": "bad", "bug": "bad",
    "inconclusive": "open", "unproven": "open", "unchanged": "plain", "planned": "plain",
}  # fmt: skip
_SHAPES: dict[Mood, tuple[str, str]] = {
    "good": ("M24 3a21 21 0 1 0 0 42a21 21 0 1 0 0-42z", "M14 24.5l7 7 13-15"),
    "bad": ("M15.5 3h17L45 15.5v17L32.5 45h-17L3 32.5v-17z", "M16.5 16.5l15 15M31.5 16.5l-15 15"),
    "open": ("M24 2.5L45.5 24 24 45.5 2.5 24z", "M24 14v12M24 32.5v.5"),
    "plain": ("M8 5h32a3 3 0 0 1 3 3v32a3 3 0 0 1-3 3H8a3 3 0 0 1-3-3V8a3 3 0 0 1 3-3z", "M15 20h18M15 28h18"),
}
"""A disc, an octagon, a diamond, a square: told apart without colours."""


def sign(mood: Mood) -> Html:
    """The shape of a verdict; words always stand beside it."""
    outer, inner = _SHAPES[mood]
    shapes = element("path", d=outer, class_="outer"), element("path", d=inner, class_="inner")
    return element("svg", *shapes, class_=f"sign {mood}", viewBox="0 0 48 48", aria_hidden="true", focusable="false")


def section(key: str, title: str, *children: Child) -> Html:
    """A part of the page that its contents link to; nothing without children."""
    found = [child for child in children if child != NOTHING]
    if not found:
        return NOTHING
    heading = element("h2", title, id=f"{key}-title")
    return element("section", heading, *found, id=key, aria_labelledby=f"{key}-title")


def under_verdict(title: str, *children: Child) -> Html:
    """A part of what belongs to the verdict; its heading is one below the page's, and small."""
    return element("div", element("h2", title, class_="small"), *children)


def name(text: str) -> Html:
    """A name that somebody chose."""
    return element("code", text or '""')


def names(all_of_them: Sequence[str], first: int = 6) -> Html:
    """Some names, and how many more there are."""
    shown, left = enough(tuple(all_of_them), every=False, first=first)
    more = f" and {left} more" if left else ""
    return joined((separated((name(one) for one in shown), ", "), more))


def paragraph(*children: Child, kind: str | None = None) -> Html:
    """Running text; nothing where it is empty."""
    return element("p", *children, class_=kind) if any(child not in ("", NOTHING) for child in children) else NOTHING


def sentence(text: str) -> str:
    """The same words, begun and ended as a sentence."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?', '!')) else '.'}" if text else ""


def bullets(sentences: Iterable[Child], kind: str | None = None) -> Html:
    """A list; nothing without sentences."""
    items = [element("li", said) for said in sentences]
    return element("ul", *items, class_=kind) if items else NOTHING


def command(line: str) -> Html:
    """A line to be copied."""
    return element("pre", element("code", line), class_="command", tabindex=0) if line else NOTHING


@dataclass(frozen=True, slots=True)
class Over:
    """A cell that stands for several rows; the rows below have None in its place."""

    child: Child
    rows: int


Cell = Child | Over | None


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]], *, wide: bool = False) -> Html:
    """The first column names the row; heads that begin with a blank stand above numbers."""
    top = [element("th", head.strip(), scope="col", class_=_kind(head)) for head in heads]
    body = [element("tr", *map(_cell, row, heads, range(len(heads)))) for row in rows]
    if not body:
        return NOTHING
    made = element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *top)),
        element("tbody", *body),
    )
    if not wide:
        return made
    return element("div", made, class_="scroll", tabindex=0, role="region", aria_label=caption)


def _kind(head: str) -> str | None:
    return "number" if head.startswith(" ") else None


def _cell(cell: Cell, head: str, place: int) -> Html:
    """Its head goes along: on small screens it stands beside the cell."""
    if cell is None:
        return NOTHING
    child, rows = (cell.child, cell.rows) if isinstance(cell, Over) else (cell, None)
    if place:
        return element("td", child, class_=_kind(head), rowspan=rows, data_head=head.strip())
    return element("th", child, class_=_kind(head), rowspan=rows, scope="rowgroup" if rows else "row")


def folded(summary: str, *children: Child) -> Html:
    """What only some readers want; nothing without children."""
    found = [child for child in children if child != NOTHING]
    return element("details", element("summary", summary), *found) if found else NOTHING


def facts(pairs: Iterable[tuple[Child, Child]]) -> Html:
    """Terms and what is to be said of them."""
    rows = [element("div", element("dt", term), element("dd", said)) for term, said in pairs]
    return element("dl", *rows, class_="facts") if rows else NOTHING


def figures(pairs: Iterable[tuple[str, Child]]) -> Html:
    """A few large figures with the words that stand below them: (words, figure)."""
    rows = [element("div", element("dt", words), element("dd", figure)) for words, figure in pairs]
    return element("dl", *rows, class_="figures") if rows else NOTHING


def left_out(count: int, most: int, what: str) -> Html:
    """Says how many rows a table does not show."""
    return paragraph(f"and {count - most} more {what}: the JSON report holds everything") if count > most else NOTHING
