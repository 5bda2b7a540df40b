"""The one comment that we ever write on a pull request of ours: that we leave it to whoever has gone on with it."""

from __future__ import annotations

from functools import partial

from dimorder.hub.proposal.errand import Errand
from dimorder.hub.proposal.insisting import once
from dimorder.hub.proposal.standing import Ours

MARKER = "<!-- dimorder:left-alone -->"
_TEXT = (  # a paragraph is one line: GitHub breaks lines where the text does
    f"{MARKER}\nSomebody else has committed to this branch, so dimorder leaves it alone from now on: it changes "
    "neither the branch nor this text again. Why it would have made the branch anew: {}.\n\n"
    "Taken back to the commit that dimorder made, the branch is kept up to date again; closed, the pull request does "
    "not come back.\n"
)


def left_alone(errand: Errand, pull: Ours, undone: str) -> None:
    """See that the comment is there, once. undone: what is not done, in our own words."""
    place = (*errand.repository, "issues", str(pull.number), "comments")
    write = partial(errand.client.write, "POST", *place, document={"body": _TEXT.format(undone)})
    once(errand.client, partial(_found, errand, place), lambda: bool(write()))


def _found(errand: Errand, place: tuple[str, ...]) -> bool | None:
    """Anybody can copy the marker, and nobody else can be us."""
    for told in errand.client.pages(*place):
        user = told.get("user")
        if isinstance(user, dict) and user.get("id") == errand.us.id and MARKER in str(told.get("body") or ""):
            return True
    return None
