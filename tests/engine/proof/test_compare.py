"""Errors gathered batch by batch are those of the whole."""

from __future__ import annotations

import numpy as np
import pytest

from dimorder import semantics as ops
from dimorder.engine.proof.classes import class_axis
from dimorder.engine.proof.compare import Ranking, Tally
from dimorder.steps import Array
from engine.proof.nets import graph_of

RNG = np.random.default_rng(0)


def tally(original: Array, converted: Array, chunk: int = 100) -> Tally:
    gathered = Tally()
    for start in range(0, len(original), chunk):
        gathered.add(original[start : start + chunk], converted[start : start + chunk])
    return gathered


def test_relative_l2_is_centred_over_probes() -> None:
    a, b = RNG.standard_normal((2, 11, 3, 5))
    expected = np.linalg.norm(a - b) / np.linalg.norm(a - a.mean(axis=0))
    assert tally(a, b).relative_l2 == pytest.approx(expected)
    assert tally(a + 40, b + 40).relative_l2 == pytest.approx(expected)


def test_batches_add_up_to_the_whole() -> None:
    a, b = RNG.standard_normal((2, 11, 3, 5)) + 40
    assert tally(a, b, 2).relative_l2 == pytest.approx(tally(a, b).relative_l2)
    assert tally(a, b, 2).max_abs == tally(a, b).max_abs == np.abs(a - b).max()


def test_values_of_two_sizes_have_their_own_means() -> None:
    a, b = RNG.standard_normal((4, 3)), RNG.standard_normal((4, 5)) + 9
    gathered = Tally()
    gathered.add(a, a + 1)
    gathered.add(b, b + 1)
    spread = np.hypot(np.linalg.norm(a - a.mean(0)), np.linalg.norm(b - b.mean(0)))
    assert gathered.relative_l2 == pytest.approx(np.sqrt(32) / spread)


def test_values_that_never_vary_have_no_relative_error() -> None:
    same = np.full((7, 3), 5, np.float32)
    assert tally(same, same).relative_l2 is None
    assert not tally(same, same).exceeds(1e-4)
    assert tally(same, same + 1).exceeds(1e-4)


@pytest.mark.parametrize("spoilt", [np.nan, np.inf])
def test_what_is_not_finite_cannot_be_compared(spoilt: float) -> None:
    a = RNG.standard_normal((7, 3))
    b = a.copy()
    b[2, 1] = spoilt
    assert not tally(a, b).converted_finite
    assert not tally(b, a).original_finite
    assert tally(a, b).exceeds(1e-4)
    assert tally(a, b).drift("x").max_abs == np.inf


def test_another_shape_cannot_be_compared() -> None:
    assert not tally(np.ones((7, 3)), np.ones((7, 1))).comparable


def test_ranking_counts_best_classes_and_shared_five() -> None:
    a = np.array([[9.0, 1, 2, 3, 4, 5, 0], [0, 1, 2, 3, 4, 5, 9]])
    b = np.array([[9.0, 1, 2, 3, 4, 5, 0], [9, 1, 2, 3, 4, 5, 0]])
    ranking = Ranking(0)
    ranking.add(a, b)
    assert ranking.top1 == 0.5
    assert ranking.top5 == pytest.approx((5 + 4) / 10)


def test_ranking_of_few_classes_says_nothing() -> None:
    one, two = Ranking(0), Ranking(0)
    one.add(RNG.random((3, 1)), RNG.random((3, 1)))
    two.add(np.ones((3, 2)), np.ones((3, 2)))
    assert (one.top1, one.top5) == (None, None)
    assert (two.top1, two.top5) == (1, None)


def test_classes_lie_on_the_channels_of_a_map() -> None:
    image = ("image", ops.Input((2, 7, 11)), ())
    up = ("up", ops.UpSample(2, (2, 2), "first"), ("image",))
    relu = ("relu", ops.Activate("relu"), ("up",))
    assert class_axis(graph_of(image, up, relu), "relu") == 0
    assert class_axis(graph_of(image), "image") == 2
    softmax = ("out", ops.Activate("softmax", axis=1), ("image",))
    assert class_axis(graph_of(image, softmax), "out") == 1
