"""What a proof has to show: values drawn by lot, the first kernels as both files hold them, labels by class."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from dimorder import semantics as ops
from dimorder.engine.proof.pictures import LARGEST, MOST_CLASSES, MOST_FILTERS, confusions
from dimorder.engine.proof.sampled import MOST, Sampled
from dimorder.pictures import Confusion, Kernels, Pictures
from dimorder.proof import Proof
from dimorder.report.as_json_pictures import pictured
from dimorder.steps import Array
from engine.proof.nets import CONV, Case, filled, graph_of


def drawn(*batches: tuple[Array, Array]) -> Sampled:
    sampled = Sampled()
    for ours, theirs in batches:
        sampled.add(ours, theirs)
    return sampled


def test_few_values_are_all_kept_in_order() -> None:
    ours = np.array([[3.0, 1.0], [2.0, -1.0]], np.float32)
    points = drawn((ours, ours + 1)).points("scores", "softmax")
    assert points.original == (-1.0, 1.0, 2.0, 3.0)
    assert points.converted == (0.0, 2.0, 3.0, 4.0)
    assert (points.name, points.before, points.count) == ("scores", "softmax", 4)


def test_of_many_values_some_are_kept_and_the_worst_pair() -> None:
    rng = np.random.default_rng(0)
    ours = rng.normal(size=(7, 11, 113)).astype(np.float32)
    theirs = ours.copy()
    theirs[3, 5, 7] += 9
    points = drawn(*zip(ours, theirs, strict=True)).points("map")
    assert points.count == ours.size
    assert MOST <= len(points.original) <= MOST + 1
    assert max(abs(b - a) for a, b in zip(points.original, points.converted, strict=True)) > 8.9


def test_values_are_drawn_from_all_classes() -> None:
    """A fixed stride would always meet the same one where their number is a multiple of it."""
    ours = np.tile(np.arange(16, dtype=np.float32), (4096, 1))
    assert len(set(drawn((ours, ours)).points("scores").original)) == 16


def test_the_same_batches_give_the_same_points() -> None:
    ours = np.random.default_rng(1).normal(size=(900, 13)).astype(np.float32)
    assert drawn((ours, ours)).points("a") == drawn((ours, ours)).points("a")


def test_what_is_no_number_is_not_drawn() -> None:
    ours = np.array([1.0, np.nan, np.inf, 2.0])
    theirs = np.array([1.0, 2.0, 3.0, np.nan])
    assert drawn((ours, theirs)).points("a").original == (1.0,)
    assert drawn((ours, theirs[:3])).points("a").original == ()
    assert drawn((np.full(3, np.nan), np.zeros(3))).points("a").original == ()


def test_values_keep_their_float32() -> None:
    ours = np.random.default_rng(2).normal(size=99).astype(np.float32)
    kept = drawn((ours, ours)).points("a").original
    assert np.array_equal(np.array(kept, np.float32), np.sort(ours))


def labelled(labels: list[int], ours: list[int], theirs: list[int]) -> Confusion:
    count = max(*labels, *ours, *theirs) + 1
    graph = graph_of(("image", ops.Input((count,)), ()))
    sides = [{"image": np.eye(count)[side]} for side in (ours, theirs)]
    (found,) = confusions(graph, {"image": np.array(labels)}, *sides)
    return found


def test_labels_are_counted_by_true_and_named_class() -> None:
    found = labelled([0, 0, 2, 2, 2], [0, 2, 2, 2, 0], [0, 0, 2, 2, 2])
    assert found.classes == (0, 2)
    assert found.original == ((1, 1), (1, 2))
    assert found.converted == ((2, 0), (0, 3))
    assert not found.rest


def test_of_many_classes_the_commonest_are_shown() -> None:
    labels = [*range(40), 33, 33, 39, 39]
    found = labelled(labels, labels, labels)
    assert len(found.classes) == MOST_CLASSES
    assert {33, 39} <= set(found.classes)
    assert found.rest
    assert found.original[-1][-1] == 40 - MOST_CLASSES
    assert sum(map(sum, found.original)) == len(labels)


def shown(proof: Proof) -> Pictures:
    assert proof.pictures is not None
    return proof.pictures


def kernels(case: Case) -> Kernels:
    found = shown(case.proof()).kernels
    assert found is not None
    return found


def test_kernels_are_those_of_both_files() -> None:
    case = Case()
    found = kernels(case)
    assert (found.tensor, found.axes, found.count) == ("conv_kernel", ("OIHW", "HWIO"), 4)
    assert found.moved == ("permute OIHW to HWIO", "flip H and W")
    before, after = case.arrays["conv/kernel"], case.right()["conv/kernel"]
    assert np.array_equal(np.array(found.original, np.float32), before[:, 0])
    assert np.array_equal(np.array(found.converted, np.float32), after[:, :, 0].transpose(2, 0, 1))
    assert np.array_equal(np.array(found.converted), np.array(found.original)[:, ::-1, ::-1])


def test_kernels_that_were_left_as_they_are_are_shown_so() -> None:
    case = Case()
    wrong = case.right() | {"conv/kernel": case.right()["conv/kernel"][::-1, ::-1].copy()}
    found = kernels(replace(case, written=wrong))
    assert found.converted == found.original


def single(conv: ops.Conv, size: tuple[int, ...]) -> Pictures:
    """One convolution compared with itself."""
    graph = graph_of(("image", ops.Input(size), ()), ("conv", conv, ("image",)))
    case = Case()
    plan = replace(case.plan, moves={}, graph=graph, views={}, inputs=(), outputs=())
    arrays = filled(graph)
    return shown(replace(case, original=graph, converted=graph, arrays=arrays, plan=plan, written=arrays).proof())


def test_of_many_filters_the_first_are_shown() -> None:
    found = single(replace(CONV, filters=MOST_FILTERS + 3), (2, 7, 11)).kernels
    assert found is not None
    assert len(found.original) == MOST_FILTERS
    assert found.count == MOST_FILTERS + 3


def test_a_kernel_over_one_axis_has_one_row() -> None:
    conv = ops.Conv(1, 5, (3,), (1,), (1,), "valid", "last", True, "LIO", "correlation")
    found = single(conv, (11, 2)).kernels
    assert found is not None
    assert np.array(found.original).shape == (5, 1, 3)


@pytest.mark.parametrize("sizes", [(LARGEST + 1, 1), (1, LARGEST + 1)])
def test_a_kernel_too_large_for_a_picture_is_not_shown(sizes: tuple[int, int]) -> None:
    assert single(replace(CONV, kernel_size=sizes), (2, 17, 19)).kernels is None


def test_predictions_are_shown_before_their_squashing_and_mistakes_beside_them() -> None:
    proof = Case().proof()
    (points,) = shown(proof).points
    assert (points.name, points.before) == ("scores", "softmax")
    assert points.converted == pytest.approx(points.original, abs=1e-5)
    assert sum(points.original) != pytest.approx(len(points.original) / 5)
    wrong = [one.points for one in proof.controls if one.scope == "global" and one.applicable]
    assert wrong
    assert all(one and one.converted != pytest.approx(one.original, abs=1e-2) for one in wrong)
    assert all(one.points is None for one in proof.controls if one.scope != "global")


def test_pictures_are_small_whatever_the_model() -> None:
    assert len(json.dumps(pictured(shown(Case().proof())))) < 20_000
