"""Where repositories come from: names, lists of them, and what GitHub lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from dimorder.errors import UsageError
from dimorder.hub.access import Access
from dimorder.hub.client import Client
from dimorder.hub.comparing import owned
from dimorder.hub.problem import NO_REPOSITORY, ApiProblem
from dimorder.hub.sweep.candidate import Candidate, candidate

MOST = 1000
"""What one search gives at most: https://docs.github.com/en/rest/search/search."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+")
_MOVED, _ABSENT = 301, 404
_NO_ACCOUNT = "there is no such organisation or user, or the token may not see it"
_NOW = "query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { nameWithOwner } }"
"""Follows renames unless told not to: https://docs.github.com/en/graphql/reference/queries#repository."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What the operator named; searches are in GitHub's own words. listed: names out of a list file."""

    repositories: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    installed: bool = False

    def __bool__(self) -> bool:
        return any((self.repositories, self.listed, self.organizations, self.users, self.topics, self.searches)) or (
            self.installed
        )


@dataclass(frozen=True, slots=True)
class Unfound:
    """A name that leads to no repository, or a listing that broke off. name: of it."""

    name: str
    because: str
    is_listing: bool = False


def found(access: Access, sources: Sources) -> Iterator[Candidate | Unfound]:
    """Every repository once, named ones first; a listing is read as it is needed.

    What is wrong with one source takes nothing from the others.
    """
    seen = set[str]()
    for one in _all(access, sources):
        key = one.name.lower()
        if key not in seen:
            seen.add(key)
            yield one


def names(text: str, path: str) -> tuple[str, ...]:
    """The repositories of a list file: one a line, `#` begins a comment. Raises UsageError."""
    rows = [line.partition("#")[0].strip() for line in text.splitlines()]
    for number, row in enumerate(rows, 1):
        if row and not _NAME.fullmatch(row):
            raise UsageError(f"{path}, line {number}: {row[:100]!r} is no repository", hint="write owner/name")
    return tuple(filter(None, rows))


def named(given: tuple[str, ...]) -> tuple[str, ...]:
    """Names as the command line gives them."""
    for name in given:
        if not _NAME.fullmatch(name):
            raise UsageError(f"{name[:100]!r} is no repository", hint="write owner/name")
    return given


def _all(access: Access, sources: Sources) -> Iterator[Candidate | Unfound]:
    for name in sources.repositories:
        yield _one(access, name, named=True)
    for name in sources.listed:
        yield _one(access, name, named=False)
    for owner in sources.organizations:
        yield from _listed(owner, partial(_of_organization, access, owner))
    for owner in sources.users:
        yield from _listed(owner, partial(_of_user, access, owner))
    for query in (*(f"topic:{topic}" for topic in sources.topics), *sources.searches):
        yield from _listed(query, partial(_searched, access, query))
    if sources.installed:
        for owner in access.owners():
            yield from _listed(owner, partial(_of_installation, access, owner))


def looked_up(access: Access, name: str, *, named: bool) -> Candidate:
    """The repository of this name; of one that was renamed or moved, what it is called now. Raises ApiProblem."""
    client = access.reading(owned(name)[0])
    try:
        return candidate(client.get("repos", *owned(name)), named=named)
    except ApiProblem as problem:
        if problem.status == _ABSENT:
            raise ApiProblem(f"{name}: {NO_REPOSITORY}", _ABSENT) from None
        if problem.status != _MOVED:
            raise
    now = owned(_name_now(client, name))
    return candidate(access.reading(now[0]).get("repos", *now), named=named)


def _name_now(client: Client, name: str) -> str:
    """Asked, for the address that GitHub's API leads on to is not followed."""
    owner, called = owned(name)
    told = client.ask(_NOW, {"owner": owner, "name": called})
    found = (told.get("data") or {}).get("repository") if isinstance(told, dict) else None
    now = found.get("nameWithOwner") if isinstance(found, dict) else None
    if not isinstance(now, str) or not _NAME.fullmatch(now):
        raise ApiProblem(f"{name} has been renamed or moved: name it as it is called now", _MOVED)
    return now


def _one(access: Access, name: str, *, named: bool) -> Candidate | Unfound:
    try:
        return looked_up(access, name, named=named)
    except ApiProblem as problem:
        return Unfound(name, problem.sentence.removeprefix(f"{name}: "))


def _listed(name: str, listing: Callable[[], Iterator[Candidate]]) -> Iterator[Candidate | Unfound]:
    """What a listing gives until it breaks off."""
    try:
        yield from listing()
    except ApiProblem as problem:
        yield Unfound(name, _NO_ACCOUNT if problem.status == _ABSENT else problem.sentence, is_listing=True)


def _of_organization(access: Access, owner: str) -> Iterator[Candidate]:
    yield from map(candidate, access.reading(owner).pages("orgs", owner, "repos", query={"type": "all"}))


def _of_user(access: Access, owner: str) -> Iterator[Candidate]:
    yield from map(candidate, access.reading(owner).pages("users", owner, "repos", query={"type": "owner"}))


def _searched(access: Access, query: str) -> Iterator[Candidate]:
    asked = {"q": query, "sort": "updated"}
    yield from map(candidate, access.reading("").pages("search", "repositories", query=asked, key="items", most=MOST))


def _of_installation(access: Access, owner: str) -> Iterator[Candidate]:
    yield from map(candidate, access.reading(owner).pages("installation", "repositories", key="repositories"))
