"""Where the sources of a notebook's code cells stand in its JSON text, character by character.

The text is never written anew: outputs, ids, spacing and escapes stay what they are because nobody touches them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]  # typeshed leaves it out
from typing import Any

from dimorder.lint.fixing.splices import Splice

_SPACE = re.compile(r"[ \t\n\r]*")
_UNIT = re.compile(r'\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^"\\]')
"""How one character of a string is spelled."""
_DECODER = json.JSONDecoder()
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """One JSON string of a source. span: in the JSON text, without the quotes. value: what it stands for."""

    span: Span
    value: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell's source. is_list: it is written line by line."""

    pieces: tuple[Piece, ...]
    is_list: bool

    @property
    def source(self) -> str:
        return "".join(piece.value for piece in self.pieces)


def code_cells(text: str) -> tuple[Cell, ...]:
    """The code cells in their order; ValueError for what is no notebook, or one with two sources in a cell."""
    return tuple(cell for start in _cells(text) if (cell := _cell(text, start)) is not None)


def in_json(text: str, cell: Cell, splice: Splice) -> Splice:
    """The splice of a cell's source as one of the notebook's text."""
    first, start = _point(text, cell, splice.start, is_end=False)
    last, end = (first, start) if splice.end == splice.start else _point(text, cell, splice.end, is_end=True)
    if not cell.is_list:
        return Splice(start, end, _escaped(splice.new, text))
    *lines, rest = splice.new.split("\n")
    written = [*(_escaped(f"{line}\n", text) for line in lines), _escaped(rest, text)]
    if lines and not rest and end == cell.pieces[last].span[1]:
        written.pop()  # the piece ends with its line, as the others do
    return Splice(start, end, f'"{_between(text, cell)}"'.join(written))


def _point(text: str, cell: Cell, at: int, *, is_end: bool) -> tuple[int, int]:
    """The piece that the character of the source stands in, and its place in the JSON text."""
    for number, piece in enumerate(cell.pieces):
        is_last = number == len(cell.pieces) - 1
        if at < len(piece.value) or (at == len(piece.value) and (is_end or is_last)):
            return number, _spelled_to(text, piece, at)
        at -= len(piece.value)
    raise ValueError("the cell has no such place")


def _spelled_to(text: str, piece: Piece, count: int) -> int:
    """Where the character of that number begins."""
    at = piece.span[0]
    for _ in range(count):
        found = _UNIT.match(text, at)
        assert found is not None
        at = found.end()
    return at


def _between(text: str, cell: Cell) -> str:
    """What stands between two lines of the source."""
    if len(cell.pieces) < 2:
        return ", "
    return text[cell.pieces[0].span[1] + 1 : cell.pieces[1].span[0] - 1]


def _escaped(new: str, text: str) -> str:
    return json.dumps(new, ensure_ascii=text.isascii())[1:-1]


def _cells(text: str) -> Iterator[int]:
    """Where the cells begin, of nbformat 4, or of the worksheets of nbformat 3."""
    members = _members(text, _SPACE.match(text).end())  # type: ignore[union-attr]  # it matches nothing as well
    if "worksheets" in members:
        for sheet in _elements(text, members["worksheets"][0]):
            yield from _elements(text, _members(text, sheet)["cells"][0])
    elif "cells" in members:
        yield from _elements(text, members["cells"][0])
    else:
        raise ValueError("no list of cells")


def _cell(text: str, start: int) -> Cell | None:
    members = _members(text, start)
    kind = _value(text, members.get("cell_type"))
    place = members.get("source", members.get("input"))
    if kind != "code":
        return None
    if place is None:
        raise ValueError("a code cell without source")
    at = place[0]
    if text[at] == '"':
        return Cell((_piece(text, at),), is_list=False)
    return Cell(tuple(_piece(text, one) for one in _elements(text, at)), is_list=True)


def _piece(text: str, at: int) -> Piece:
    value, end = _string(text, at)
    return Piece((at + 1, end - 1), value)


def _value(text: str, place: Span | None) -> Any:
    return None if place is None else _DECODER.raw_decode(text, place[0])[0]


def _members(text: str, at: int) -> dict[str, Span]:
    """Where the values of an object stand; ValueError where one of its names is there twice."""
    found: dict[str, Span] = {}
    for start in _listed(text, at, "{}"):
        name, end = _string(text, start)
        colon = _past_space(text, end)
        if text[colon : colon + 1] != ":" or name in found:
            raise ValueError(f"an object has no value, or two, for {name!r}")
        value = _past_space(text, colon + 1)
        found[name] = (value, _DECODER.raw_decode(text, value)[1])
    return found


def _elements(text: str, at: int) -> Iterator[int]:
    """Where the elements of an array begin."""
    return _listed(text, at, "[]")


def _listed(text: str, at: int, brackets: str) -> Iterator[int]:
    """Where whatever stands in the brackets between commas begins."""
    if text[at : at + 1] != brackets[0]:
        raise ValueError(f"no {brackets}")
    at = _past_space(text, at + 1)
    while text[at : at + 1] != brackets[1]:
        yield at
        at = _past_space(text, _end(text, at, is_member=brackets == "{}"))
        if text[at : at + 1] == ",":
            at = _past_space(text, at + 1)


def _end(text: str, at: int, *, is_member: bool) -> int:
    if not is_member:
        return int(_DECODER.raw_decode(text, at)[1])
    colon = _past_space(text, _string(text, at)[1])
    return int(_DECODER.raw_decode(text, _past_space(text, colon + 1))[1])


def _string(text: str, at: int) -> tuple[str, int]:
    if text[at : at + 1] != '"':
        raise ValueError("no string")
    value, end = scanstring(text, at + 1, True)
    return str(value), int(end)


def _past_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found is not None
    return found.end()
