"""Stretches of a text with what takes their place: all edits come down to these, so that the rest cannot change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from dimorder.program import Place

_END = re.compile("\r\n|\r|\n")
"""Where Python ends lines; form feeds and Unicode's own separators end none."""


@dataclass(frozen=True, slots=True)
class Splice:
    """text[start:end] becomes `new`; an insertion where both are the same."""

    start: int
    end: int
    new: str


def applied(text: str, splices: Iterable[Splice]) -> str:
    """The text with all of them made. They are in order and do not overlap."""
    parts, at = [], 0
    for one in splices:
        assert at <= one.start <= one.end <= len(text)
        parts += [text[at : one.start], one.new]
        at = one.end
    return "".join((*parts, text[at:]))


def undone(text: str, splices: Sequence[Splice]) -> tuple[Splice, ...]:
    """What makes the old text again out of the new one."""
    grown = accumulate((len(one.new) - (one.end - one.start) for one in splices), initial=0)
    return tuple(
        Splice(one.start + shift, one.start + shift + len(one.new), text[one.start : one.end])
        for one, shift in zip(splices, grown, strict=False)
    )


def in_order(splices: Iterable[Splice]) -> tuple[Splice, ...]:
    return tuple(sorted(splices, key=lambda one: (one.start, one.end)))


def overlapping(splices: Sequence[Splice]) -> frozenset[int]:
    """Numbers of those that cannot be made together: they share characters, or insert at one point."""
    order = sorted(range(len(splices)), key=lambda number: (splices[number].start, splices[number].end))
    found: set[int] = set()
    widest = order[0] if order else 0
    for number in order[1:]:
        one, before = splices[number], splices[widest]
        if one.start < before.end or (one.start, one.end) == (before.start, before.end):
            found |= {number, widest}
        widest = number if one.end >= before.end else widest
    return frozenset(found)


def trimmed(old: str, new: str, start: int) -> Splice:
    """The smallest splice that makes `old`, which stands at `start`, into `new`."""
    most = min(len(old), len(new))
    ahead = next((n for n in range(most) if old[n] != new[n]), most)
    behind = next((n for n in range(most - ahead) if old[-1 - n] != new[-1 - n]), most - ahead)
    added = new[ahead : len(new) - behind]
    if ahead + behind == len(old) and "\n" in added:
        # The same insertion a little earlier, so that whole lines are put in where they can be.
        while ahead and added[-1] != "\n" and old[ahead - 1] == added[-1]:
            ahead, behind, added = ahead - 1, behind + 1, added[-1] + added[:-1]
    return Splice(start + ahead, start + len(old) - behind, added)


class Lines:
    """Where the lines of a text begin and end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.ends = [(found.start(), found.end()) for found in _END.finditer(text)]
        self.starts = [0, *(end for _, end in self.ends)]

    def offset(self, line: int, column: int) -> int | None:
        """Of a place, 1-based in codepoints; None where the text has none such."""
        if not 1 <= line <= len(self.starts) or column < 1:
            return None
        start = self.starts[line - 1]
        last = self.ends[line - 1][0] if line <= len(self.ends) else len(self.text)
        return start + column - 1 if start + column - 1 <= last else None

    def span(self, place: Place) -> tuple[int, int] | None:
        """From where to where the place reaches; None where the text has none such."""
        start, end = self.offset(place.line, place.column), self.offset(place.end_line, place.end_column)
        return (start, end) if start is not None and end is not None and start < end else None

    def bytes_before(self, line: int, column: int) -> int | None:
        """How many bytes of UTF-8 stand before the column in its line, as Python's syntax trees count."""
        at = self.offset(line, column)
        return None if at is None else len(self.text[self.starts[line - 1] : at].encode("utf-8", "surrogatepass"))

    def newline(self, line: int) -> str:
        """What ends the line, or the first line where it is the last."""
        for start, end in (*self.ends[line - 1 : line], *self.ends[:1]):
            return self.text[start:end]
        return "\n"

    def spans(self) -> Iterable[tuple[int, int]]:
        """Each line from where to where, its end included."""
        return pairwise((*self.starts, len(self.text)))
