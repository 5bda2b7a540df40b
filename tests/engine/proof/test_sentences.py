"""What a proof says stands in words that are true of the plan."""

from __future__ import annotations

import pytest

from dimorder.engine.proof.sentences import proven
from dimorder.layout import Layout
from dimorder.plan import Move, Plan
from dimorder.steps import Flip, Multiply, Step


def said(step: Step) -> str:
    plan = Plan(Layout("th", "th"), Layout("tf", "tf"), {"/a": Move("a", "/a", (step,), "")}, None, {})
    return proven("equivalent", (), plan, None)[1]


@pytest.mark.parametrize(
    ("step", "holds"),
    [
        (Flip("HWIO", "HW"), "the original's own bits, moved as planned"),
        (Multiply(1, ((0, 2),), 1.2), "the original's numbers, moved and computed as planned to the last bit"),
    ],
)
def test_only_what_was_merely_moved_holds_the_originals_own_bits(step: Step, holds: str) -> None:
    assert said(step) == f"Each of the 1 moved arrays holds {holds}."
