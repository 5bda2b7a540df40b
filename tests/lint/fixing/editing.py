"""Remedies at pieces of text, and what becomes of it."""

from __future__ import annotations

import re

from dimorder.lint.fixing.edit import Edited, edited
from dimorder.lint.fixing.splices import applied
from dimorder.program import Place
from dimorder.remedy import Kind, Remedy

_END = re.compile("\r\n|\r|\n")


def at(text: str, part: str, nth: int = 0, cell: int | None = None) -> Place:
    """Where the part stands in the text for the nth time, counted from 0."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(part, start + 1)
    return Place("x.py", *_counted(text, start), *_counted(text, start + len(part)), cell)


def remedy(
    kind: Kind, place: Place, new: str = "", *, old: str = "", order: tuple[int, ...] = (), safe: bool = False
) -> Remedy:
    return Remedy(kind, place, f"{kind} {new}".strip(), safe, old, new, order)


def replace(text: str, part: str, new: str, nth: int = 0, *, old: str = "") -> Remedy:
    return remedy("replace", at(text, part, nth), new, old=old)


def reorder(text: str, part: str, order: tuple[int, ...] = (1, 2, 0)) -> Remedy:
    return remedy("reorder", at(text, part), order=order)


def keyword(text: str, call: str, new: str = "axis=-1") -> Remedy:
    return remedy("add-keyword", at(text, call), new)


def line(text: str, part: str, new: str = "import x") -> Remedy:
    return remedy("insert-line", at(text, part), new)


def becomes(text: str, *remedies: Remedy) -> str:
    """The text with the remedies made, none of them refused."""
    found = edited(text, remedies)
    assert [one.because for one in found.refused] == []
    assert len(found.done) == len(set(remedies))
    return applied(text, found.splices)


def refused(text: str, *remedies: Remedy) -> str:
    """Why none of them was made: the reasons, each once."""
    found = edited(text, remedies)
    assert not found.splices
    assert {one.remedy for one in found.refused} == set(remedies)
    return "; ".join(dict.fromkeys(one.because for one in found.refused))


def what_is_left(found: Edited) -> list[str]:
    return [one.because for one in found.refused]


def _counted(text: str, offset: int) -> tuple[int, int]:
    """Line and column, 1-based, of an offset."""
    ends = [found.end() for found in _END.finditer(text) if found.end() <= offset]
    return len(ends) + 1, offset - (ends[-1] if ends else 0) + 1
