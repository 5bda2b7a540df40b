"""What remedies make of a file's bytes: Python in its own encoding, notebooks cell by cell."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dimorder.lint.fixing.cells import Cell, code_cells, in_json
from dimorder.lint.fixing.diff import unified
from dimorder.lint.fixing.edit import Edited, Unmade, View, edited
from dimorder.lint.fixing.splices import Splice, applied, in_order
from dimorder.lint.fixing.stretches import Stretch, as_stretches
from dimorder.remedy import Remedy


@dataclass(frozen=True, slots=True)
class Mended:
    """What becomes of one file. diff: of what changes; "" and no stretches where nothing does."""

    stretches: tuple[Stretch, ...] = ()
    done: tuple[Remedy, ...] = ()
    refused: tuple[Unmade, ...] = ()
    diff: str = ""


def mended_python(path: str, content: bytes, text: str, remedies: Iterable[Remedy]) -> Mended:
    """A module. text: what the bytes stand for, without a byte order mark."""
    wanted = tuple(remedies)
    found = edited(text, wanted)
    try:
        stretches = as_stretches(content, text, found.splices)
    except (ValueError, SyntaxError, LookupError):
        return _none(wanted, "the file's encoding does not write back what was read, or cannot write what is new")
    return Mended(stretches, found.done, found.refused, unified(text, found.splices, path))


def mended_notebook(path: str, content: bytes, remedies: Iterable[Remedy], view: View) -> Mended:
    """A notebook. view: a cell's source without what is IPython's, at the same places."""
    wanted = tuple(remedies)
    try:
        text = content.decode("utf-8-sig")
        cells = code_cells(text)
        by_cell = {number: [one for one in wanted if one.place.cell == number] for number in range(1, len(cells) + 1)}
        made = {number: edited(cells[number - 1].source, own, view) for number, own in by_cell.items() if own}
        splices = in_order(in_json(text, cells[n - 1], splice) for n, one in made.items() for splice in one.splices)
        if not _is_same_but(text, applied(text, splices), cells, made):
            return _none(wanted, "the notebook would change elsewhere too")
        stretches = as_stretches(content, text, splices, "utf-8")
    except (ValueError, KeyError, IndexError, RecursionError):
        return _none(wanted, "the file is not written as notebooks are")
    homeless = tuple(Unmade(one, "there is no such cell") for one in wanted if one.place.cell not in by_cell)
    return Mended(
        stretches,
        tuple(remedy for one in made.values() for remedy in one.done),
        (*(unmade for one in made.values() for unmade in one.refused), *homeless),
        "".join(unified(cells[n - 1].source, one.splices, f"{path} (cell {n})") for n, one in made.items()),
    )


def _none(wanted: Sequence[Remedy], because: str) -> Mended:
    return Mended(refused=tuple(Unmade(one, because) for one in wanted))


def _is_same_but(old: str, new: str, cells: Sequence[Cell], made: dict[int, Edited]) -> bool:
    """Whether the new JSON says what the old one says, but for the sources that changed."""
    expected, found = json.loads(old), json.loads(new)
    sources = [applied(cell.source, _of(made, number)) for number, cell in enumerate(cells, 1)]
    kept = [cell.is_list for cell in cells]
    return _taken_out(expected) == [cell.source for cell in cells] and (
        _taken_out(found, kept) == sources and expected == found
    )


def _of(made: dict[int, Edited], number: int) -> tuple[Splice, ...]:
    return made[number].splices if number in made else ()


def _taken_out(notebook: Any, is_list: Sequence[bool] = ()) -> list[str]:
    """The sources of its code cells, which it has no longer afterwards; "" where one is no list that should be."""
    sheets = notebook.get("worksheets", [notebook])
    cells = [cell for sheet in sheets for cell in sheet["cells"] if cell.get("cell_type") == "code"]
    written = [cell.pop("source") if "source" in cell else cell.pop("input") for cell in cells]
    pairs = zip(written, is_list or [isinstance(one, list) for one in written], strict=True)
    return ["".join(one) if isinstance(one, list) is listed else "" for one, listed in pairs]
