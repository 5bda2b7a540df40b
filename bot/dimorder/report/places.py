"""Where a finding is, as programs and people name it."""

from __future__ import annotations

import os
from urllib.parse import quote

from dimorder.finding import Finding
from dimorder.report.escape import plain

LONGEST_PATH = 4096


def place(finding: Finding) -> str:
    """`model.py:3:7`, `notes.ipynb:cell 2:3:7`, `weights.h5`, for a terminal."""
    cell = f":cell {finding.cell}" if finding.cell else ""
    line = f":{finding.line}:{finding.column or 1}" if finding.line else ""
    return f"{plain(finding.path, LONGEST_PATH)}{cell}{line}"


def inside(finding: Finding) -> str:
    """`cell 2, line 3: ` in front of messages whose readers know lines of files only; "" for other files."""
    if not finding.cell:
        return ""
    return f"cell {finding.cell}, line {finding.line}: " if finding.line else f"cell {finding.cell}: "


def line_of(finding: Finding) -> int:
    """1-based, in the file: 1 where the finding is about the whole of it, or in a cell."""
    return 1 if finding.cell else finding.line or 1


def relative(path: str) -> str:
    """The path from the current folder, or an absolute one where it does not lie below that."""
    found = os.path.relpath(path or os.curdir)
    return os.path.abspath(path) if found == os.pardir or found.startswith(f"{os.pardir}/") else found


def uri(path: str) -> str:
    """A path as RFC 3986 has it: relative, or a `file:` URI where it is absolute. Bytes that are no text are kept."""
    spelled = quote(_bytes(path), safe="/")
    return f"file://{spelled}" if path.startswith("/") else spelled


def _bytes(path: str) -> bytes:
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # halves of pairs that no file's name holds
        return path.encode("utf-8", "surrogatepass")
