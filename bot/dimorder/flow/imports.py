"""Which files of code import which others, told by names alone: enough to leave out what has to do with nothing."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection

_IMPORTED = re.compile(r"^\s*(?:from|import)\s+([\w.]+)", re.MULTILINE)


def stem(path: str) -> str:
    """What other modules call the file: of a package, its folder."""
    folder, name = posixpath.split(path)
    return posixpath.basename(folder) if name == "__init__.py" else posixpath.splitext(name)[0]


def imports(text: str, stems: Collection[str]) -> bool:
    """Whether the code imports something that may be one of these modules."""
    return any(part in stems for name in _IMPORTED.findall(text) for part in name.split("."))
