"""A proposal brought to GitHub: opened, updated, left as it is, or not, because somebody there has said no.

Wherever it is killed, it can be run again from the start: what is there is looked up before each write, and what was
done without an answer is found by its branch and its mark.
"""

from __future__ import annotations

from typing import Any

from dimorder.hub.author import Author
from dimorder.hub.client import Client
from dimorder.hub.problem import ApiProblem
from dimorder.hub.proposal.carriage import Carriage, carriage
from dimorder.hub.proposal.closing import close, is_untouched, swept
from dimorder.hub.proposal.content import CODE, Manners, Outcome, Proposal
from dimorder.hub.proposal.declined import Declined
from dimorder.hub.proposal.dressing import dressed
from dimorder.hub.proposal.errand import Errand
from dimorder.hub.proposal.home import Home, forked, home, is_app
from dimorder.hub.proposal.instead import issue
from dimorder.hub.proposal.pulls import LeftAlone, branched, opened, rewritten
from dimorder.hub.proposal.remark import left_alone
from dimorder.hub.proposal.standing import Ours, Standing, own, standing

TOUCHED = "somebody else has committed to its branch"
AS_IT_SHOULD = "nothing is to be done"
_FORBIDDEN = 403
_REPLACED = "what it was about has changed, and a new one follows"


class _SaidNo(Exception):
    """Somebody has, while something was being done."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.because)
        self.outcome = outcome


def publish(client: Client, proposal: Proposal, manners: Manners, us: Author) -> Outcome:
    """Do what is to be done; what became of it. Raises ApiProblem where GitHub does not answer: run it again later.

    us: by whose number pull requests, comments and commits are known to be ours.
    """
    errand = Errand(client, proposal, manners, us)
    there = standing(client, proposal.repository, us)
    said_no = _no(there, proposal)
    if said_no:
        return said_no
    same = there.of(proposal.content)
    try:
        return _kept(errand, same, there) if same else _new(errand, there)
    except Declined as why:
        return Outcome("refused", same.url if same else "", f"{why.sentence} ({why.hint})")


def _no(there: Standing, proposal: Proposal) -> Outcome | None:
    """What stands against it: somebody's word, or that it was done long ago."""
    same = there.of(proposal.content)
    url = same.url if same else ""
    if there.no:
        return Outcome("stopped", url, there.no)
    if same and same.is_done:
        return Outcome("unchanged", url, "it was merged")
    if same and not same.is_open:
        return Outcome("stopped", url, "it was closed, which is a no for these files")
    return None


def _new(errand: Errand, there: Standing) -> Outcome:
    for old in there.open:
        if not is_untouched(errand.client, old, errand.us, errand.manners):
            return Outcome("stopped", old.url, TOUCHED)
    swept(errand.client, there)
    where, means = home(errand), carriage(errand)
    try:
        return _from(errand, where, means)
    except ApiProblem as problem:
        # What GitHub says of a person's rights is not what it says of the token's, or of the rules for branches.
        if problem.status != _FORBIDDEN or problem.wait or where.is_fork or is_app(errand):
            raise
    return _from(errand, forked(errand), means)


def _from(errand: Errand, where: Home, means: Carriage) -> Outcome:
    if where.is_fork and means.lfs:
        return issue(errand, means)
    try:
        branched(errand, where, means)
    except LeftAlone:
        return Outcome("stopped", "", f"{where.repository} has a branch {errand.proposal.branch} of somebody else")
    return _proposed(errand, where)


def _proposed(errand: Errand, where: Home) -> Outcome:
    """The branch is there, and nobody sees it yet; what was asked first is asked again, for minutes may have passed."""
    there = standing(errand.client, errand.proposal.repository, errand.us)
    said_no = _no(there, errand.proposal)
    if said_no:
        return said_no
    for old in there.open:
        if old.mark.content != errand.proposal.content:
            if not is_untouched(errand.client, old, errand.us, errand.manners):
                return Outcome("stopped", old.url, TOUCHED)
            close(errand.client, errand.proposal.repository, old, _REPLACED)
    told, is_new = opened(errand, where)
    pull = own(told, errand.us)
    if pull is None:
        return Outcome("stopped", str(told.get("html_url")), "somebody else has opened a pull request from its branch")
    if not pull.is_open:
        return _ended(errand, pull)
    aside = dressed(errand, told, is_new=is_new)
    return Outcome("opened", pull.url, "; ".join(part for part in (held(errand.proposal), aside) if part))


def _ended(errand: Errand, pull: Ours) -> Outcome:
    """What became of it meanwhile."""
    return _no(Standing((pull,), ""), errand.proposal) or Outcome("stopped", pull.url, "it is closed")


def held(proposal: Proposal) -> str:
    """What is in it, in a few words."""
    code = sum(one.target == CODE for one in proposal.moved)
    counted = ((len(proposal.moved) - code, "weight file", "converted and proven"), (code, "file of code", "moved"))
    return ", ".join(
        f"{number} {thing if number == 1 else thing.replace('file', 'files')} {done}"
        for number, thing, done in counted if number
    )  # fmt: skip


def _kept(errand: Errand, pull: Ours, there: Standing) -> Outcome:
    told = errand.client.get(*errand.repository, "pulls", str(pull.number))
    pull = own(told, errand.us) or pull
    if not pull.is_open:
        return _ended(errand, pull)
    reasons = _reasons(errand.proposal, pull, told)
    if reasons and not pull.home:
        return Outcome("stopped", pull.url, "its branch is gone")
    try:
        is_new = bool(reasons) and _renewed(errand, pull)
    except LeftAlone:
        left_alone(errand, pull, reasons)
        return Outcome("stopped", pull.url, TOUCHED)
    except _SaidNo as said:
        return said.outcome
    swept(errand.client, there)
    aside = dressed(errand, told, is_new=False)
    return Outcome("updated" if is_new else "unchanged", pull.url, reasons or aside or AS_IT_SHOULD)


def _reasons(proposal: Proposal, pull: Ours, told: Any) -> str:
    """Why it is to be made anew; "" if it is not."""
    if pull.is_asked_for:
        return "the box for a new branch was ticked"
    if pull.mark.closed:
        return "it was opened again"
    if told.get("mergeable") is False:
        return f"it could no longer be merged into {proposal.base_branch}"
    return "" if f" said={pull.mark.said} " in proposal.marker else "what it proposes has changed"


def _renewed(errand: Errand, pull: Ours) -> bool:
    """The branch, then the text: while the text is the old one, the next run knows that there is something to do."""
    where = Home(pull.home, is_fork=pull.home.lower() != errand.proposal.repository.lower())
    is_new = branched(errand, where, carriage(errand), errand.proposal.base)
    said_no = _no(standing(errand.client, errand.proposal.repository, errand.us), errand.proposal) if is_new else None
    if said_no:  # while the branch was made, for which minutes may have passed
        raise _SaidNo(said_no)
    standing_text = pull.title, pull.body.replace("\r\n", "\n").rstrip()
    if standing_text == (errand.proposal.title, errand.proposal.body.rstrip()):
        return is_new
    rewritten(errand, pull.number)
    return True
