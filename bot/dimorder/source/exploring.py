"""Runs under assumptions: a file is gone through again for each way past the conditions that keep models unknown."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from dimorder.program import Assumption
from dimorder.source.bounds import MOST_STEPS
from dimorder.source.ways import OPTIONS, Options, Ways

MOST_RUNS = 12
"""Of one file on one machine, besides the first."""
MOST_DECISIONS = 8
"""In one run; a condition that is met in a loop is decided anew each time, and that has no end."""
MOST_IN_VAIN = 2
"""Runs after which it is given up, if none tells more than the first."""
TIMES, SLACK = 2, 30_000
"""All runs besides the first take so many times its steps, and these."""
LONGER, MORE = 2, 4_000
"""One of them takes so many times the steps of the first, and these."""

Found = TypeVar("Found")
Variant = tuple[tuple[Assumption, ...], Found]


@dataclass(frozen=True, slots=True)
class Explored(Generic[Found]):
    """What a file came to. base: with every condition left open. variants: under assumptions, what each came to.

    covered: whether the variants are all ways that there are.
    """

    base: Found
    variants: tuple[Variant[Found], ...] = ()
    covered: bool = False


@dataclass(frozen=True, slots=True)
class Aim(Generic[Found]):
    """What runs are for. reasons: why something is not known in what a run found. told: how much it found."""

    reasons: Callable[[Found], Iterable[str]]
    told: Callable[[Found], int]


def explored(go: Callable[[Ways], Found], aim: Aim[Found], *, whole: bool = False) -> Explored[Found]:
    """Go through a file, and again under assumptions about what keeps something from being known.

    go: carries one run out, alike whenever it goes the same way.
    whole: whether only runs count that come to their end, and nothing is assumed but the ways of conditions. Otherwise
    options of the command line are taken to be as their defaults, too, where that alone is missing.
    """
    first = Ways()
    base = go(first)
    if not any(aim.reasons(base)):
        return Explored(base)
    runs = _Runs(go, aim, first, base, whole, TIMES * first.spent + SLACK, MOST_RUNS)
    variants = runs.all("")
    covered = bool(variants) and runs.ended
    for kind in OPTIONS if first.parsed and not whole else ():
        if all(any(aim.reasons(found)) for _, found in variants):
            variants += runs.all(kind)
    return Explored(base, tuple(variants), covered)


@dataclass
class _Runs(Generic[Found]):
    """first, base: the way of the first run, and what it found. steps, left: how much more may be carried out.

    ended: whether all ways were gone; to their ends where they have to be.
    """

    go: Callable[[Ways], Found]
    aim: Aim[Found]
    first: Ways
    base: Found
    whole: bool
    steps: int
    left: int
    ended: bool = True

    def all(self, options: Options) -> list[Variant[Found]]:
        """What every way past the conditions that matter comes to; none where none tells more than the first run."""
        forks = self._mattering(self.first, self.base)
        waiting: list[tuple[bool, ...]] = [()] if forks or options else []
        done: list[Variant[Found]] = []
        gone = gains = decisions = 0
        while waiting and not (gone >= MOST_IN_VAIN and not gains):
            runs = sum(1 << max(0, max(decisions, len(forks)) - len(said)) for said in waiting)
            ways = Ways(forks, waiting.pop(), options, self._allowed(runs))
            if not self.left or self.steps <= 0:
                self.ended = False
                break
            found = self._gone(ways)
            self.ended = self.ended and (ways.spent < ways.steps or not self.whole)
            if len(ways.decisions) > MOST_DECISIONS:
                return []
            decisions = len(ways.decisions)
            more = self._mattering(ways, found) - forks
            if more:
                forks, waiting, done, gone, gains = forks | more, [()], [], 0, 0
                continue
            gone, gains = gone + 1, gains + self._tells_more(found)
            if ways.failed <= self.first.failed:  # code that works goes no way on which it raises
                done.append((tuple(ways.assumed), found))
            waiting += _others(ways)
        return done if gains else []

    def _allowed(self, runs: int) -> int:
        """Steps of the next of so many runs, so that as many are left for each of the others."""
        return min(MOST_STEPS, LONGER * self.first.spent + MORE, self.steps // runs)

    def _gone(self, ways: Ways) -> Found:
        found = self.go(ways)
        self.left -= 1
        self.steps -= max(ways.spent, 1)
        return found

    def _tells_more(self, found: Found) -> bool:
        return self.aim.told(found) > self.aim.told(self.base)

    def _mattering(self, ways: Ways, found: Found) -> frozenset[ast.expr]:
        """Conditions left open of which the reasons speak; none where they are more than can be gone past."""
        reasons = tuple(self.aim.reasons(found))
        met = [one for said, one in ways.met.items() if any(said in reason for reason in reasons)]
        times = sum(len(one.ones) for one in met) + len(ways.decisions)
        few = times <= MOST_DECISIONS and 2**times * self.first.spent <= self.steps
        return frozenset(one.test for one in met) if few else frozenset()


def _others(ways: Ways) -> list[tuple[bool, ...]]:
    """Ways that part from this one at a condition that it took to hold by itself."""
    tried = range(len(ways.said), len(ways.decisions))
    return [(*ways.decisions[:number], False) for number in tried]
