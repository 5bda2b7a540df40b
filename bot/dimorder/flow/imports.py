"""Which files of code import which others, told by names alone: enough to leave out what has to do with nothing."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from itertools import islice

_BEGIN = re.compile(r"(?:^|[;:\"]|\\n)[ \t]*(?:from|import)\b", re.MULTILINE)
"""Also inside the strings of JSON, as notebooks keep their lines."""
_WORD = re.compile(r"\w+")
_LONGEST, _MOST = 4000, 500
"""Characters of one import, and imports of one file: with more, it is taken for one that imports everything."""


def stem(path: str) -> str:
    """What other modules call the file: of a package, its folder."""
    folder, name = posixpath.split(path)
    return posixpath.basename(folder) if name == "__init__.py" else posixpath.splitext(name)[0]


def imports(text: str, stems: Collection[str]) -> bool:
    """Whether the code imports something that may be one of these modules."""
    names = _names(text)
    return names is None or not names.isdisjoint(stems)


def imported(text: str) -> frozenset[str]:
    """All words that stand where the code imports something."""
    lines = islice(_imports(text), _MOST)
    return frozenset(word for line in lines for word in _WORD.findall(line))


def importers(paths: Collection[str], texts: Mapping[str, str]) -> set[str]:
    """These files, and all that import one of them or each other, over however many others."""
    found, stems = set(paths), {stem(path) for path in paths}
    left = {path: _names(text) for path, text in texts.items()}
    while met := [path for path, names in left.items() if names is None or not names.isdisjoint(stems)]:
        stems = {stem(path) for path in met}
        found.update(met)
        for path in met:
            del left[path]
    return found


def _names(text: str) -> frozenset[str] | None:
    """All words of its imports, modules' names among them; None for more than are read."""
    lines = list(islice(_imports(text), _MOST + 1))
    return None if len(lines) > _MOST else frozenset(word for line in lines for word in _WORD.findall(line))


def imported_by(paths: Collection[str], texts: Mapping[str, str]) -> set[str]:
    """These files, and all that one of them imports, over however many others."""
    stems: dict[str, list[str]] = {}
    for path in texts:
        stems.setdefault(stem(path), []).append(path)
    found, waiting = set(paths), list(paths)
    while waiting:
        met = {path for word in imported(texts[waiting.pop()]) for path in stems.get(word, ())} - found
        found |= met
        waiting += met
    return found


def _imports(text: str) -> Iterator[str]:
    """What stands behind `import` and `from`, with the lines that go on."""
    for begin in _BEGIN.finditer(text):
        start, end = begin.end(), _end_of_line(text, begin.end())
        bracket = text.find("(", start, end)
        if bracket >= 0:
            close = text.find(")", bracket, start + _LONGEST)
            end = max(end, close)
        yield text[start:end]


def _end_of_line(text: str, start: int) -> int:
    """Behind the backslashes that join lines."""
    end = start
    while end - start < _LONGEST:
        found = text.find("\n", end, start + _LONGEST)
        if found < 0:
            return min(len(text), start + _LONGEST)
        if not text[end:found].rstrip("\r").endswith("\\"):
            return found
        end = found + 1
    return end
