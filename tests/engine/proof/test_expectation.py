"""Known answers, beside what both models say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dimorder.engine.proof.expectation import Expectation, agreement
from dimorder.engine.proof.known import reproduces
from dimorder.engine.run import run
from dimorder.errors import UsageError
from dimorder.steps import Array
from engine.proof.nets import Case, reader

SAMPLES = {"image": np.random.default_rng(5).standard_normal((20, 2, 7, 11)).astype(np.float32)}


def predictions(case: Case) -> Array:
    return run(case.original, SAMPLES, reader(case.arrays), keep=["scores"])["scores"]


def proof_with(known: Array, case: Case | None = None) -> Any:
    expect = Expectation({"scores": known})
    return (case or Case()).proof(samples=SAMPLES, expect=expect)


def misread() -> Case:
    """The same bytes read as if TensorFlow had trained them."""
    case = Case()
    conv = replace(case.original.nodes[1].op, orientation="correlation")  # type: ignore[arg-type]
    nodes = list(case.original.nodes)
    nodes[1] = replace(nodes[1], op=conv)
    plan = case.plan
    kernel = plan.moves["conv/kernel"]
    moves = {**plan.moves, "conv/kernel": replace(kernel, steps=kernel.steps[:1])}
    original = replace(case.original, nodes=tuple(nodes))
    return replace(case, original=original, plan=replace(plan, moves=moves))


def test_known_predictions_are_reproduced_by_both_sides() -> None:
    proof = proof_with(predictions(Case()))
    assert proof.verdict == "equivalent"
    assert proof.expectation["reproduced"] is True
    assert proof.expectation["original"]["scores"]["max_abs"] == 0
    assert proof.expectation["converted"]["scores"]["max_abs"] < 1e-6
    assert not any("read rightly" in sentence for sentence in proof.not_proven)


def test_a_wrong_reading_is_equivalent_until_known_predictions_say_otherwise() -> None:
    assert misread().proof().verdict == "equivalent"
    proof = proof_with(predictions(Case()), misread())
    assert proof.verdict == "inconclusive"
    assert proof.expectation["reproduced"] is False
    assert "not reproduced" in proof.because


@pytest.mark.parametrize("spell", ["numbers", "one-hot"])
def test_labels_are_compared_by_class(spell: str) -> None:
    labels = predictions(Case()).argmax(-1)
    known = np.eye(5)[labels] if spell == "one-hot" else labels
    found = proof_with(known).expectation
    assert found["original"]["scores"] == {"kind": "labels", "reproduced": True, "top1": 1.0}


def test_one_label_of_five_may_be_luck() -> None:
    scores = np.array([[0.0, 9, 0, 0, 0]])
    assert agreement(np.array([1]), scores, 0).reproduced is None
    assert agreement(np.array([2]), scores, 0).reproduced is False
    thousand = np.eye(1000)[[285]]
    assert agreement(np.array([285]), thousand, 0).reproduced is True


def test_one_unit_answers_yes_or_no() -> None:
    scores = np.linspace(0, 1, 20)[:, None]
    assert agreement(scores[:, 0].round().astype(int), scores, 0).top1 == 1
    assert agreement(scores * 30, scores, 0).kind == "predictions"


def test_rounded_predictions_leave_it_open() -> None:
    scores = predictions(Case())
    assert agreement(scores.round(5), scores, 0).reproduced is True
    assert agreement(scores.round(2), scores, 0).reproduced is None
    assert agreement(scores[::-1], scores, 0).reproduced is False


def test_one_side_can_be_asked_alone() -> None:
    case = Case()
    expect = Expectation({"scores": predictions(case)})
    found = reproduces(case.original, reader(case.arrays), SAMPLES, expect)
    assert found["scores"].reproduced is True


def test_known_answers_need_samples_and_known_outputs() -> None:
    with pytest.raises(UsageError, match="samples"):
        Case().proof(expect=Expectation({"scores": np.zeros(20)}))
    with pytest.raises(UsageError, match="no output is called 'other'"):
        Case().proof(samples=SAMPLES, expect=Expectation({"other": np.zeros(20)}))
    with pytest.raises(UsageError, match="3 known answers for 20 samples"):
        proof_with(np.zeros(3))


def test_answers_that_are_alike_for_all_samples_tell_nothing() -> None:
    known = np.tile(np.array([0.1, 0.2, 0.7], np.float32), (4, 1))
    known[1] += np.float32(1e-8)
    assert agreement(known, known + np.float32(2e-8), 0).reproduced is None
    assert agreement(known, known[:, ::-1], 0).reproduced is False
