"""What a pull request is compared with, in checkouts that may hold one commit only.

In this order: the commit that the workflow names; the first parent of the merge that GitHub made, which a checkout of
two commits holds; the base that the event names, where the checkout reaches it; GitHub's comparison. Where none of
them is to be had everything is judged, and the report says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from dimorder.action.event import PullRequest
from dimorder.errors import UsageError
from dimorder.flow import git_change
from dimorder.flow.change import Change
from dimorder.flow.git import GitFailed, WorkTree
from dimorder.flow.two_sides import Reader
from dimorder.hub.problem import ApiProblem

if TYPE_CHECKING:
    from dimorder.hub.client import Client

_ALL = "all files are judged, not only those that the pull request changes"


@dataclass(frozen=True, slots=True)
class Basis:
    """change: None where nobody knows it. base: reads the base's files, None where they are out of reach.

    how: one sentence for whoever reads the report.
    """

    change: Change | None
    base: Reader | None
    how: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A pull request and its checkout. named: the base that the workflow names, "" for none.

    client: makes a client of GitHub, None where there is no token.
    """

    tree: WorkTree
    pull: PullRequest
    repository: str
    named: str
    client: Callable[[], Client] | None


def basis(asked: Asked) -> Basis:
    """What the pull request changes, and how its base is read."""
    tree, pull = asked.tree, asked.pull
    head = git_change.commit(tree, "HEAD")
    above = git_change.parents(tree, head)
    is_merge = len(above) == 2 and above[1] == pull.head.sha
    if asked.named:
        return _local(tree, _named(tree, asked.named), head, f"{asked.named!r}, which the workflow names")
    if not is_merge and head != pull.head.sha:
        known = git_change.commit(tree, pull.base.sha)
        reader = partial(git_change.content, tree, known) if known else None
        return Basis(None, reader, f"the checkout is neither the pull request's head nor its merge: {_ALL}")
    if is_merge and git_change.commit(tree, above[0]):
        return _local(tree, above[0], head, "the base that GitHub merged it with")
    if git_change.commit(tree, pull.base.sha):
        return _local(tree, pull.base.sha, head, "the base that the event names")
    return _from_github(asked, above[0] if is_merge else pull.base.sha)


def _named(tree: WorkTree, name: str) -> str:
    found = git_change.commit(tree, name) or git_change.commit(tree, f"refs/remotes/origin/{name}")
    if not found:
        raise UsageError(f"base-ref {name!r} is not in the checkout", hint="fetch it first, or leave base-ref out")
    return found


def _local(tree: WorkTree, base: str, head: str, called: str) -> Basis:
    """Compared in the checkout. Where it does not reach to the fork, what only the base changed counts too."""
    reader = partial(git_change.content, tree, base)
    start = git_change.fork_point(tree, base, head)
    short = "" if start else ", whose own changes count too since the checkout is shallow"
    try:
        change = git_change.change(tree, start or base, head)
    except GitFailed as problem:
        return Basis(None, reader, f"git cannot compare with {called} ({problem}): {_ALL}")
    return Basis(change, reader, f"{_counted(change)}, compared with {called}{short} ({base[:12]})")


def _from_github(asked: Asked, base: str) -> Basis:
    short = "the checkout holds no commit of the base (fetch-depth: 2 would)"
    if asked.client is None:
        return Basis(None, None, f"{short} and there is no token to ask GitHub: {_ALL}")
    from dimorder.hub import comparing  # which loads what speaks HTTP: most checkouts need no network

    client, pull = asked.client(), asked.pull
    reader = partial(comparing.content, client, asked.repository, base)
    try:
        change = comparing.compared(client, asked.repository, pull.base.sha, pull.head.sha, asked.tree.top)
    except ApiProblem as problem:
        return Basis(None, reader, f"{short}, and GitHub does not tell ({problem.sentence}): {_ALL}")
    return Basis(change, reader, f"{_counted(change)}, as GitHub compares it with its base ({pull.base.sha[:12]})")


def _counted(change: Change) -> str:
    number = len(change.files) + len(change.deleted)
    told = f"judged: {number} changed file{'' if number == 1 else 's'}, held against the whole repository"
    nested = f", and nothing of submodules, of which {len(change.submodules)} changed" if change.submodules else ""
    return f"{told}{nested}"
