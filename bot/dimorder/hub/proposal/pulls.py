"""The pull request itself: looked up by its branch before it is opened, and kept as it should be afterwards."""

from __future__ import annotations

from functools import partial
from typing import Any

from dimorder.hub.problem import ApiProblem
from dimorder.hub.proposal.branch import branch_at, head_of
from dimorder.hub.proposal.carriage import Carriage
from dimorder.hub.proposal.commit import committed
from dimorder.hub.proposal.content import mark_in
from dimorder.hub.proposal.errand import Errand
from dimorder.hub.proposal.home import Home
from dimorder.hub.proposal.insisting import again, once

_MOVED = 409
_ROUNDS = 3
_DRAFT = "draft"


class LeftAlone(Exception):
    """Somebody else has committed to the branch."""


def branched(errand: Errand, home: Home, carriage: Carriage, base: str = "") -> bool:
    """Let the branch hold the files, on the commit `base` ("": wherever it begins). Whether that took a write.

    Raises LeftAlone where it holds anybody else's commit. What was pushed without an answer is looked up.
    """
    for round_ in range(_ROUNDS):
        head = head_of(errand.client, home.repository, errand.proposal.branch)
        if head and _is_right(errand, home, carriage, head, base):
            return round_ > 0
        try:
            if committed(errand, home, carriage, head):
                return True
        except ApiProblem as problem:
            is_for_now = problem.is_in_doubt or problem.wait or problem.status == _MOVED
            if round_ == _ROUNDS - 1 or not is_for_now or not errand.client.wait(problem):
                raise
    raise LeftAlone


def _is_right(errand: Errand, home: Home, carriage: Carriage, head: str, base: str) -> bool:
    branch = branch_at(errand.client, home.repository, head, errand.us, errand.person)
    if not branch.is_ours:
        raise LeftAlone
    return carriage.is_on(branch.blobs) and branch.base == (base or branch.base)


def found(errand: Errand, home: Home) -> Any:
    """The newest pull request from the branch, ours or not, whatever became of it; None for none that counts.

    Those that we closed ourselves, as obsolete, do not count: they may be opened again as new ones.
    """
    query = {"head": home.head(errand.proposal.branch), "state": "all", "sort": "created", "direction": "desc"}
    for told in errand.client.pages(*errand.repository, "pulls", query=query):
        if (told.get("head") or {}).get("ref") != errand.proposal.branch:
            continue  # GitHub's relatives do not choose by the head
        mark = mark_in(str(told.get("body") or ""))
        if told.get("state") == "open" or mark is None or not mark.closed:
            return told
    return None


def opened(errand: Errand, home: Home) -> tuple[Any, bool]:
    """The pull request, as GitHub describes it, and whether it is new."""
    proposal = errand.proposal
    document = {
        "title": proposal.title, "head": home.head(proposal.branch) if home.is_fork else proposal.branch,
        "base": proposal.base_branch, "body": proposal.body,
        **({"draft": True} if errand.manners.draft else {}),
        **({"maintainer_can_modify": True} if home.is_fork else {}),
    }  # fmt: skip
    new = []

    def write() -> Any:
        try:
            new.append(errand.client.write("POST", *errand.repository, "pulls", document=document))
        except ApiProblem as problem:
            if not document.get("draft") or _DRAFT not in problem.told.lower():
                raise
            del document["draft"]  # private repositories know no drafts on every plan
            new.append(errand.client.write("POST", *errand.repository, "pulls", document=document))
        return new[0]

    return once(errand.client, partial(found, errand, home), write), bool(new)


def rewritten(errand: Errand, number: int) -> None:
    """Let it say what the proposal says."""
    document = {"title": errand.proposal.title, "body": errand.proposal.body}
    place = (*errand.repository, "pulls", str(number))
    again(errand.client, partial(errand.client.write, "PATCH", *place, document=document))
