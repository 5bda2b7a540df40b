"""A run held against the findings that are known, and these written down."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from dimorder.errors import DimorderError, EnvironmentProblem, UsageError
from dimorder.finding import NOT_JUDGED, Finding
from dimorder.flow.baseline import ROLE, Entry, Key, Known, written
from dimorder.flow.inputs import small
from dimorder.flow.kinds import by_name
from dimorder.sandbox.files import explaining, open_input, sha256
from dimorder.sandbox.isolated import Flow
from dimorder.sandbox.publish import publish
from dimorder.sandbox.temporary import temporary

_READ = Flow("dimorder.flow.baseline:read", Known, looks=True)
_CODE = ("python", "notebook")
_GONE = "gone"
"""In place of the sha256 of a file that cannot be read any more: no entry is bound to it."""


@dataclass(frozen=True, slots=True)
class Compared:
    """known: which of the findings the baseline holds, by number. stale: entries of what is not found any more."""

    known: frozenset[int]
    stale: tuple[str, ...]


def compared(findings: Sequence[Finding], path: str, looked_at: Iterable[str]) -> Compared:
    """All findings against the baseline at this path. looked_at: paths of which the run says something."""
    left = Counter({_key_of(entry): entry.count for entry in _read(path).entries})
    known = set()
    for number, key in enumerate(keyed(findings, path)):
        if left[key] > 0:
            left[key] -= 1
            known.add(number)
    ways = {_way(one, path) for one in looked_at}
    folder = os.path.dirname(path)
    stale = [
        f"{path}: {rule} of {way} is out of date: {_why(way, folder, sha)}"
        for (rule, way, sha, _), count in left.items()
        if count > 0 and (way in ways or not os.path.lexists(os.path.join(folder, way)))
    ]
    return Compared(frozenset(known), tuple(stale))


def write(findings: Sequence[Finding], path: str) -> tuple[Finding, ...]:
    """These findings as the baseline at this path, which replaces a baseline and no other file; those that it holds.

    What cannot be read is bound to nothing, and is not held.
    """
    if os.path.lexists(path):
        _read(path)
    keys = {number: key for number, key in enumerate(keyed(findings, path)) if key[2] != _GONE}
    with ExitStack() as stack:
        temp = stack.enter_context(temporary(path))
        with explaining(f"cannot write {path!r}"):
            temp.file.write(written(keys.values()))
            temp.file.flush()
        publish(temp, force=True)
    return tuple(findings[number] for number in keys)


def keyed(findings: Sequence[Finding], path: str) -> list[Key]:
    """What the baseline at this path knows each finding by."""
    digests: dict[str, str] = {}
    return [_key(one, path, digests) for one in findings]


def _key(one: Finding, path: str, digests: dict[str, str]) -> Key:
    way = _way(one.path, path)
    if by_name(one.path) in _CODE and one.rule not in NOT_JUDGED:
        return (one.rule, way, "", one.fingerprint)
    if one.path not in digests:
        digests[one.path] = _digest(one.path)
    return (one.rule, way, digests[one.path], "")


def _key_of(entry: Entry) -> Key:
    return (entry.rule, entry.path, entry.sha256, entry.fingerprint)


def _digest(path: str) -> str:
    try:
        with open_input(path) as opened, explaining(f"cannot read {path!r}"):
            return sha256(opened.file)
    except DimorderError:
        return _GONE


def _way(path: str, baseline: str) -> str:
    """From the baseline's folder, the same on every machine; a byte that is no text becomes what JSON can hold."""
    way = os.path.relpath(path, os.path.dirname(os.path.abspath(baseline))).replace(os.sep, "/")
    return way.encode("utf-8", "backslashreplace").decode("utf-8")


def _why(way: str, folder: str, digest: str) -> str:
    if not os.path.lexists(os.path.join(folder, way)):
        return "the file is gone"
    return "the file has changed, or is right now" if digest else "the code has changed, or is right now"


def _read(path: str) -> Known:
    with ExitStack() as stack:
        opened = stack.enter_context(open_input(path))
        try:
            return small(_READ, {ROLE: opened})
        except (UsageError, EnvironmentProblem):
            raise
        except DimorderError as problem:
            raise UsageError(f"{path}: no baseline ({problem.sentence})", hint="write it anew") from problem
