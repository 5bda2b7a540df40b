"""The branch of a proposal as it stands on GitHub: whose commit is on it, and what that brings.

Ours has one commit, directly on the base, however often it is written; so its last commit tells everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dimorder.hub.author import Author
from dimorder.hub.client import Client
from dimorder.hub.comparing import owned
from dimorder.hub.problem import ApiProblem
from dimorder.hub.proposal.content import Person

TRAILER = "Dimorder-Content:"
"""In the last lines of each of our commit messages."""
_GITHUB = "noreply@github.com"
"""Who commits what is written through its API: https://api.github.com/users/web-flow."""
_ABSENT, _EMPTY = 404, 409


@dataclass(frozen=True, slots=True)
class Branch:
    """head: its commit. base: the one below. is_ours: we made it, and nobody amended it. blobs: by path, its files."""

    head: str
    base: str
    is_ours: bool
    blobs: Mapping[str, str]


def head_of(client: Client, repository: str, branch: str) -> str:
    """The commit that a branch points to; "" where there is no such branch."""
    try:
        told = client.get("repos", *owned(repository), "git", "ref", "heads", *branch.split("/"))
    except ApiProblem as problem:
        if problem.status in (_ABSENT, _EMPTY):
            return ""
        raise
    return str(told["object"]["sha"])


def branch_at(client: Client, repository: str, head: str, us: Author, person: Person) -> Branch:
    """A branch that points to the commit `head`. person: whom our commits name. Raises ApiProblem."""
    told = client.get("repos", *owned(repository), "commits", head)
    parents = [str(one["sha"]) for one in told["parents"]]
    blobs = {str(one["filename"]): str(one["sha"]) for one in told.get("files") or () if one["status"] != "removed"}
    return Branch(head, parents[0] if parents else "", _is_own(told, us, {us.email, person.email}), blobs)


def _is_own(told: Any, us: Author, emails: set[str]) -> bool:
    """The account may be a person's, who commits by hand as well: those commits lack the trailer."""
    lines = str(told["commit"].get("message") or "").split("\n")
    is_marked = any(line.startswith(TRAILER) for line in lines)
    return is_marked and _is_us(told, "author", us, emails) and _is_us(told, "committer", us, emails | {_GITHUB})


def _is_us(told: Any, side: str, us: Author, emails: set[str]) -> bool:
    account, named = told.get(side) or {}, told["commit"].get(side) or {}
    return account.get("id") == us.id or named.get("email") in emails
