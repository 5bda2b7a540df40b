"""Writes that end well however often GitHub stumbles: those that change nothing twice, and those that are looked up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from dimorder.hub.client import Client
from dimorder.hub.problem import ApiProblem

_TRIES = 4
_REFUSED_FOR_NOW = (409, 422)
"""It may be there already, or GitHub may not yet see what it stands on."""
Found = TypeVar("Found")


def again(client: Client, write: Callable[[], Any], tries: int = _TRIES) -> Any:
    """A write that does no harm when it is done twice: what it makes is named by what it holds, or only set."""
    try:
        return write()
    except ApiProblem as problem:
        if tries == 1 or not (problem.is_in_doubt or problem.wait) or not client.wait(problem):
            raise
    return again(client, write, tries - 1)


def once(client: Client, look: Callable[[], Found | None], write: Callable[[], Found]) -> Found:
    """What is looked for: written where it is not there, and looked for again before it would be written once more."""
    problem: ApiProblem | None = None
    for _ in range(_TRIES):
        found = look()
        if found is not None:
            return found
        if problem is not None and not _may_pass(problem):
            break
        try:
            return write()
        except ApiProblem as met:
            if met.is_refusal or not client.wait(met):
                raise
            problem = met
    assert problem is not None, "it is only asked again after a problem"
    raise problem


def _may_pass(problem: ApiProblem) -> bool:
    """Whether it is worth to try once more, now that it is known not to be there."""
    return problem.is_in_doubt or problem.wait > 0 or problem.status in _REFUSED_FOR_NOW
