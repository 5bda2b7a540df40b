"""The fake GitHub: what it knows, what it was asked, what goes wrong, and what a test does when it is written to."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from github_com import rest_apps
from github_com.apps import App
from github_com.faults import Faults
from github_com.journal import Journal, Write
from github_com.lfs import Lfs
from github_com.world import Account, Comment, Event, Issue, Label, Repository, Role, World

Strike = Callable[[Write], bool]
"""Called when a write is done and not yet answered; true: it is never answered."""


@dataclass
class Hub:
    """address: of the API; web: of pages and git. moment: the journal's clock, seconds. late: what is still to be
    done."""

    world: World
    lfs: Lfs
    web: str = ""
    journal: Journal = field(default_factory=Journal)
    faults: Faults = field(default_factory=Faults)
    strikes: dict[str, Strike] = field(default_factory=dict)
    moment: Callable[[], float] = time.monotonic
    late: list[threading.Thread] = field(default_factory=list)
    used: Counter[str] = field(default_factory=Counter)

    @property
    def address(self) -> str:
        return f"{self.web}/api/v3"

    @property
    def graphql(self) -> str:
        return f"{self.web}/api/graphql"

    def repository(
        self, full_name: str, files: Mapping[str, bytes] | None = None, *, branch: str = "main",
        organization: bool = False,
        private: bool = False, archived: bool = False, topics: Iterable[str] = (), roles: Mapping[str,
        Role] | None = None,
    ) -> Repository:  # fmt: skip
        return self.world.repository(
            full_name, files, branch=branch, organization=organization, private=private, archived=archived,
            topics=topics,
            roles=roles,
        )  # fmt: skip

    def rename(self, repository: Repository, name: str) -> None:
        """As its owner does on the page; the old name leads on to the new one."""
        with self.world.lock:
            old = repository.full_name.lower()
            del self.world.repositories[old]
            repository.name = name
            self.world.repositories[repository.full_name.lower()] = self.world.renamed[old] = repository

    def token(self, login: str) -> str:
        """A person's, which is also a sentinel: wherever else it is seen, a test fails."""
        return self.world.token(login)

    def app(self, slug: str, **permissions: str) -> App:
        return rest_apps.create_app(self.world, slug, permissions)

    def install(self, app: App, login: str, repositories: list[Repository] | None = None) -> None:
        rest_apps.install(self.world, app, self.world.account(login), repositories)

    def pulls(self, full_name: str, state: str = "all") -> list[Issue]:
        found = self.world.repositories[full_name.lower()].pulls
        return [one for one in found if state in ("all", one.state)]

    def close(self, issue: Issue, by: str) -> None:
        """As a person does on the page."""
        with self.world.lock:
            issue.state, issue.closed, issue.closed_by = "closed", self.world.now(), self.world.account(by)
            issue.updated = self.world.now()

    def say(self, issue: Issue, by: str, body: str) -> Comment:
        with self.world.lock:
            now = self.world.now()
            made = Comment(self.world.number(), body, self.world.account(by), now, now)
            issue.comments.append(made)
            return made

    def label(self, home: Repository, issue: Issue, name: str, by: str) -> None:
        """As a person does on the page."""
        with self.world.lock:
            known = home.labels.setdefault(name.lower(), Label(self.world.number(), name))
            issue.labels.append(known.name)
            issue.updated = self.world.now()
            issue.events.append(
                Event(self.world.number(), "labeled", self.world.account(by), self.world.now(), known.name)
            )

    def strike(self, kind: str, then: Callable[[Write], Any], *, nth: int = 1) -> threading.Event:
        """The nth write of the kind is done, `then` is called, and nobody is answered. The event: it has happened."""
        happened, left = threading.Event(), [nth]

        def struck(write: Write) -> bool:
            left[0] -= 1
            if left[0]:
                return False
            del self.strikes[kind]
            then(write)
            happened.set()
            return True

        self.strikes[kind] = struck
        return happened

    def written(self, kind: str, repository: str, by: str, path: str, status: int, at: float) -> Write:
        write = Write(at, kind, repository, by, path, status, 200 <= status < 300)
        self.journal.writes.append(write)
        return write

    def note_leaks(self, where: str, *texts: bytes) -> None:
        """Tokens belong into one header."""
        for token in list(self.world.credentials):
            if any(token.encode() in text for text in texts):
                self.journal.leaks.append(where)

    def account(self, login: str, type: str = "User") -> Account:  # noqa: A002 - GitHub's own word
        return self.world.account(login, type)

    def settle(self) -> None:
        """Wait until what arrives late has arrived."""
        while self.late:
            self.late.pop().join()
