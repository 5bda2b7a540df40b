"""Paths told by patterns: `*` and `?` within a name, `**` for any folders, no slash for a name at any depth."""

from __future__ import annotations

import os
from dataclasses import dataclass
from fnmatch import fnmatchcase

from dimorder.errors import UsageError

MOST, LONGEST = 1000, 300
"""How many patterns are taken, and of how many characters."""


@dataclass(frozen=True, slots=True)
class Glob:
    """A pattern below a folder. root: absolute; the pattern is matched against paths from there."""

    pattern: str
    root: str

    def fits(self, path: str) -> bool:
        """Whether the path, or a folder above it, is meant; paths outside the root never are."""
        way = _way(path, self.root)
        wanted = tuple(part for part in self.pattern.split("/") if part not in ("", "."))
        if not way or not wanted:
            return False
        if len(wanted) == 1 and "/" not in self.pattern.rstrip("/"):
            return any(fnmatchcase(name, wanted[0]) for name in way)
        return any(_fits(wanted, way[:end]) for end in range(1, len(way) + 1))


def globs(patterns: tuple[str, ...], root: str) -> tuple[Glob, ...]:
    """The patterns below this folder; refused where one could not match anything."""
    for pattern in patterns:
        if not pattern.strip("/ ") or len(pattern) > LONGEST or ".." in pattern.split("/"):
            raise UsageError(
                f"{pattern[:LONGEST]!r} is no pattern of paths below a folder", hint="for example 'vendored/**/*.h5'"
            )
    return tuple(Glob(pattern, os.path.realpath(root)) for pattern in patterns)


def _way(path: str, root: str) -> tuple[str, ...]:
    """The names that lead from the root to the path; () for what lies elsewhere."""
    folder, name = os.path.split(os.path.abspath(path))
    way = os.path.relpath(os.path.join(os.path.realpath(folder), name), root)
    parts = tuple(way.split(os.sep))
    return () if parts[0] in ("..", ".") else parts


def _fits(wanted: tuple[str, ...], way: tuple[str, ...]) -> bool:
    """Pattern and path, name by name; in steps of their lengths' product, whoever wrote the pattern."""
    reached = {0}
    for part in wanted:
        if part == "**":
            reached = set(range(min(reached), len(way) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(way) and fnmatchcase(way[at], part)}
        if not reached:
            return False
    return len(way) in reached
