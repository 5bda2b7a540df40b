"""A pull request before it is sent, and what became of it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from dimorder.proposal import CODE as CODE
from dimorder.proposal import Moved as Moved
from dimorder.proposal import NewFile as NewFile

BRANCHES = "dimorder/"
"""What the names of all our branches begin with."""
LONGEST = 65_000
"""Characters of a body; GitHub takes 65,536."""
_SHOWN = 12
_LONGEST_SLUG = 40
INVITATION = (Moved("configuration", "0" * 64, "bot"),)
"""What an invitation is about, for its branch and its mark: the same for all repositories, so that a no is one."""
_BRANCH = re.compile(rf"{BRANCHES}[a-z0-9-]+-([0-9a-f]{{{_SHOWN}}})")
_MARK = re.compile(r"<!-- dimorder:proposal content=([0-9a-f]{64}) said=([0-9a-f]{16})( closed)? -->")

Word = Literal["opened", "updated", "unchanged", "closed", "stopped", "refused", "issue"]
"""stopped: a person said no, or has gone on with the branch. refused: GitHub, or a limit, does not let it be."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a commit names."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Manners:
    """How the operator wants pull requests to look.

    reviewers: `login`, or `org/team`. prefix: in front of title and commit message, such as "chore: ".
    author: whom commits name. None: the account of the token, and GitHub signs the commits that an App makes through
    its API; it signs none that names somebody else, and none that was pushed by git (Git LFS, large files).
    sign_off: a Signed-off-by line. fork: whether to work in a fork where the token may not push.
    largest: bytes of one file that is no LFS object; GitHub takes 100 MiB. home: an address where people learn who runs
    this; "" for none.
    """

    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    prefix: str = ""
    author: Person | None = None
    sign_off: bool = False
    draft: bool = False
    fork: bool = True
    largest: int = 100 << 20
    home: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a proposal. url: of the pull request or the issue, "" for none. because: one sentence."""

    word: Word
    url: str
    because: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """One pull request. repository: `owner/name`. base: the commit of `base_branch` that it was made on.

    body: exactly as it is sent, with its mark; under 65,536 characters. assumed: what is not proven, a sentence each.
    """

    repository: str
    base_branch: str
    base: str
    moved: tuple[Moved, ...]
    files: tuple[NewFile, ...]
    title: str
    body: str
    assumed: tuple[str, ...] = ()

    @property
    def accepting(self) -> tuple[str, ...]:
        """The options by which anybody's `dimorder` assumes the same."""
        return ("--accept", "likely") if self.assumed else ()

    @property
    def content(self) -> str:
        """What it is about, whichever version of dimorder makes it: 64 hexadecimal digits."""
        return content_of(self.moved)

    @property
    def branch(self) -> str:
        """The name of its branch, without `refs/heads/`."""
        return f"{BRANCHES}{_slug(self.moved)}-{self.content[:_SHOWN]}"

    @property
    def marker(self) -> str:
        """The line of the body that nobody sees, and that says which proposal this is."""
        found = mark_in(self.body)
        return marker(found) if found else ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a body of ours says to the next run. said: a digest of what it comes to. closed: by us, as obsolete.

    Where somebody has rewritten the body the branch tells the first digits of the content, and nothing else is said.
    """

    content: str
    said: str
    closed: bool = False


def content_of(moved: Iterable[Moved]) -> str:
    """sha256 over the originals and where they are to go."""
    rows = sorted((one.path, one.sha256, one.target) for one in moved)
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def marked(text: str, moved: Iterable[Moved], said: str) -> str:
    """The text as a body that is found again. said: a digest of what it comes to, 16 hexadecimal digits."""
    return f"{marker(Mark(content_of(moved), said))}\n{text}"


def marker(mark: Mark) -> str:
    """A line that Markdown does not show."""
    return f"<!-- dimorder:proposal content={mark.content} said={mark.said}{' closed' if mark.closed else ''} -->"


def mark_in(body: str) -> Mark | None:
    """The first mark in a body; None where it has none. It counts only in what we have written ourselves."""
    found = _MARK.search(body)
    return Mark(found[1], found[2], bool(found[3])) if found else None


def mark_of(branch: str) -> Mark | None:
    """What the name of a branch of ours says; None for any other."""
    found = _BRANCH.fullmatch(branch)
    return Mark(found[1], "") if found else None


def _slug(moved: tuple[Moved, ...]) -> str:
    """A word for people: the one original's name, or how many there are."""
    if len(moved) != 1:
        return f"{len(moved)}-files"
    name = moved[0].path.rpartition("/")[2].partition(".")[0].lower()
    return re.sub(r"[^a-z0-9]+", "-", name)[:_LONGEST_SLUG].strip("-") or "model"
