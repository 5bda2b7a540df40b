"""Values of two models drawn by lot while they are computed."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from dimorder.pictures import Points
from dimorder.steps import Array

MOST = 240
"""Points that a chart still shows one by one."""


def _nothing() -> Array:
    return np.zeros((3, 0))


@dataclass(slots=True)
class Sampled:
    """The pairs that drew the lowest lots of all that came, each as likely as any other, and the pair furthest apart.

    drawn: (3, K) lots, original and converted values. Lots are the same for the same sequence of batches.
    """

    drawn: Array = field(default_factory=_nothing)
    furthest: tuple[float, float] | None = None
    count: int = 0
    lots: np.random.Generator = field(default_factory=lambda: np.random.default_rng(5374))

    def add(self, original: Array, converted: Array) -> None:
        """Two batches (N, …) in one layout; what has no counterpart, or is no number, cannot be drawn."""
        if original.shape != converted.shape:
            return
        ours, theirs = original.reshape(-1), converted.reshape(-1)
        self.count += len(ours)
        finite = np.isfinite(ours) & np.isfinite(theirs)
        if not finite.all():
            ours, theirs = ours[finite], theirs[finite]
        if not len(ours):
            return
        self._keep_furthest(ours, theirs)
        lots = self.lots.random(len(ours), np.float32)
        lowest = np.argpartition(lots, MOST)[:MOST] if len(lots) > MOST else slice(None)
        drawn = np.concatenate([self.drawn, np.stack([lots[lowest], ours[lowest], theirs[lowest]])], axis=1)
        self.drawn = drawn[:, drawn[0].argsort(kind="stable")[:MOST]]

    def _keep_furthest(self, ours: Array, theirs: Array) -> None:
        place = int(np.abs(ours.astype(np.float64) - theirs).argmax())
        a, b = float(ours[place]), float(theirs[place])
        if self.furthest is None or abs(a - b) > abs(self.furthest[0] - self.furthest[1]):
            self.furthest = a, b

    def points(self, name: str, before: str = "") -> Points:
        """As reported, in the order of the original's values."""
        pairs = sorted({*map(tuple, self.drawn[1:].T.tolist()), *([self.furthest] if self.furthest else [])})
        ours, theirs = (tuple(shortened(pair[side]) for pair in pairs) for side in (0, 1))
        return Points(name, ours, theirs, self.count, before)


def shortened(value: float) -> float:
    """The number to nine digits, which tell all of float32 apart."""
    return float(f"{value:.9g}")
