"""`dimorder init --pr`: a pull request that holds the configuration alone, and asks whether the bot may come."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import replace

from dimorder.errors import UsageError
from dimorder.flow.configured import OWN, PROJECT
from dimorder.flow.starting_files import CONFIGURATION
from dimorder.hub.access import Access
from dimorder.hub.client import Client
from dimorder.hub.comparing import content
from dimorder.hub.proposal.body import STOP
from dimorder.hub.proposal.content import INVITATION, Manners, NewFile, Outcome, Proposal, marked
from dimorder.hub.proposal.publish import publish
from dimorder.hub.proposal.standing import standing
from dimorder.hub.sweep.discovery import head
from dimorder.hub.sweep.sources import looked_up, named

_TITLE = "Invite dimorder, which converts Keras weights in Theano's layout"
_TEXT = (  # a paragraph is one line: GitHub breaks lines where the text does
    f"This adds one file, `{OWN}`. Merging it invites dimorder: where it finds Keras weights in Theano's layout, it "
    "converts them, proves that the predictions stay the same, and opens **one** pull request with the converted files "
    "and the proof. No file that is there is ever changed without being asked for.\n\n"
    "- Merge it to invite it, or leave it open for later.\n"
    "- Close it to say no: it does not come back.\n"
    f"- Later, `enabled: false` in that file, or the label `{STOP}` on any issue or pull request, sends it away again."
    "\n\n---\n\nThis pull request is automated: dimorder wrote it, and nobody has looked at it before you.\n"
)
_ASKED = "merged, it invites the bot"


def propose(access: Access, repository: str, manners: Manners) -> Outcome:
    """Open the pull request, unless it is there, was refused, or has nothing to add. Raises ApiProblem, UsageError."""
    (name,) = named((repository,))
    one = looked_up(access, name, named=True)
    client = access.reading(one.name)
    base = head(client, one.name, one.branch)
    if not base:
        raise UsageError(f"{one.name} is empty", hint="push a first commit")
    if one.archived or one.disabled:
        raise UsageError(f"{one.name} is archived", hint="nobody could merge a pull request there")
    path = _configured(client, one.name, base)
    if path:
        return Outcome("unchanged", "", f"{path} configures dimorder already")
    there = standing(access.reading(one.name, pulls=True), one.name, access.author())
    if there.proposals:
        return Outcome("unchanged", there.proposals[0].url, "a pull request of ours is open there")
    body = marked(_TEXT, INVITATION, hashlib.sha256(CONFIGURATION.encode()).hexdigest()[:16])
    with tempfile.TemporaryDirectory() as folder:
        proposal = Proposal(one.name, one.branch, base, INVITATION, (_file(folder),), f"{manners.prefix}{_TITLE}", body)
        outcome = publish(access.writing(one.name), proposal, manners, access.author())
    return replace(outcome, because=_ASKED) if outcome.word == "opened" else outcome


def _file(folder: str) -> NewFile:
    path, data = os.path.join(folder, "configuration"), CONFIGURATION.encode()
    with open(path, "wb") as file:
        file.write(data)
    return NewFile(OWN, path, hashlib.sha256(data).hexdigest(), len(data))


def _configured(client: Client, repository: str, commit: str) -> str:
    """The file that configures it there, "" for none. A word in it is enough: it is not ours to judge here."""
    if content(client, repository, commit, OWN) is not None:
        return OWN
    told = content(client, repository, commit, PROJECT)
    return PROJECT if told and b"[tool.dimorder" in told else ""
