"""Known answers for the samples: do both models give them?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from dimorder.steps import Array

PREDICTIONS_LIMIT = 1e-3
"""Relative L2 up to which predictions are reproduced (another float32 order, printed digits)."""
PREDICTIONS_DOUBT = 1e-2
"""Up to here nobody can tell rounding from a mistake."""
ROUNDING = 1e-5
"""Of the answers' size: samples that differ by no more are answered alike, and agreeing with them tells nothing."""
LABELS_LIMIT = 0.5
"""Share of labels from which they may count as met: a good model misses some true labels."""
CHANCE = 0.01
"""Above this probability that guessing does as well, agreeing labels tell nothing."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is known about the samples, by name of the original's output.

    values: predictions (N, …) in the original's layout, or labels: integers (N,) (for maps one
            for each place), or one-hot rows.
    """

    values: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well outputs meet what is known. reproduced: None where too little is known to tell."""

    kind: Literal["predictions", "labels"]
    reproduced: bool | None
    relative_l2: float | None = None
    max_abs: float | None = None
    top1: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain fields for reports."""
        figures = {"relative_l2": self.relative_l2, "max_abs": self.max_abs, "top1": self.top1}
        told = {key: value for key, value in figures.items() if value is not None}
        return {"kind": self.kind, "reproduced": self.reproduced, **told}


def agreement(known: Array, output: Array, axis: int) -> Agreement:
    """An output (N, …) beside known predictions or labels. axis: of the classes, without batch."""
    labels = as_labels(known, output, axis)
    if labels is not None:
        return _labels(labels, output, axis)
    return _predictions(known, output)


def as_labels(known: Array, output: Array, axis: int) -> Array | None:
    """Class numbers (N, …), if `known` holds labels: integers, or one-hot rows."""
    highest = max(output.shape[axis + 1], 2) - 1
    is_integer = bool(np.all((known == np.round(known)) & (known >= 0) & (known <= highest)))
    places = output.shape[: axis + 1] + output.shape[axis + 2 :]
    if is_integer and known.size == math.prod(places) and known.shape[0] == places[0]:
        return known.reshape(places).astype(np.int64)
    if is_integer and known.shape == output.shape and bool(np.all(known.sum(axis + 1) == 1)):
        return np.asarray(known.argmax(axis + 1))
    return None


def _labels(labels: Array, output: Array, axis: int) -> Agreement:
    classes = max(output.shape[axis + 1], 2)
    single = output.shape[axis + 1] == 1
    named = (output.take(0, axis + 1) > 0.5) if single else output.argmax(axis + 1)
    share = float((named == labels).mean())
    if share < LABELS_LIMIT:
        return Agreement("labels", False, top1=share)
    luck = _luck(share, labels.size, 1 / classes)
    return Agreement("labels", True if luck <= CHANCE else None, top1=share)


def _luck(share: float, count: int, chance: float) -> float:
    """Chernoff's bound on guessing at least this share right."""
    if share <= chance:
        return 1.0
    distance = share * math.log(share / chance)
    if share < 1:
        distance += (1 - share) * math.log((1 - share) / (1 - chance))
    return math.exp(-count * distance)


def _predictions(known: Array, output: Array) -> Agreement:
    if known.shape != output.shape or not np.isfinite(output).all():
        return Agreement("predictions", False)
    error = known.astype(np.float64) - output
    whole = float(np.linalg.norm(known))
    spread = float(np.linalg.norm(known - known.mean(axis=0, dtype=np.float64))) if len(known) > 1 else whole
    telling = spread > ROUNDING * whole
    relative = float(np.linalg.norm(error)) / (spread if telling else whole) if whole else None
    reproduced = None if relative is None or relative <= PREDICTIONS_DOUBT else False
    if telling and relative is not None and relative <= PREDICTIONS_LIMIT:
        reproduced = True
    return Agreement("predictions", reproduced, relative, float(np.abs(error).max()))
