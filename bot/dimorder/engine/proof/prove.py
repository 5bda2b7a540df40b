"""The proof: two models, many probes, every control, one verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from dimorder.engine.proof.arrays import counterparts, miswritten, nonfinite
from dimorder.engine.proof.covered import NOTHING, coverage
from dimorder.engine.proof.expectation import Expectation
from dimorder.engine.proof.judge import (
    Precision,
    doubts_of_arrays,
    doubts_of_controls,
    doubts_of_expectation,
    doubts_of_numbers,
    doubts_of_outputs,
    is_doubtful,
    limit_of,
    obstacle,
)
from dimorder.engine.proof.known import compare_both
from dimorder.engine.proof.measure import Measured, measure
from dimorder.engine.proof.pair import FLOAT32, FLOAT64, Pair
from dimorder.engine.proof.peel import peel
from dimorder.engine.proof.pictures import kernels, points
from dimorder.engine.proof.probes import Probes, probes
from dimorder.engine.proof.summary import Findings, summary, without_figures
from dimorder.engine.run import Reader
from dimorder.graph import Graph
from dimorder.pictures import Pictures
from dimorder.plan import Plan
from dimorder.proof import FLOAT64_LIMIT, Proof
from dimorder.steps import Array

Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, how much there is."""


def silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Referee:
    """Two models, what is fed to them, and how strictly they are compared."""

    pair: Pair
    probes: Probes
    float64_limit: float
    progress: Progress

    def measure(self, precision: Precision) -> Measured:
        """All probes through both models at one precision."""
        told = partial(self.progress, f"predictions in {precision}")
        return measure(self.pair, self.probes, FLOAT64 if precision == "float64" else FLOAT32, told)

    def findings(self, precision: Precision) -> Findings:
        """Arrays, predictions and controls."""
        parts = counterparts(self.pair)
        arrays = doubts_of_arrays(miswritten(self.pair, parts)) + doubts_of_numbers(nonfinite(parts, self.pair))
        found = self._compared(precision)
        if arrays or not found.comparable or any(d.verdict == "different" for d in found.doubts):
            return replace(found, doubts=(*arrays, *found.doubts))
        stages = (partial(self.progress, "controls"), partial(self.progress, "local controls"))
        cover = coverage(self.pair, parts, self.probes.few(), self.float64_limit, *stages)
        if cover.in_float64 and found.precision == "float32":
            found = self._compared("float64")
        doubts = (*found.doubts, *doubts_of_controls(cover.controls, cover.uncovered))
        return replace(found, coverage=cover, doubts=doubts)

    def _compared(self, precision: Precision) -> Findings:
        """Predictions alone, in float64 where float32 leaves a doubt."""
        measured = self.measure(precision)
        if precision == "float32" and is_doubtful(measured):
            return self._compared("float64")
        limit = limit_of(precision, self.float64_limit)
        doubts = doubts_of_outputs(self.pair, measured, limit)
        return Findings(measured, precision, limit, NOTHING, doubts)


def prove(
    original: Graph,
    read_original: Reader,
    converted: Graph,
    read_converted: Reader,
    plan: Plan,
    *,
    seed: int = 0,
    samples: Mapping[str, Array] | None = None,
    expect: Expectation | None = None,
    precision: Precision = "float32",
    float64_limit: float = FLOAT64_LIMIT,
    assumptions: tuple[str, ...] = (),
    progress: Progress = silent,
) -> Proof:
    """Does the converted model, as re-read from disk, compute what the original computes as read?

    original:      under its own semantics. converted: as the target dialect's Keras computes it.
    samples:       arrays (N, …) by input name, in the original's layout.
    precision:     float32 is repeated in float64 where in doubt; float64 starts there.
    float64_limit: wider where arithmetic steps state a bound of their own.
    assumptions:   sentences on what reading took for granted; they stand in `not_proven`.
    """
    hindrance = obstacle(original, converted)
    if hindrance:
        return without_figures(hindrance, plan, assumptions)
    pair = Pair(peel(original), read_original, peel(converted), read_converted, plan)
    tried = probes(original, seed, samples)
    known = compare_both(pair, samples, expect, tried.chunk) if expect else None
    found = Referee(pair, tried, float64_limit, progress).findings(precision)
    told = known.told if known else None
    found = replace(found, doubts=(*found.doubts, *doubts_of_expectation(told)))
    shown = Pictures(points(pair, found.measured), kernels(pair, counterparts(pair)), known.confusions if known else ())
    return replace(summary(pair, tried, found, told, assumptions), pictures=shown)
