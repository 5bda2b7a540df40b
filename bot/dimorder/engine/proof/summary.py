"""A Proof out of what was measured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from dimorder.engine.proof.covered import NOTHING, Coverage
from dimorder.engine.proof.judge import Doubt, Precision, verdict_of
from dimorder.engine.proof.measure import Measured
from dimorder.engine.proof.pair import Pair
from dimorder.engine.proof.probes import Probes
from dimorder.engine.proof.sentences import not_proven, proven
from dimorder.plan import Plan
from dimorder.proof import Drift, Proof


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything measured. limit: on the centred relative L2 at this precision."""

    measured: Measured
    precision: Precision
    limit: float
    coverage: Coverage
    doubts: tuple[Doubt, ...]

    @property
    def comparable(self) -> bool:
        """Every output has the same shape and finite numbers on both sides."""
        measured = self.measured
        return all(t.comparable for t in (*measured.before.values(), *measured.final.values()))


def summary(
    pair: Pair,
    tried: Probes,
    found: Findings,
    known: dict[str, Any] | None,
    assumptions: tuple[str, ...],
) -> Proof:
    """The proof as reported; the worst output counts in every single figure."""
    verdict, because = verdict_of(found.doubts)
    outputs = _outputs(found.measured)
    cover = found.coverage
    untold = not_proven(pair.plan, assumptions, cover.uncovered, known, samples=bool(tried.told["samples"]))
    return Proof(
        verdict=verdict,
        because=because,
        relative_l2=_worst(drift.relative_l2 for drift in outputs),
        max_abs=_worst(drift.max_abs for drift in outputs),
        top1_agreement=_least(ranking.top1 for ranking in found.measured.ranking.values()),
        top5_agreement=_least(ranking.top5 for ranking in found.measured.ranking.values()),
        first_divergence=None if verdict == "equivalent" else _first_divergence(found),
        outputs=outputs,
        layers=tuple(tally.drift(name) for name, tally in found.measured.layers.items()),
        referees=referees(),
        probes=tried.told,
        controls=cover.controls,
        uncovered=cover.uncovered,
        precision=found.precision,
        proven=proven(verdict, cover.controls, pair.plan, known),
        not_proven=untold,
        expectation=known,
    )


def without_figures(hindrance: Doubt, plan: Plan, assumptions: tuple[str, ...]) -> Proof:
    """A proof of two models that cannot even be fed the same probes."""
    return Proof(
        verdict=hindrance.verdict,
        because=hindrance.because,
        relative_l2=None,
        max_abs=None,
        top1_agreement=None,
        top5_agreement=None,
        first_divergence=None,
        outputs=(),
        layers=(),
        referees=referees(),
        probes={},
        controls=NOTHING.controls,
        uncovered=(),
        not_proven=not_proven(plan, assumptions, (), None, samples=False),
    )


def referees() -> tuple[str, ...]:
    """Who computed."""
    return (f"dimorder's engine on numpy {np.__version__}",)


def _outputs(measured: Measured) -> tuple[Drift, ...]:
    """Relative error before squashing, largest error of the final values."""
    return tuple(
        Drift(name, tally.relative_l2, measured.final[name].drift(name).max_abs)
        for name, tally in measured.before.items()
    )


def _first_divergence(found: Findings) -> str | None:
    """The first layer in the graph's order that lies further apart than the limit."""
    layers = found.measured.layers.items()
    return next((name for name, tally in layers if tally.exceeds(found.limit)), None)


def _worst(figures: Iterable[float | None]) -> float | None:
    known = [figure for figure in figures if figure is not None]
    return max(known, default=None)


def _least(figures: Iterable[float | None]) -> float | None:
    known = [figure for figure in figures if figure is not None]
    return min(known, default=None)
