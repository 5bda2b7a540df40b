"""What one job is told: the repository, the commit to judge, and how. In the database it lies as JSON."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from dimorder import __version__

SCHEMA = 1
"""Of the workflow: its steps and what they are given and give. Raised when a half-done job could not be gone on with.

DBOS calls it the application's version and gives no worker a job of another one (measured on DBOS 3.4.0: after an
upgrade the queue of the old version stays ENQUEUED for ever). By default it hashes the source, so that any edit would.
"""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How the operator wants repositories judged and proposed to; what a repository's configuration says comes on top.

    apply: open pull requests. uninvited: also where the repository did not ask for it. code: also move code.
    out: folder for what a dry run writes, absolute. largest: MiB of blobs that are fetched from one repository.
    per_run, per_hour: pull requests that are opened at most. fork: work in a fork where the token may not push.
    hosts: further ones than GitHub's own that weights in Git LFS are fetched from. home: where people learn who runs
    this. author: whom commits name, and the address; None for the account that signs in.
    """

    apply: bool = False
    uninvited: bool = False
    accept: Literal["certain", "likely"] = "certain"
    code: bool = False
    out: str = ""
    largest: int = 4096
    per_run: int = 20
    per_hour: int = 20
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    prefix: str = ""
    sign_off: bool = False
    draft: bool = False
    fork: bool = True
    hosts: tuple[str, ...] = ()
    home: str = ""
    author: tuple[str, str] | None = None

    def key(self, *, named: bool) -> str:
        """What a judgement depends on beside the commit: another key, another judgement."""
        told = (
            self.apply, named or self.uninvited, self.accept, self.code, self.fork, self.largest, __version__, SCHEMA,
            *(() if self.apply else (self.prefix, self.home)),  # a dry run shows the text to the letter
        )  # fmt: skip
        return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Task:
    """One repository at one commit. named: the operator named it.

    attempt: of judging the repository, from 1. What is judged may come again, a commit as well as the operator's
    wishes, and is judged again then, by another job.
    pushed: when GitHub saw the last push, as it writes it. run: of the sweep that asks, for its limits.
    before: what we remember of a pull request of ours there: its address, "" for none, None if we remember nothing.
    """

    repository: str
    branch: str
    commit: str
    pushed: str
    named: bool
    attempt: int
    run: str
    wishes: Wishes
    before: str | None = None

    @property
    def key(self) -> str:
        """The same job has the same key, whoever asks for it, however often."""
        return f"{SCHEMA}:{self.about}#{self.attempt}"

    @property
    def about(self) -> str:
        """What is judged, at whichever attempt."""
        return f"{self.repository.lower()}@{self.commit}:{self.judged_by}"

    @property
    def judged_by(self) -> str:
        """See Wishes.key."""
        return self.wishes.key(named=self.named)


def told(task: Task) -> dict[str, Any]:
    """As plain values."""
    plain: dict[str, Any] = msgspec.to_builtins(task)
    return plain


def restored(plain: object) -> Task:
    """The task again."""
    return msgspec.convert(plain, Task)
