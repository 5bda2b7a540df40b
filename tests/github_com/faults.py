"""What goes wrong between GitHub and who asks it: one kind for each request, drawn by a seed or stated in order."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "fine", "500", "502 after", "secondary", "primary", "429", "expired", "not found", "conflict", "already exists",
    "slow", "cut", "html", "reset", "reset after", "twice", "late",
]  # fmt: skip
KINDS: tuple[Kind, ...] = (
    "500", "502 after", "secondary", "primary", "429", "expired", "not found", "conflict", "already exists", "slow",
    "cut",
    "html", "reset", "reset after", "twice", "late",
)  # fmt: skip
"""500: nothing was done. 502 after: it was. secondary, primary, 429: GitHub's limits. expired, not found, conflict: in
place of the answer. already exists: it was done,
and the answer is that of a second try. slow: the body dribbles. cut: the
body ends early. html: a proxy's page with status 200; nothing was done. reset, reset after: the connection ends before
and after it was done. twice: a proxy sent it again. late: the connection ends first, and it is done a moment later."""
OF_WRITES = frozenset({"already exists", "conflict", "twice", "late"})
LEAVE_NO_TRACE = frozenset({"500", "secondary", "primary", "429", "expired", "not found", "conflict", "html", "reset"})
"""Kinds after which nothing was done."""
Choose = Callable[[str, str], Kind]


@dataclass
class Faults:
    """rate: of requests that are struck. wait: seconds that the limits ask for. stated: (start of METHOD /path,
    kind)."""

    seed: int = 0
    rate: float = 0.0
    wait: int = 1
    kinds: tuple[Kind, ...] = KINDS
    most: int = 1 << 30
    stated: list[tuple[str, Kind]] = field(default_factory=list)
    struck: list[tuple[Kind, str]] = field(default_factory=list)
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def state(self, start: str, *kinds: Kind) -> None:
        """The next requests that start so meet these, in order."""
        self.stated += [(start, kind) for kind in kinds]

    def choose(self, method: str, path: str) -> Kind:
        found = self._stated(f"{method} {path}") or self._drawn(method)
        if found != "fine":
            self.struck.append((found, f"{method} {path}"))
        return found

    def _stated(self, line: str) -> Kind | None:
        for number, (start, kind) in enumerate(self.stated):
            if line.startswith(start):
                del self.stated[number]
                return kind
        return None

    def _drawn(self, method: str) -> Kind:
        if len(self.struck) >= self.most or self._random.random() >= self.rate:
            return "fine"
        kind = self._random.choice(self.kinds)
        return "fine" if kind in OF_WRITES and method == "GET" else kind


def drawn(seed: int, rate: float = 0.25, kinds: Iterable[Kind] = KINDS) -> Faults:
    """A sequence of faults that the seed decides."""
    return Faults(seed, rate, kinds=tuple(kinds))
