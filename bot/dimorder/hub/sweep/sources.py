"""Where repositories come from: names, lists of them, and what GitHub lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from dimorder.errors import UsageError
from dimorder.hub.access import Access
from dimorder.hub.comparing import owned
from dimorder.hub.problem import ApiProblem
from dimorder.hub.sweep.candidate import Candidate, candidate

MOST = 1000
"""What one search gives at most: https://docs.github.com/en/rest/search/search."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+")


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
            raise UsageError(f"{name[:100]!r} is no repository", hint="for example --repository owner/name")
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


def _one(access: Access, name: str, *, named: bool) -> Candidate | Unfound:
    try:
        return candidate(access.reading(owned(name)[0]).get("repos", *owned(name)), named=named)
    except ApiProblem as problem:
        gone = "there is no such repository, or the token may not see it"
        return Unfound(name, gone if problem.status == 404 else problem.sentence)


def _listed(name: str, listing: Callable[[], Iterator[Candidate]]) -> Iterator[Candidate | Unfound]:
    """What a listing gives until it breaks off."""
    try:
        yield from listing()
    except ApiProblem as problem:
        yield Unfound(name, problem.sentence)


def _of_organization(access: Access, owner: str) -> Iterator[Candidate]:
    yield from map(candidate, access.reading(owner).pages("orgs", owner, "repos", query={"type": "all"}))


def _of_user(access: Access, owner: str) -> Iterator[Candidate]:
    yield from map(candidate, access.reading(owner).pages("users", owner, "repos", query={"type": "owner"}))


def _searched(access: Access, query: str) -> Iterator[Candidate]:
    asked = {"q": query, "sort": "updated"}
    yield from map(candidate, access.reading("").pages("search", "repositories", query=asked, key="items", most=MOST))


def _of_installation(access: Access, owner: str) -> Iterator[Candidate]:
    yield from map(candidate, access.reading(owner).pages("installation", "repositories", key="repositories"))
