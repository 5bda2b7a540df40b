"""What a pull request keeps quiet itself, in sentences: no more of them than are read, for a stranger chooses."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from dimorder.action.base import Basis
from dimorder.flow.configured import Found
from dimorder.flow.git import WorkTree
from dimorder.flow.quieted import entries_added, suppressions_added
from dimorder.flow.two_sides import Reader
from dimorder.hub.problem import ApiProblem

_ADDS, _UNKNOWN = "this change adds: ", "which suppressions this change adds is not known, since its base is not"
_MOST_TOLD, _LONGEST_TOLD = 1000, 2000
"""Sentences, and characters of one: the second job takes reports with no more than a few times that."""


def quieted(known: Basis, found: Found, tree: WorkTree) -> tuple[str, ...]:
    """Sentences about what the change adds."""
    before = _forgiving(known.base) if known.base else None
    told = [*_suppressed(known, before, tree.top), *_forgiven(found, before, tree.top)]
    added = tuple(f"{_ADDS}{one}" for one in few(told, "suppressions and entries"))
    return added if known.change else (_UNKNOWN, *added)


def _suppressed(known: Basis, before: Reader | None, top: str) -> Iterator[str]:
    """Comments in the files that it changes, where these are known."""
    ways = [os.path.relpath(path, top) for path in known.change.files] if known.change else []
    return map(str, suppressions_added(ways, before, top))


def _forgiven(found: Found, before: Reader | None, top: str) -> Iterator[str]:
    """Entries of the baseline that the run goes by, whatever file or link it lies in."""
    if found.stated.baseline and before:
        path = os.path.join(os.path.dirname(found.path), found.stated.baseline)
        yield from entries_added(path, os.path.relpath(path, top), before)


def few(told: Iterable[str], kind: str) -> tuple[str, ...]:
    """As much as somebody may read, and how many are left: strangers choose their number and length."""
    every = list(told)
    more = (f"{len(every) - _MOST_TOLD} more {kind}, which are not told",) if len(every) > _MOST_TOLD else ()
    return (*(one[:_LONGEST_TOLD] for one in every[:_MOST_TOLD]), *more)


def _forgiving(read: Reader) -> Reader:
    """A base that does not answer has said nothing, so that all comments are told."""

    def content(path: str) -> bytes | None:
        try:
            return read(path)
        except ApiProblem:
            return None

    return content


def is_about_quiet(note: str) -> bool:
    """Whether a note of a report is one of these sentences."""
    return note.startswith((_ADDS, _UNKNOWN))
