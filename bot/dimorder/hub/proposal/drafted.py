"""What was made, as the pull request that it becomes."""

from __future__ import annotations

import hashlib
import json

from dimorder.hub.proposal import body
from dimorder.hub.proposal.content import Manners, Proposal, marked
from dimorder.proposal import CODE, Made


def drafted(made: Made, repository: str, base_branch: str, base: str, manners: Manners) -> Proposal:
    """The pull request to `repository`, made on the commit `base` of `base_branch`. Nothing is sent."""
    text = marked(body.text(made, manners), made.moved, _said(made))
    title, assumed = body.title(made, manners), body.assumed(made.reports)
    return Proposal(repository, base_branch, base, made.moved, made.files, title, text, assumed)


def _said(made: Made) -> str:
    """A digest of what the proposal comes to: another one makes the standing pull request anew.

    Figures and bytes are not in it: another processor, or the next version of dimorder, computes another last digit,
    and nobody wants hundreds of pull requests pushed again for that.
    """
    edited = {one.path for one in made.moved if one.target == CODE}
    facts = [
        [[one.path, one.sha256 if one.path in edited else ""] for one in made.files],
        [[one.source, one.target, one.verdict, one.dialect, *one.assumptions] for one in made.reports],
        [[one.path, *one.edits] for one in made.code],
        [[one.path, one.because] for one in made.left],
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
