"""What was asked of the fake GitHub, in order: each request, each write with its moment, each place a token was
seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

UNPACED = frozenset({"token", "lfs"})
"""Minting a token changes nothing that people see; objects of LFS go to a storage that is not GitHub's API."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. by: the account's login, `app/SLUG`, or nothing. ruined: the fault that struck it."""

    at: float
    method: str
    path: str
    by: str
    scheme: str
    status: int
    ruined: str = ""


@dataclass(frozen=True, slots=True)
class Write:
    """A request that could change something; done: whether it has."""

    at: float
    kind: str
    repository: str
    by: str
    path: str
    status: int
    done: bool


@dataclass(frozen=True, slots=True)
class Exchange:
    """What GitHub's own description of its API is asked about."""

    method: str
    template: str
    path: str
    query: dict[str, str]
    body: bytes | None
    status: int
    headers: dict[str, str]
    media: str
    answer: bytes


@dataclass
class Journal:
    """leaks: where a token stood that is no header Authorization. unknown: what the fake has no answer to."""

    asked: list[Asked] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    exchanges: dict[Any, Exchange] = field(default_factory=dict)
    leaks: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)

    def of(self, *kinds: str) -> list[Write]:
        """Writes that were done, of these kinds; of all where none is named."""
        return [one for one in self.writes if one.done and (not kinds or one.kind in kinds)]

    def asked_for(self, start: str) -> list[Asked]:
        """Requests whose "METHOD /path" starts so."""
        return [one for one in self.asked if f"{one.method} {one.path}".startswith(start)]

    def closest(self) -> float:
        """Seconds between the two writes that followed each other fastest."""
        moments = sorted(one.at for one in self.writes if one.kind not in UNPACED)
        return min(
            (later - earlier for earlier, later in pairwise(moments)), default=float("inf")
        )
