"""The commit of a proposal and the branch that points to it; anything but its files stays as the base has it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from dimorder.hub.problem import ApiProblem
from dimorder.hub.proposal.branch import TRAILER, head_of
from dimorder.hub.proposal.carriage import Carriage
from dimorder.hub.proposal.content import NewFile
from dimorder.hub.proposal.declined import Declined
from dimorder.hub.proposal.errand import Errand
from dimorder.hub.proposal.home import Home, caught_up
from dimorder.hub.proposal.insisting import again, once
from dimorder.sandbox.files import open_input, sha256

_REGULAR = "100644"
_FILES = (_REGULAR, "100755")
Entries = list[dict[str, Any]]


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
    if not before:
        _check_room(errand, home)
    if carriage.by_git:
        _by_git(errand, home, carriage, before)
        return True
    sha = _commit(errand, home)
    if before:
        _move(errand, home, before, sha)
        return True
    return once(errand.client, partial(_pointing, errand, home), partial(_pointed, errand, home, sha)) == sha


def _check_room(errand: Errand, home: Home) -> None:
    """Git has no branch `a/b` beside a branch `a`."""
    above = errand.proposal.branch.partition("/")[0]
    if head_of(errand.client, home.repository, above):
        raise Declined(f"{home.repository} has a branch {above}", hint="beside it git takes none that begins with it")


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
    listed = cache(partial(_listed, errand, home))
    modes = {one.path: _mode(listed, tree, one.path) for one in proposal.files}
    entries = [
        {"path": one.path, "mode": modes[one.path], "type": "blob", "sha": _blob(errand, home, one)}
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


def _listed(errand: Errand, home: Home, tree: str) -> Entries:
    return list(errand.client.get(*home.parts, "git", "trees", tree)["tree"])


def _mode(listed: Callable[[str], Entries], tree: str, path: str) -> str:
    """Of a file that the base has already (edited code): a script stays one that can be run.

    Raises Declined where something else is in the way: GitHub would let the file take its place, and all that is in it.
    """
    *folders, name = path.split("/")
    for folder in folders:
        above = _entry(listed(tree), folder)
        if above is None:
            return _REGULAR
        _check(path, str(above["type"]), ("tree",))
        tree = str(above["sha"])
    own = _entry(listed(tree), name)
    if own is None:
        return _REGULAR
    _check(path, str(own["mode"]), _FILES)
    return str(own["mode"])


def _entry(entries: Entries, name: str) -> dict[str, Any] | None:
    return next((one for one in entries if one["path"] == name), None)


def _check(path: str, found: str, fitting: tuple[str, ...]) -> None:
    if found not in fitting:
        raise Declined(f"the repository has something else where {path} would be", hint="a folder, a link or the like")


def _pointing(errand: Errand, home: Home) -> str | None:
    return head_of(errand.client, home.repository, errand.proposal.branch) or None


def _pointed(errand: Errand, home: Home, sha: str) -> str:
    made = {"ref": f"refs/heads/{errand.proposal.branch}", "sha": sha}
    errand.client.write("POST", *home.parts, "git", "refs", document=made)
    return sha


def _move(errand: Errand, home: Home, before: str, after: str) -> None:
    """Let a branch of ours point elsewhere. Where it points is asked before each try: the API takes no lease."""
    branch = errand.proposal.branch
    place = (*home.parts, "git", "refs", "heads", *branch.split("/"))

    def moved() -> None:
        if head_of(errand.client, home.repository, branch) not in (before, after):
            raise ApiProblem(f"{branch} has moved meanwhile", 409)
        errand.client.write("PATCH", *place, document={"sha": after, "force": True})

    again(errand.client, moved)
