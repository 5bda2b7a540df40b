"""Notebooks: JSON with Python in its code cells, of which shells and magics are no part.

Source: nbformat 4 (cells, source) and nbformat 3 (worksheets, input).
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from dimorder.source.python import troubles_in_text
from dimorder.source.trouble import Trouble

LARGEST = 64 << 20
_MOST_CELLS = 10_000
_OUTSIDE = re.compile(r"^(\s*)(?:(?:[\w, ]+=\s*)?(?:!|%%?[A-Za-z]).*|\?{1,2}[\w.]+|[\w.]+\?{1,2})\s*$")
"""A line for the shell, a magic, a question: IPython's, not Python's."""
_STILL_PYTHON = re.compile(r"%%(time|timeit|capture|prun)\b")


def troubles_in(data: bytes) -> tuple[Trouble, ...]:
    """What is wrong with a notebook's form or code, with cell numbers; nothing for a sound one."""
    if len(data) > LARGEST:
        return (Trouble("limits.declared-size", f"{len(data)} bytes of notebook are not read, at most {LARGEST}"),)
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        return (Trouble("ipynb.shape", f"no notebook: not JSON ({type(problem).__name__})"),)
    cells = _cells(value)
    if cells is None:
        return (Trouble("ipynb.shape", "no notebook: it has no list of cells"),)
    if len(cells) > _MOST_CELLS:
        return (Trouble("ipynb.shape", f"{len(cells)} cells are not read, at most {_MOST_CELLS}"),)
    return tuple(_troubles(cells, is_python=_is_python(value)))


def _cells(value: Any) -> list[Any] | None:
    if not isinstance(value, dict):
        return None
    sheets = value.get("worksheets")
    if isinstance(sheets, list):
        parts = [sheet.get("cells") if isinstance(sheet, dict) else None for sheet in sheets]
        return None if None in parts else [cell for part in parts if isinstance(part, list) for cell in part]
    cells = value.get("cells")
    return cells if isinstance(cells, list) else None


def _is_python(value: Any) -> bool:
    """Unless it names another language."""
    described: Any = value.get("metadata") if isinstance(value, dict) else None
    for key in ("kernelspec", "language"):
        described = described.get(key) if isinstance(described, dict) else None
    return not isinstance(described, str) or described.lower().startswith("python")


def _troubles(cells: list[Any], *, is_python: bool) -> Iterator[Trouble]:
    number = 0
    for place, cell in enumerate(cells, 1):
        if not isinstance(cell, dict) or not isinstance(cell.get("cell_type"), str):
            yield Trouble("ipynb.shape", f"the {place}. of its cells is none")
            continue
        if cell["cell_type"] != "code":
            continue
        number += 1
        source = _source(cell)
        if source is None:
            yield Trouble("ipynb.shape", "the cell's source is no text", cell=number)
        elif is_python:
            yield from (replace(trouble, cell=number) for trouble in _troubles_in_cell(source))


def _troubles_in_cell(source: str) -> tuple[Trouble, ...]:
    """As Python, or else as what IPython leaves to Python."""
    found = troubles_in_text(source)
    return troubles_in_text(_python(source)) if any(one.code == "py.syntax" for one in found) else found


def _source(cell: dict[str, Any]) -> str | None:
    written = cell.get("source", cell.get("input"))
    if isinstance(written, list) and all(isinstance(line, str) for line in written):
        return "".join(written)
    return written if isinstance(written, str) else None


def _python(source: str) -> str:
    """The cell's code with IPython's own lines emptied, so that places stay the same."""
    first = source.lstrip().split("\n", 1)[0]
    if first.startswith("%%") and not _STILL_PYTHON.match(first):
        return ""
    return "\n".join(_OUTSIDE.sub(r"\1pass", line) for line in source.split("\n"))


@dataclass(frozen=True, slots=True)
class Pages:
    """The code cells of a notebook as the text of one module. starts: how many lines precede each cell."""

    text: str
    starts: tuple[int, ...]

    def cell_of(self, line: int) -> tuple[int, int]:
        """Number of the code cell that a line (1-based) of the text stands in, and the lines before that cell."""
        cell = max(bisect_left(self.starts, line), 1)
        return cell, self.starts[cell - 1] if self.starts else 0


def pages(text: str) -> Pages:
    """What a notebook's code cells say together, IPython's own lines emptied; cells that are no Python are left out."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return Pages("", ())
    cells = _cells(value) if _is_python(value) else None
    written: list[str] = []
    starts: list[int] = []
    lines = 0
    for cell in (cells or ())[:_MOST_CELLS]:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            starts.append(lines)
            written.append(as_python(_source(cell) or ""))
            lines += written[-1].count("\n") + 1
    return Pages("\n".join(written), tuple(starts))


def as_python(source: str) -> str:
    """A cell as Python reads it, line ends as the parser counts them, all places the same."""
    source = source.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " ")
    for text in (source, _python(source)):
        if not any(one.code in ("py.syntax", "limits.depth") for one in troubles_in_text(text)):
            return text
    return "\n" * source.count("\n")
