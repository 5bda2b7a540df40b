"""How far two models' values lie apart, gathered batch by batch."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dimorder.proof import Drift
from dimorder.steps import Array

TOP = 5


@dataclass(slots=True)
class Spread:
    """Mean over probes of values of one shape, and the squared distance from it (Chan's update)."""

    mean: Array
    squared: float = 0.0
    count: int = 0

    def add(self, batch: Array) -> None:
        """batch: (N, …) float64."""
        count = self.count + len(batch)
        mean = batch.mean(axis=0)
        step = mean - self.mean
        self.squared += _square(batch - mean) + _square(step) * self.count * len(batch) / count
        self.mean = self.mean + step * (len(batch) / count)
        self.count = count


@dataclass(slots=True)
class Tally:
    """The errors of one value over all probes; each shape (size of input) has its own mean."""

    spreads: dict[tuple[int, ...], Spread] = field(default_factory=dict)
    squared_error: float = 0.0
    squared_norm: float = 0.0
    max_abs: float = 0.0
    epsilon: float = 0.0
    original_finite: bool = True
    converted_finite: bool = True
    same_shape: bool = True

    def add(self, original: Array, converted: Array) -> None:
        """Two batches (N, …) in the original's layout."""
        self.epsilon = max(self.epsilon, float(np.finfo(original.dtype).eps))
        self.same_shape &= original.shape == converted.shape
        self.original_finite &= bool(np.isfinite(original).all())
        self.converted_finite &= bool(np.isfinite(converted).all())
        if self.same_shape and self.original_finite and self.converted_finite and original.size:
            self._measure(original.astype(np.float64), converted.astype(np.float64))

    def _measure(self, original: Array, converted: Array) -> None:
        error = original - converted
        self.squared_error += _square(error)
        self.squared_norm += _square(original)
        self.max_abs = max(self.max_abs, float(np.abs(error).max()))
        shape = original.shape[1:]
        self.spreads.setdefault(shape, Spread(np.zeros(shape))).add(original)

    @property
    def comparable(self) -> bool:
        """Same shapes and finite numbers on both sides."""
        return self.same_shape and self.original_finite and self.converted_finite

    @property
    def relative_l2(self) -> float | None:
        """‖a−b‖ / ‖a − mean over probes(a)‖; None where a varies no more than rounding does.

        Centred: a bias of 40 would hide a missing flip (2.9e-5 uncentred, 0.89 centred).
        """
        spread = math.sqrt(sum(one.squared for one in self.spreads.values()))
        if not self.comparable or spread <= 8 * self.epsilon * math.sqrt(self.squared_norm):
            return None
        return math.sqrt(self.squared_error) / spread

    @property
    def uncentred(self) -> float:
        """‖a−b‖ / ‖a‖: what the error is of the values themselves, however little they vary."""
        return math.sqrt(self.squared_error / self.squared_norm) if self.squared_norm else math.inf

    @property
    def typical(self) -> float:
        """Root mean square of the original's values."""
        count = sum(one.count * one.mean.size for one in self.spreads.values())
        return math.sqrt(self.squared_norm / count) if count else 0.0

    def exceeds(self, limit: float) -> bool:
        """Apart by more than the limit, taken of the values' own size where nothing varies."""
        relative = self.relative_l2
        if relative is None:
            return not self.comparable or self.max_abs > limit * self.typical
        return relative > limit

    def drift(self, name: str) -> Drift:
        """As reported: values that cannot be compared are infinitely far apart."""
        return Drift(name, self.relative_l2, self.max_abs if self.comparable else math.inf)


def _square(array: Array) -> float:
    flat = array.reshape(-1)
    return float(np.dot(flat, flat))


@dataclass(slots=True)
class Ranking:
    """How often both models name the same classes. axis: of the classes, counted without batch."""

    axis: int
    places: int = 0
    first: float = 0.0
    top: float = 0.0
    classes: int = 0

    def add(self, original: Array, converted: Array) -> None:
        """Two batches (N, …) of scores."""
        if original.shape != converted.shape or not original.size:
            return
        ours, theirs = (np.moveaxis(batch, self.axis + 1, -1) for batch in (original, converted))
        self.classes = ours.shape[-1]
        self.places += math.prod(ours.shape[:-1])
        self.first += float((ours.argmax(-1) == theirs.argmax(-1)).sum())
        if self.classes > TOP:
            self.top += _shared(ours, theirs)

    @property
    def top1(self) -> float | None:
        """Share of probes (or places in a map) with the same best class; None below two classes."""
        return self.first / self.places if self.places and self.classes > 1 else None

    @property
    def top5(self) -> float | None:
        """Mean share of the five best classes in common; None for five classes or fewer."""
        return self.top / self.places if self.places and self.classes > TOP else None


def _shared(ours: Array, theirs: Array) -> float:
    best = [np.argpartition(scores, -TOP, axis=-1)[..., -TOP:] for scores in (ours, theirs)]
    same: Any = best[0][..., :, None] == best[1][..., None, :]
    return float(same.sum()) / TOP
