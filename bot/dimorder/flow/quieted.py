"""What a pull request adds to keep findings quiet: suppressions in code, entries of the baseline.

They count, and whoever decides about the pull request hears of them first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import BinaryIO

from dimorder.errors import DimorderError, EnvironmentProblem
from dimorder.flow import baseline
from dimorder.flow.bundle import nameless
from dimorder.flow.inputs import small
from dimorder.flow.kinds import by_name
from dimorder.flow.standing import Nothing
from dimorder.flow.two_sides import Reader
from dimorder.sandbox.files import Identity, Opened, Rights
from dimorder.sandbox.isolated import Flow
from dimorder.sandbox.outside import Outside

_TRACE = b"dimorder:"
_CODE = ("python", "notebook")
_MOST = 2000
"""Files of code that are compared."""
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Quieted:
    """One comment that was not there before. line: in its cell, where the file is a notebook."""

    path: str
    line: int
    cell: int | None
    codes: tuple[str, ...]
    reason: str

    def __str__(self) -> str:
        cell = f"cell {self.cell}:" if self.cell else ""
        codes = ", ".join(self.codes) or "no rule"
        return f"{self.path}:{cell}{self.line} suppresses {codes}: {self.reason or 'no reason given'}"


@dataclass(frozen=True, slots=True)
class Added:
    """The comments of one file."""

    comments: tuple[Quieted, ...]


def suppressions_added(paths: Iterable[str], before: Reader | None, after: Reader) -> tuple[Quieted, ...]:
    """Comments of these files (from the repository's top) that the base's files do not have.

    before: None where the base is not here; then all of them are told.
    """
    found: list[Quieted] = []
    code = [path for path in sorted(paths) if by_name(path) in _CODE]
    for path in code[:_MOST]:
        data = after(path)
        if data is not None and _TRACE in data:
            found += _added(path, (before(path) if before else None) or b"", data)
    return tuple(found)


def entries_added(path: str, before: Reader, after: Reader) -> tuple[str, ...]:
    """What the baseline at this path (from the repository's top) holds that the base's does not, one sentence each."""
    sides = [after(path), before(path)]
    new, old = (Counter(_entries(path, data)) for data in sides)
    return tuple(f"{path} takes {rule} of {where} for known" for rule, where in sorted((new - old).elements()))


def _added(path: str, before: bytes, after: bytes) -> tuple[Quieted, ...]:
    with ExitStack() as stack:
        opened = {role: _opened(stack, path, data) for role, data in (("before", before), ("after", after))}
        try:
            return small(_COMPARED, opened).comments
        except EnvironmentProblem:
            raise
        except DimorderError:
            return ()  # what cannot be read is told of the file itself


def _entries(path: str, data: bytes | None) -> Iterator[tuple[str, str]]:
    if data is None:
        return
    with ExitStack() as stack:
        try:
            known = small(_KNOWN, {baseline.ROLE: _opened(stack, path, data)})
        except EnvironmentProblem:
            raise
        except DimorderError:
            return
    for entry in known.entries:
        yield from [(entry.rule, entry.path)] * min(entry.count, 100)


def _opened(stack: ExitStack, path: str, data: bytes) -> Opened:
    file = nameless(stack)
    file.write(data)
    file.seek(0)
    return Opened(path, file, Identity(0, 0, len(data), 0), Rights(), made=True)


def compare(files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Nothing, outside: Outside) -> Added:
    """The comments of `after` that `before` does not have, however often: moved ones are none."""
    path = names["after"]
    old = Counter((one.codes, one.reason) for one in _comments(files["before"].read(), path))
    added = []
    for one in _comments(files["after"].read(), path):
        if old[one.codes, one.reason] > 0:
            old[one.codes, one.reason] -= 1
        else:
            added.append(one)
    return Added(tuple(added))


def _comments(data: bytes, path: str) -> Iterator[Quieted]:
    from dimorder.source import python  # the parent, which loads this module, reads no code
    from dimorder.source.suppressions import suppressions

    text = python.decoded(data)
    for cell, part in _parts(text, path) if isinstance(text, str) else ():
        for said in suppressions(part):
            yield Quieted(path, said.line, cell, said.codes, said.reason[:_LONGEST_REASON])


def _parts(text: str, path: str) -> Iterator[tuple[int | None, str]]:
    from dimorder.source.notebook import pages

    if not path.lower().endswith(".ipynb"):
        yield None, text
        return
    laid_out = pages(text)
    lines = laid_out.text.split("\n")
    for number, (start, end) in enumerate(zip(laid_out.starts, (*laid_out.starts[1:], len(lines)), strict=False), 1):
        yield number, "\n".join(lines[start:end])


_COMPARED = Flow("dimorder.flow.quieted:compare", Added)
_KNOWN = Flow("dimorder.flow.baseline:read", baseline.Known)
