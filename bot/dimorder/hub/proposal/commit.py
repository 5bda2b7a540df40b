"""The commit of a proposal and the branch that points to it; anything but its files stays as the base has it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import partial
from typing import Any

from dimorder.hub.problem import ApiProblem
from dimorder.hub.proposal.branch import TRAILER, head_of
from dimorder.hub.proposal.carriage import Carriage
from dimorder.hub.proposal.content import NewFile
from dimorder.hub.proposal.errand import Errand
from dimorder.hub.proposal.home import Home, caught_up
from dimorder.hub.proposal.insisting import again, once
from dimorder.sandbox.files import open_input, sha256

_REGULAR = "100644"


def message(errand: Errand) -> str:
    """What the commit says: the title, and by which the next run knows it."""
    signed = f"Signed-off-by: {errand.person.name} <{errand.person.email}>\n" if errand.manners.sign_off else ""
    return f"{errand.proposal.title}\n\n{TRAILER} {errand.proposal.content}\n{signed}"


def committed(errand: Errand, home: Home, carriage: Carriage, before: str) -> bool:
    """Let the branch be one commit on the base; False where somebody was faster.

    before: what it points to, "" where it is not there.

    Nothing is lost and nothing doubled wherever this is killed: blobs and trees are called after what they hold, a
    commit without a branch is seen by nobody, and the branch is looked up before it is made.
    """
    if home.is_fork:
        caught_up(errand, home)
    if carriage.by_git:
        _by_git(errand, home, carriage, before)
        return True
    sha = _commit(errand, home)
    if before:
        _move(errand, home, before, sha)
        return True
    return once(errand.client, partial(_pointing, errand, home), partial(_pointed, errand, home, sha)) == sha


def _by_git(errand: Errand, home: Home, carriage: Carriage, before: str) -> None:
    from dimorder.hub import git  # few proposals need it

    proposal = errand.proposal
    git.committed(
        errand.client, home.repository, proposal.base, proposal.files, carriage.lfs,
        message(errand), errand.person, proposal.branch, before,
    )  # fmt: skip


def _commit(errand: Errand, home: Home) -> str:
    proposal, author = errand.proposal, errand.manners.author
    tree = str(errand.client.get(*home.parts, "git", "commits", proposal.base)["tree"]["sha"])
    entries = [
        {"path": one.path, "mode": _mode(errand, home, tree, one), "type": "blob", "sha": _blob(errand, home, one)}
        for one in proposal.files
    ]
    made = _write(errand, home, "trees", {"base_tree": tree, "tree": entries})
    stated: dict[str, Any] = {"message": message(errand), "tree": made, "parents": [proposal.base]}
    if author:  # else GitHub names the token's account, and signs what an App commits
        stated["author"] = {"name": author.name, "email": author.email}
    return _write(errand, home, "commits", stated)


def _blob(errand: Errand, home: Home, file: NewFile) -> str:
    with open_input(file.source, follow=False) as opened:
        if sha256(opened.file) != file.sha256:
            raise ApiProblem(f"{file.path} is no longer what was proven", 409)
        opened.file.seek(0)
        content = base64.b64encode(opened.file.read()).decode("ascii")
    return _write(errand, home, "blobs", {"content": content, "encoding": "base64"})


def _write(errand: Errand, home: Home, kind: str, document: Mapping[str, Any]) -> str:
    """One of git's objects. A second one of the same is the same, or one that nothing points to."""
    made = again(errand.client, partial(errand.client.write, "POST", *home.parts, "git", kind, document=document))
    return str(made["sha"])


def _mode(errand: Errand, home: Home, tree: str, file: NewFile) -> str:
    """Of a file that the base has already (edited code): a script stays one that can be run."""
    if file.path not in {one.path for one in errand.proposal.moved}:
        return _REGULAR
    mode, at = _REGULAR, tree
    for part in file.path.split("/"):
        entries = errand.client.get(*home.parts, "git", "trees", at)["tree"]
        mode, at = next(((str(one["mode"]), str(one["sha"])) for one in entries if one["path"] == part), (_REGULAR, ""))
    return mode


def _pointing(errand: Errand, home: Home) -> str | None:
    return head_of(errand.client, home.repository, errand.proposal.branch) or None


def _pointed(errand: Errand, home: Home, sha: str) -> str:
    made = {"ref": f"refs/heads/{errand.proposal.branch}", "sha": sha}
    errand.client.write("POST", *home.parts, "git", "refs", document=made)
    return sha


def _move(errand: Errand, home: Home, before: str, after: str) -> None:
    """Let a branch of ours point elsewhere. The API cannot be told where it points now, so that is asked last."""
    branch = errand.proposal.branch
    if head_of(errand.client, home.repository, branch) not in (before, after):
        raise ApiProblem(f"{branch} has moved meanwhile", 409)
    place = (*home.parts, "git", "refs", "heads", *branch.split("/"))
    again(errand.client, partial(errand.client.write, "PATCH", *place, document={"sha": after, "force": True}))
