"""What happened, as GitHub's event file tells it. Only what is asked for is read; the rest is other people's text."""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from dimorder.errors import UsageError
from dimorder.sandbox.files import open_input

LARGEST = 64 << 20
Sha = Annotated[str, Meta(pattern=r"^[0-9a-f]{40}([0-9a-f]{24})?\Z")]
Name = Annotated[str, Meta(max_length=1000)]
Number = Annotated[int, Meta(ge=1, le=1 << 53)]


class Owner(msgspec.Struct, frozen=True):
    """Whose a repository is."""

    login: Name


class Repository(msgspec.Struct, frozen=True):
    """A repository. full_name: `owner/name`."""

    id: Number = 1
    full_name: Name = ""
    owner: Owner = Owner("")


class Side(msgspec.Struct, frozen=True):
    """One side of a pull request. repo: None where the fork is gone."""

    sha: Sha
    ref: Name = ""
    repo: Repository | None = None


class PullRequest(msgspec.Struct, frozen=True):
    """A pull request, of an event or of GitHub's API."""

    number: Number
    head: Side
    base: Side

    @property
    def is_from_fork(self) -> bool:
        """Whether its branch is in another repository, or nobody knows in which."""
        return self.head.repo is None or self.base.repo is None or self.head.repo.id != self.base.repo.id


class WorkflowRun(msgspec.Struct, frozen=True):
    """The run that a workflow_run event tells of."""

    head_sha: Sha
    event: Name = ""
    head_branch: Name | None = None
    head_repository: Repository | None = None


class Event(msgspec.Struct, frozen=True):
    """What happened."""

    pull_request: PullRequest | None = None
    workflow_run: WorkflowRun | None = None


Kind = TypeVar("Kind")


def read(path: str) -> Event:
    """The event in this file; UsageError for anything that is none."""
    if not path:
        return Event()
    with open_input(path) as opened:
        data = opened.file.read(LARGEST + 1)
    try:
        return msgspec.json.decode(data, type=Event)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        told = f"the event file is not as GitHub writes it ({problem})"
        raise UsageError(told, hint="see what GITHUB_EVENT_PATH names") from None
