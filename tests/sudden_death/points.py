"""Where a conversion can be struck: each call that changes files, of who publishes and of who reads and writes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sudden_death.calls import CHANGING, WRITING, busiest, calls, injecting, tracing
from sudden_death.cases import Case
from sudden_death.runs import Bench

Who = Literal["publisher", "reader"]


@dataclass(frozen=True)
class Point:
    """The nth call of that name in one process."""

    who: Who
    call: str
    nth: int

    def struck(self, what: str, log: Path) -> list[str]:
        """Options of strace. what: `signal=KILL` or `error=EIO`.

        strace counts each call of each process on its own. The publisher is followed alone; the reader together with
        the others, by calls of which it makes more than they, and sooner: it has ended before they begin.
        """
        return [*_FOLLOWED[self.who], *injecting([self.call], f"{what}:when={self.nth}", log)]


_FOLLOWED: dict[Who, list[str]] = {"publisher": [], "reader": ["-f"]}
_WATCHED: dict[Who, tuple[str, ...]] = {"publisher": CHANGING, "reader": WRITING}


@dataclass(frozen=True)
class Study:
    """A case, what it writes when nothing goes wrong, and where it can be struck."""

    case: Case
    good: dict[str, bytes]
    points: tuple[Point, ...]

    def __str__(self) -> str:
        of_publisher = sum(point.who == "publisher" for point in self.points)
        of_reader = len(self.points) - of_publisher
        return f"{self.case.name}: {of_publisher} points of the publisher and {of_reader} of the reader"


def study(case: Case, bench: Bench, scratch: Path) -> Study:
    """Watch the case twice."""
    folders = {who: scratch / who for who in _WATCHED}
    points = [point for who, folder in folders.items() for point in _points(case, bench, who, folder)]
    good = {name: (folders["publisher"] / name).read_bytes() for name in case.written}
    return Study(case, good, tuple(points))


def _points(case: Case, bench: Bench, who: Who, folder: Path) -> list[Point]:
    case.lay_out(folder)
    log = folder.with_suffix(".log")
    ended = bench.run(case.arguments, folder, [*_FOLLOWED[who], *tracing(_WATCHED[who], log)])
    assert ended.code == 0, ended.said
    counts = Counter(call.name for call in busiest(calls(log)))
    return [Point(who, name, nth + 1) for name, count in counts.items() for nth in range(count)]
