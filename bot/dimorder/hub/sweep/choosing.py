"""Which of the repositories found are swept: the operator's patterns, forks, archives, shards."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from dimorder.errors import UsageError
from dimorder.hub.sweep.candidate import Candidate

_SHARD = re.compile(r"([1-9]\d{0,4})/([1-9]\d{0,4})")


@dataclass(frozen=True, slots=True)
class Choice:
    """include, exclude: patterns of `owner/name`; one without a slash is of names. Capitals make no difference.

    shard: which part of how many, from 1.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    forks: bool = False
    archived: bool = False
    shard: tuple[int, int] = (1, 1)

    def is_ours(self, name: str) -> bool:
        """Whether the repository falls into our shard: by its name alone, so that all machines agree."""
        part, parts = self.shard
        digest = hashlib.sha256(name.lower().encode()).digest()
        return int.from_bytes(digest[:8], "big") % parts == part - 1

    def against(self, one: Candidate) -> str:
        """Why the repository is left out; "" for one that is swept. Its name on the command line outweighs patterns."""
        if one.disabled:
            return "GitHub has disabled it"
        if one.archived and not self.archived:
            return "it is archived: nobody could merge a pull request"
        if one.empty:
            return "it is empty"
        if one.named:
            return ""
        if one.fork and not self.forks:
            return "it is a fork: the original is the place for a pull request"
        if self.include and not any(_fits(pattern, one.name) for pattern in self.include):
            return "no pattern of --include fits it"
        pattern = next((pattern for pattern in self.exclude if _fits(pattern, one.name)), "")
        return f"excluded by {pattern!r}" if pattern else ""


def shard(text: str) -> tuple[int, int]:
    """`2/8` as numbers. Raises UsageError.

    >>> shard("2/8")
    (2, 8)
    """
    match = _SHARD.fullmatch(text)
    part, parts = (int(match[1]), int(match[2])) if match else (1, 0)
    if part > parts:
        raise UsageError(f"--shard {text[:40]!r} is no part of a whole", hint="for example --shard 2/8")
    return part, parts


def _fits(pattern: str, name: str) -> bool:
    whole = name.lower() if "/" in pattern else name.lower().partition("/")[2]
    return fnmatchcase(whole, pattern.lower())
