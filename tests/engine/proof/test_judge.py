"""Rounding of numbers computed anew is no difference, and a mistake is no rounding."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dimorder.engine.proof.judge import doubts_of_outputs
from dimorder.engine.proof.measure import measure
from dimorder.engine.proof.pair import FLOAT64, Pair
from dimorder.engine.proof.peel import peel
from dimorder.engine.proof.probes import probes
from dimorder.steps import Multiply
from engine.proof.nets import Case, reader

FAINT = np.float32(1e-5)
"""How little the outputs vary beside their bias."""


def doubts(factor: float, *, computed: bool) -> list[str]:
    """Verdicts on a nearly constant output whose kernel came out larger by `factor`, as planned or by mistake."""
    case = Case()
    case.arrays["fc/kernel"] = case.arrays["fc/kernel"] * FAINT
    case.arrays["fc/bias"] = np.linspace(1, 2, 5, dtype=np.float32)
    moves = dict(case.plan.moves)
    if computed:
        moves["fc/bias"] = replace(moves["fc/bias"], steps=(Multiply(0, ((0, 5),), 1.0),))
    plan = replace(case.plan, moves=moves)
    written = case.right()
    written["fc/kernel"] = written["fc/kernel"].astype(np.float64) * factor
    pair = Pair(peel(case.original), reader(case.arrays), peel(case.converted), reader(written), plan)
    measured = measure(pair, probes(case.original, 0, None), FLOAT64, lambda done, total: None)
    return [doubt.verdict for doubt in doubts_of_outputs(pair, measured, 1e-6)]


@pytest.mark.parametrize(
    ("factor", "computed", "verdict"),
    [(1 + 1e-4, True, "inconclusive"), (1 + 1e-4, False, "different"), (3.0, True, "different")],
)
def test_an_output_that_hardly_varies(factor: float, computed: bool, verdict: str) -> None:
    assert doubts(factor, computed=computed)[:1] == [verdict]
