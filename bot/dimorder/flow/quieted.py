"""What a pull request adds to keep findings quiet: suppressions in code, entries of the baseline.

They count, and whoever decides about the pull request hears of them first. The base's side is read from git, the other
one as it lies there to be judged: what git holds of that may be a link, or a pointer of Git LFS.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack

from dimorder.errors import DimorderError, EnvironmentProblem
from dimorder.flow import baseline
from dimorder.flow.bundle import nameless
from dimorder.flow.git_change import LARGEST
from dimorder.flow.inputs import small
from dimorder.flow.kinds import by_name
from dimorder.flow.new_comments import Added, Quieted
from dimorder.flow.two_sides import Reader
from dimorder.sandbox.files import Identity, Opened, Rights, open_input
from dimorder.sandbox.isolated import Flow

_TRACE = b"dimorder:"
"""Stands so in Python, of which only encodings are read that spell ASCII as ASCII; JSON has other ways to write it."""


def suppressions_added(ways: Iterable[str], before: Reader | None, top: str) -> Iterator[Quieted]:
    """Comments of these files (from the repository's top) that the base's files do not have, or not on that code.

    before: None where the base is not here; then all of them are told.
    """
    for way in sorted(ways):
        kind = by_name(way)
        data = _there(os.path.join(top, way)) if kind in ("python", "notebook") else None
        if data is not None and (kind == "notebook" or _TRACE in data):
            yield from _added(way, (before(way) if before else None) or b"", data)


def entries_added(path: str, way: str, before: Reader) -> Iterator[str]:
    """What the baseline at this path holds that the base's does not, one sentence each. way: from the top."""
    try:
        with open_input(path) as opened:
            new = _entries(small(_KNOWN, {baseline.ROLE: opened}))
    except EnvironmentProblem:
        raise
    except DimorderError:
        return  # whoever checks against it says so
    for (rule, where, *_), count in sorted((new - _known(way, before(way))).items()):
        yield f"{way} takes {rule} of {where} for known{f', {count} times' if count > 1 else ''}"


def _there(path: str) -> bytes | None:
    """The file's bytes; None for what is no regular file in real folders, or larger than what is read of code."""
    if os.path.realpath(os.path.dirname(path)) != os.path.dirname(path):
        return None
    try:
        with open_input(path, follow=False) as opened:
            return opened.file.read() if opened.identity.size <= LARGEST else None
    except EnvironmentProblem:
        raise
    except DimorderError:
        return None


def _added(path: str, before: bytes, after: bytes) -> tuple[Quieted, ...]:
    with ExitStack() as stack:
        opened = {role: _opened(stack, path, data) for role, data in (("before", before), ("after", after))}
        try:
            return small(_COMPARED, opened).comments
        except EnvironmentProblem:
            raise
        except DimorderError:
            return ()  # what cannot be read is told of the file itself


def _known(way: str, data: bytes | None) -> Counter[baseline.Key]:
    """What the base's side holds; nothing for what is none."""
    if data is None:
        return Counter()
    with ExitStack() as stack:
        try:
            return _entries(small(_KNOWN, {baseline.ROLE: _opened(stack, way, data)}))
        except EnvironmentProblem:
            raise
        except DimorderError:
            return Counter()


def _entries(known: baseline.Known) -> Counter[baseline.Key]:
    """How often each is known. One for another state of a file is another one."""
    found = Counter[baseline.Key]()
    for one in known.entries:
        found[one.rule, one.path, one.sha256, one.fingerprint] += one.count
    return found


def _opened(stack: ExitStack, path: str, data: bytes) -> Opened:
    file = nameless(stack)
    file.write(data)
    file.seek(0)
    return Opened(path, file, Identity(0, 0, len(data), 0), Rights(), made=True)


_COMPARED = Flow("dimorder.flow.new_comments:compare", Added)
_KNOWN = Flow("dimorder.flow.baseline:read", baseline.Known)
