"""Labels, reviewers and assignees: asked for once, and never again where somebody has taken them away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from dimorder.hub.problem import ApiProblem
from dimorder.hub.proposal.errand import Errand
from dimorder.hub.proposal.insisting import again

_NOT_OURS_TO_SAY = (403, 404, 422)
"""The token may not, or there is no such person there: the proposal stands all the same."""


class _Wish(NamedTuple):
    """kind: of the issue's events that tells of it. place: below the repository's. what: asked for."""

    kind: str
    place: tuple[str, ...]
    what: Mapping[str, Sequence[str]]


def dressed(errand: Errand, pull: Mapping[str, Any], *, is_new: bool) -> str:
    """Ask for what is missing; what was not given, in one sentence, "" where all was. pull: as GitHub describes it.

    Once the last wish was granted, an earlier run has come to the end of them, and whatever is missing has been refused
    or taken away. From a fork nothing is asked for: GitHub lets nobody label who has no right to the repository.
    """
    wishes = list(_wishes(errand, pull["number"]))
    missing = [wish for wish in wishes if not _is_there(wish, pull)]
    if not missing or _is_from_fork(pull):
        return ""
    if not is_new:
        had = _events(errand, pull["number"])
        missing = [wish for wish in missing if wish.kind not in had]
        if wishes[-1] not in missing:
            return ""
    failed = [wish.place[-1] for wish in missing if not _is_granted(errand, wish)]
    return f"GitHub did not take: {', '.join(failed).replace('_', ' ')}" if failed else ""


def _is_from_fork(pull: Mapping[str, Any]) -> bool:
    head, base = ((pull.get(side) or {}).get("repo") or {} for side in ("head", "base"))
    return bool(head.get("id") != base.get("id"))


def _wishes(errand: Errand, number: int) -> Iterator[_Wish]:
    manners = errand.manners
    if manners.assignees:
        yield _Wish("assigned", ("issues", str(number), "assignees"), {"assignees": manners.assignees})
    if manners.reviewers:
        teams = [one.partition("/")[2] for one in manners.reviewers if "/" in one]
        people = [one for one in manners.reviewers if "/" not in one and one != errand.us.login]
        what = {"reviewers": people, "team_reviewers": teams}
        yield _Wish("review_requested", ("pulls", str(number), "requested_reviewers"), what)
    if manners.labels:
        yield _Wish("labeled", ("issues", str(number), "labels"), {"labels": manners.labels})


def _is_there(wish: _Wish, pull: Mapping[str, Any]) -> bool:
    names = {
        "labels": {one.get("name") for one in pull.get("labels") or ()},
        "assignees": {one.get("login") for one in pull.get("assignees") or ()},
        "reviewers": {one.get("login") for one in pull.get("requested_reviewers") or ()},
        "team_reviewers": {one.get("slug") for one in pull.get("requested_teams") or ()},
    }
    return all(set(wanted) <= names[key] for key, wanted in wish.what.items())


def _events(errand: Errand, number: int) -> set[str]:
    """What we have asked for before: whoever took it away has decided."""
    found = errand.client.pages(*errand.repository, "issues", str(number), "events")
    return {str(one.get("event")) for one in found if (one.get("actor") or {}).get("id") == errand.us.id}


def _is_granted(errand: Errand, wish: _Wish) -> bool:
    document = {key: list(names) for key, names in wish.what.items() if names}
    write = partial(errand.client.write, "POST", *errand.repository, *wish.place, document=document)
    try:
        again(errand.client, write)
    except ApiProblem as problem:
        if problem.status in _NOT_OURS_TO_SAY and not problem.wait:
            return False
        raise
    return True
