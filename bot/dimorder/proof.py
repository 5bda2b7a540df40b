"""The equivalence of two models, as measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from dimorder.pictures import Pictures, Points

ProofVerdict = Literal["equivalent", "different", "inconclusive"]

RELATIVE_LIMIT = 1e-4
"""Centred relative L2 before the last squashing: 56 of 56 wrong conversions measured lie above 1e-3."""
SQUASHED_LIMIT = 1e-5
"""Max abs of squashed outputs: a wrong softmax axis shows only there."""
DOUBT = 1e-6
"""Above this in float32, the run is repeated in float64."""
FLOAT64_LIMIT = 1e-8
ARITHMETIC_LIMIT = 1e-6
"""In float64, where the conversion rounded some float32 arrays anew (6e-8 of each number)."""
TOLD_APART = 100
"""A control counts when its error is at least this many times the limit."""


@dataclass(frozen=True, slots=True)
class Drift:
    """Errors of one value: an output or a layer. relative_l2 is None where its spread over probes is zero."""

    name: str
    relative_l2: float | None
    max_abs: float


@dataclass(frozen=True, slots=True)
class Control:
    """The same probes through a conversion that is wrong on purpose.

    scope: "global" for a classic mistake made everywhere, else the address of the one tensor left wrong.
    applicable: False where the mistake would raise on loading, or changes nothing, in words in `because`.
    points: some values of the output that lies furthest apart, of a global mistake; None where none are kept.
    """

    name: str
    scope: str
    relative_l2: float | None
    top1_agreement: float | None
    told_apart: bool
    applicable: bool = True
    because: str = ""
    points: Points | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """Everything a report says about two models.

    referees: who computed, with versions. probes: what was fed (counts by kind, seed, sizes).
    proven, not_proven: sentences.
    """

    verdict: ProofVerdict
    because: str
    relative_l2: float | None
    max_abs: float | None
    top1_agreement: float | None
    top5_agreement: float | None
    first_divergence: str | None
    outputs: tuple[Drift, ...]
    layers: tuple[Drift, ...]
    referees: tuple[str, ...]
    probes: dict[str, Any]
    controls: tuple[Control, ...]
    uncovered: tuple[str, ...]
    precision: Literal["float32", "float64"] = "float32"
    proven: tuple[str, ...] = ()
    not_proven: tuple[str, ...] = ()
    expectation: dict[str, Any] | None = None
    pictures: Pictures | None = None
