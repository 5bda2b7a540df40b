"""What the fake GitHub knows: accounts, repositories, issues, pull requests; each change is what a test may look at."""

from __future__ import annotations

import itertools
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from github_com.apps import App
from github_com.bare import Bare

Role = Literal["read", "triage", "write", "admin"]
ROLES: tuple[Role, ...] = ("read", "triage", "write", "admin")


@dataclass
class Account:
    """type: User, Organization or Bot."""

    id: int
    login: str
    type: str = "User"


@dataclass
class Credential:
    """What a token may. permissions, repositories (ids): of an installation's token; None for a person's."""

    value: str
    account: Account
    expires: float | None = None
    permissions: dict[str, str] | None = None
    repositories: frozenset[int] | None = None
    app: str = ""


@dataclass
class Comment:
    id: int
    body: str
    author: Account
    created: float
    updated: float


@dataclass
class Pull:
    """The part of an issue that makes it a pull request. The head's sha follows its branch while it is open."""

    head: Repository
    head_ref: str
    head_sha: str
    base_ref: str
    base_sha: str
    merged: bool = False
    draft: bool = False
    reviewers: list[str] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)


@dataclass
class Event:
    """What happened to an issue: closed, reopened, labeled, unlabeled."""

    id: int
    word: str
    actor: Account
    at: float
    label: str = ""


@dataclass
class Issue:
    id: int
    number: int
    title: str
    body: str | None
    author: Account
    created: float
    updated: float
    state: Literal["open", "closed"] = "open"
    closed: float | None = None
    closed_by: Account | None = None
    labels: list[str] = field(default_factory=list)
    assignees: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    pull: Pull | None = None


@dataclass
class Label:
    id: int
    name: str
    color: str = "ededed"
    description: str | None = None


@dataclass
class Repository:
    """roles: by login; whoever is not in it reads what is public. ready: when a fork's content is there."""

    id: int
    owner: Account
    name: str
    bare: Bare
    created: float
    pushed: float
    default_branch: str = "main"
    private: bool = False
    archived: bool = False
    has_issues: bool = True
    has_drafts: bool = True
    parent: Repository | None = None
    topics: list[str] = field(default_factory=list)
    roles: dict[str, Role] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    ready: float = 0.0

    @property
    def full_name(self) -> str:
        return f"{self.owner.login}/{self.name}"

    @property
    def pulls(self) -> list[Issue]:
        return [one for one in self.issues.values() if one.pull]


@dataclass
class World:
    """now: its clock. most_entries: of a tree before it is truncated. token_life: seconds of an installation's
    token."""

    folder: Path
    now: Callable[[], float] = time.time
    most_entries: int = 100_000
    largest_blob: int = 100 << 20
    token_life: float = 3600.0
    fork_delay: float = 0.0
    accounts: dict[str, Account] = field(default_factory=dict)
    repositories: dict[str, Repository] = field(default_factory=dict)
    renamed: dict[str, Repository] = field(default_factory=dict)
    credentials: dict[str, Credential] = field(default_factory=dict)
    apps: dict[int, App] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1001))

    def number(self) -> int:
        return next(self._numbers)

    def account(self, login: str, type: str = "User") -> Account:  # noqa: A002 - GitHub's own word
        """The one of that name, made where there is none."""
        key = login.lower()
        if key not in self.accounts:
            self.accounts[key] = Account(self.number(), login, type)
        return self.accounts[key]

    def token(self, login: str, *, prefix: str = "ghp_") -> str:
        """A new token of a person, which may whatever the person may."""
        value = prefix + secrets.token_hex(18)
        self.credentials[value] = Credential(value, self.account(login))
        return value

    def repository(
        self, full_name: str, files: Mapping[str, bytes] | None = None, *, branch: str = "main",
        organization: bool = False,
        private: bool = False, archived: bool = False, topics: Iterable[str] = (), roles: Mapping[str,
        Role] | None = None,
    ) -> Repository:  # fmt: skip
        """A new one, with a first commit where there are files."""
        owner, _, name = full_name.partition("/")
        account = self.account(owner, "Organization" if organization else "User")
        number, now = self.number(), self.now()
        bare = Bare(self.folder / f"{number}.git")
        bare.create(branch)
        made = Repository(
            number,
            account,
            name,
            bare,
            now,
            now,
            branch,
            private,
            archived,
            topics=list(topics),
            roles=dict(roles or {}),
        )
        if files:
            bare.commit_files(branch, files, "First", int(now))
        with self.lock:
            self.repositories[full_name.lower()] = made
        return made

    def push(
        self, repository: Repository, files: Mapping[str, bytes | None], branch: str = "", message: str = "More"
    ) -> str:
        """A commit of a person; its sha."""
        with self.lock:
            sha = repository.bare.commit_files(branch or repository.default_branch, files, message, int(self.now()))
            repository.pushed = self.now()
            return sha

    def fork(self, repository: Repository, account: Account, name: str) -> Repository:
        """The account's fork of it; its content is there after a while, as on GitHub."""
        for one in self.repositories.values():
            if one.parent is repository and one.owner is account:
                return one
        while f"{account.login}/{name}".lower() in self.repositories:
            name += "-1"
        number, now = self.number(), self.now()
        made = Repository(
            number, account, name, Bare(self.folder / f"{number}.git"), now, repository.pushed,
            repository.default_branch,
            repository.private, has_issues=False, parent=repository, roles={account.login: "admin"},
            ready=now + self.fork_delay,
        )  # fmt: skip
        self.repositories[made.full_name.lower()] = made
        self.settle(made)
        return made

    def settle(self, repository: Repository) -> None:
        """Bring a fork's content where its time has come."""
        if repository.parent and self.now() >= repository.ready and not repository.bare.path.exists():
            shutil.copytree(repository.parent.bare.path, repository.bare.path)

    def role(self, account: Account, repository: Repository) -> Role | None:
        """None: for this account the repository is not there."""
        if account is repository.owner:
            return "admin"
        return repository.roles.get(account.login, None if repository.private else "read")
