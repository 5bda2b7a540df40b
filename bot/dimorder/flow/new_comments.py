"""Comments that suppress findings in one state of a file and did not in another, read where foreign bytes are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import BinaryIO

from dimorder.flow.standing import Nothing
from dimorder.sandbox.outside import Outside

_LONGEST_REASON, _LONGEST_CODE, _MOST_CODES = 200, 20, 10


@dataclass(frozen=True, slots=True)
class Quieted:
    """One comment that was not there before. line: in its cell, where the file is a notebook.

    about: digest of the statement that it stands on, however indented; for a whole file's, whether and where it counts.
    """

    path: str
    line: int
    cell: int | None
    codes: tuple[str, ...]
    reason: str
    about: str

    def __str__(self) -> str:
        cell = f"cell {self.cell}:" if self.cell else ""
        told = [code[:_LONGEST_CODE] for code in self.codes[:_MOST_CODES]] or ["no rule"]
        more = ["…"] if len(self.codes) > _MOST_CODES else []
        return f"{self.path}:{cell}{self.line} suppresses {', '.join(told + more)}: {self.reason or 'no reason given'}"


@dataclass(frozen=True, slots=True)
class Added:
    """The comments of one file."""

    comments: tuple[Quieted, ...]


def compare(files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Nothing, outside: Outside) -> Added:
    """The comments of `after` that `before` does not have, however often: what moves with its code is none."""
    path = names["after"]
    old = Counter((one.codes, one.reason, one.about) for one in _comments(files["before"].read(), path))
    added = []
    for one in _comments(files["after"].read(), path):
        key = (one.codes, one.reason, one.about)
        if old[key] > 0:
            old[key] -= 1
        else:
            added.append(one)
    return Added(tuple(added))


def _comments(data: bytes, path: str) -> Iterator[Quieted]:
    from dimorder.source import python  # the parent, which loads this module, reads no code
    from dimorder.source.suppressions import suppressions

    text = python.decoded(data)
    for cell, part in _parts(text, path) if isinstance(text, str) else ():
        digest = _digests(part)
        for said in suppressions(part):
            about = digest(*said.lines) if said.lines != (0, 0) else f"{said.is_late} {cell}"
            yield Quieted(path, said.line, cell, said.codes, said.reason[:_LONGEST_REASON], about)


def _digests(text: str) -> Callable[[int, int], str]:
    """Digests of statements, by their first and last line; of a long one with many comments only once."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    @cache
    def digest(first: int, last: int) -> str:
        words = "\n".join(lines[first - 1 : last]).split()
        return sha256(" ".join(words).encode("utf-8", "surrogatepass")).hexdigest()

    return digest


def _parts(text: str, path: str) -> Iterator[tuple[int | None, str]]:
    from dimorder.source.notebook import pages

    if not path.lower().endswith(".ipynb"):
        yield None, text
        return
    laid_out = pages(text)
    lines = laid_out.text.split("\n")
    for number, (start, end) in enumerate(zip(laid_out.starts, (*laid_out.starts[1:], len(lines)), strict=False), 1):
        yield number, "\n".join(lines[start:end])
