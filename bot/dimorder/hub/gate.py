"""The one gate that all writes go through: a second apart, not too many an hour, and none while GitHub asks to wait.

Source: https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api (a second between
writes), https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api (80 a minute, 500 an hour).
At a second from the end of one to the beginning of the next there are never 80 in a minute.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from dimorder.hub.problem import ApiProblem

BETWEEN = 1.0
"""Seconds."""
PER_HOUR = 500
PATIENCE = 60.0
"""Seconds that a write waits for its turn before it is given up."""
HOUR = 3600.0
LONGEST = 180.0
"""Seconds that a write takes at most, by which one that was killed far away is over."""


class Gate(Protocol):
    """Of everything that writes with the tokens of one owner."""

    def passage(self, longest: float = LONGEST) -> AbstractContextManager[None]:
        """Inside of it one write may go, of so many seconds at most.

        Raises ApiProblem where it would have to wait for longer than there is patience.
        """

    def told_to_wait(self, seconds: float) -> None:
        """GitHub wants no write before."""


@dataclass(frozen=True, slots=True)
class Pace:
    """between: seconds from the end of a write to the beginning of the next. patience: seconds."""

    between: float = BETWEEN
    per_hour: int = PER_HOUR
    patience: float = PATIENCE


@dataclass
class LocalGate:
    """For whoever writes from a single process. clock, sleep: so that tests need not wait."""

    pace: Pace = field(default_factory=lambda: Pace(BETWEEN))
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _next: float = field(default=0.0, init=False, repr=False)
    _lately: deque[float] = field(default_factory=deque, init=False, repr=False)
    _one: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    @contextmanager
    def passage(self, longest: float = LONGEST) -> Iterator[None]:
        """One thread after the other."""
        with self._one:
            wait = max(self._next, self._hour_allows()) - self.clock()
            refuse_beyond(self.pace.patience, wait)
            if wait > 0:
                self.sleep(wait)
            self._lately.append(self.clock())
            try:
                yield
            finally:
                self._next = max(self._next, self.clock() + self.pace.between)

    def told_to_wait(self, seconds: float) -> None:
        """GitHub wants no write before."""
        self._next = max(self._next, self.clock() + seconds)

    def _hour_allows(self) -> float:
        while self._lately and self._lately[0] <= self.clock() - HOUR:
            self._lately.popleft()
        return self._lately[-self.pace.per_hour] + HOUR if len(self._lately) >= self.pace.per_hour else 0.0


def refuse_beyond(patience: float, wait: float) -> None:
    """Raises ApiProblem for a wait that is too long: nothing was written, and later it can be."""
    if wait > patience:
        raise ApiProblem(f"the next write is allowed in {wait:.0f} s only", 429, wait=wait)
