"""What keeps a source text from being read, or from being trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Trouble:
    """One sentence about a place.

    code:         py.syntax, py.python2 (not read without fissix), py.encoding, ipynb.shape, names.unicode, or limits.*.
    line, column: 1-based; None where there is no such place. cell: 1-based number of the notebook's code cell.
    """

    code: Literal[
        "py.syntax", "py.python2", "py.encoding", "ipynb.shape", "names.unicode",
        "limits.declared-size", "limits.depth",
    ]  # fmt: skip
    message: str
    line: int | None = None
    column: int | None = None
    cell: int | None = None
