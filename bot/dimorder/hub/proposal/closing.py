"""A pull request of ours with nothing more to propose: closed with its reason, so that the next run knows it was us."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from dimorder.hub.author import Author
from dimorder.hub.client import Client
from dimorder.hub.comparing import owned
from dimorder.hub.problem import ApiProblem
from dimorder.hub.proposal.branch import branch_at, head_of
from dimorder.hub.proposal.content import LONGEST, Manners, Outcome, Person, marker
from dimorder.hub.proposal.insisting import again, once
from dimorder.hub.proposal.standing import Ours, Standing, standing

_LATEST = 5
"""Of what we closed ourselves, whose branches are looked for."""
_MAY_STAY = (403, 404, 422)
"""What GitHub says of a branch that we may not remove; it is in nobody's way."""


def retire(client: Client, repository: str, us: Author, manners: Manners, because: str) -> Outcome | None:
    """Close what we have open there, since nothing is left to propose; None where nothing is open.

    because: our own words, one sentence. A branch that somebody has gone on with is left to him.
    """
    there = standing(client, repository, us)
    if not there.no:
        swept(client, there)
    for pull in there.proposals:
        if there.no:
            return Outcome("stopped", pull.url, there.no)
        if not is_untouched(client, pull, us, manners):
            return Outcome("stopped", pull.url, "somebody else has committed to its branch")
        close(client, repository, pull, because)
    return Outcome("closed", there.proposals[0].url, because) if there.proposals else None


def is_untouched(client: Client, pull: Ours, us: Author, manners: Manners) -> bool:
    """Whether nobody but us has committed to its branch; of one that is gone nothing can be lost."""
    person = manners.author or Person(us.login, us.email)
    return not pull.home or branch_at(client, pull.home, pull.head, us, person).is_ours


def close(client: Client, repository: str, pull: Ours, because: str) -> None:
    """Close it, then remove its branch. because: our own words, one sentence.

    Text and state change in one write: a pull request that is closed without the word in its mark was closed by a
    person, and that is a no.
    """
    place = ("repos", *owned(repository), "pulls", str(pull.number))
    said = marker(replace(pull.mark, closed=True))
    rest = pull.body.replace(marker(pull.mark), "").lstrip()
    document = {"state": "closed", "body": f"{said}\n**Closed by dimorder:** {because}.\n\n{rest}"[:LONGEST]}
    again(client, partial(client.write, "PATCH", *place, document=document))
    _removed(client, pull)


def swept(client: Client, there: Standing) -> None:
    """Remove branches of what we closed: an earlier run may have ended before it came to that."""
    used = {one.branch for one in there.pulls if one.is_open}
    closed = [one for one in there.pulls if one.mark.closed and one.branch not in used]
    for pull in closed[:_LATEST]:
        _removed(client, pull)


def _removed(client: Client, pull: Ours) -> None:
    """Its branch, unless somebody has gone on with it."""
    if not pull.home or not pull.branch:
        return
    branch = ("repos", *owned(pull.home), "git", "refs", "heads", *pull.branch.split("/"))

    def gone() -> bool | None:
        return head_of(client, pull.home, pull.branch) != pull.head or None

    def remove() -> bool:
        client.write("DELETE", *branch)
        return True

    try:
        once(client, gone, remove)
    except ApiProblem as problem:
        if problem.wait or problem.status not in _MAY_STAY:
            raise
