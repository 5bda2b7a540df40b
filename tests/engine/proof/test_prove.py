"""The verdict: right conversions pass, each wrong one does not, and what cannot be told is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dimorder import semantics as ops
from dimorder.engine.proof.mistakes import MISTAKES
from dimorder.graph import Graph
from dimorder.layout import Channels
from dimorder.plan import Plan, Port, View
from engine.proof.nets import (
    CONV,
    KERNEL,
    LAST,
    TF,
    TH,
    Arrays,
    Case,
    filled,
    graph_of,
    moves_of,
    theano_graph,
)


def converted_with(mistake: str) -> Case:
    """The case whose plan, too, is the mistake's: its arrays are moved wrongly on purpose."""
    case = Case()
    moves = {address: replace(move, steps=MISTAKES[mistake](move.steps)) for address, move in case.plan.moves.items()}
    return replace(case, plan=replace(case.plan, moves=moves))


def fully_convolutional(sizes: tuple[int | None, int | None], axis: int, wrong: int) -> Case:
    """A map of class scores with softmax over channels; `wrong` is the converted softmax's axis."""
    last = replace(CONV, channels="last", axes="HWIO", orientation="correlation")
    original = graph_of(
        ("image", ops.Input((2, *sizes)), ()),
        ("conv", CONV, ("image",)),
        ("scores", ops.Activate("softmax", axis=axis), ("conv",)),
    )
    converted = graph_of(
        ("image", ops.Input((*sizes, 2)), ()),
        ("conv", last, ("image",)),
        ("scores", ops.Activate("softmax", axis=wrong), ("conv",)),
    )
    inputs = (Port("image", (2, *sizes), (*sizes, 2), (1, 2, 0)),)
    outputs = (Port("scores", (4, *sizes), (*sizes, 4), (1, 2, 0)),)
    views = dict.fromkeys(("image", "conv", "scores"), LAST)
    moves = moves_of(original, {"conv/kernel": KERNEL})
    plan = Plan(TH, TF, moves, converted, views, inputs=inputs, outputs=outputs)
    return Case(original, converted, filled(original), plan)


def test_a_right_conversion_is_equivalent() -> None:
    proof = Case().proof()
    assert proof.verdict == "equivalent"
    assert proof.relative_l2 is not None
    assert proof.relative_l2 < 1e-6
    assert proof.top1_agreement == 1
    assert proof.first_divergence is None
    assert proof.uncovered == ()
    assert "The converted file computes what the original computes as read." in proof.proven


def test_the_same_seed_gives_the_same_proof() -> None:
    assert Case().proof(seed=3) == Case().proof(seed=3)
    assert Case().proof(seed=3).relative_l2 != Case().proof(seed=4).relative_l2


@pytest.mark.parametrize("mistake", [name for name in MISTAKES if name != "unconverted"])
def test_a_classic_mistake_is_different(mistake: str) -> None:
    proof = converted_with(mistake).proof()
    assert proof.verdict == "different"
    assert proof.relative_l2 is not None
    assert proof.relative_l2 > 0.1
    assert proof.first_divergence == ("fc" if mistake.startswith("dense") else "conv")
    assert proof.proven == ()


def test_an_array_that_is_not_what_the_plan_makes_is_different_whatever_the_probes_say() -> None:
    case = Case()
    written = case.right()
    written["fc/bias"] = np.nextafter(written["fc/bias"], np.float32(9))
    proof = replace(case, written=written).proof()
    assert proof.verdict == "different"
    assert "fc/bias" in proof.because


def test_a_missing_flip_does_not_hide_behind_a_bias_of_40() -> None:
    case = converted_with("no flip")
    small = {a: array * 1e-3 if "kernel" in a else array for a, array in case.arrays.items()}
    small["fc/bias"] = small["fc/bias"] + 40
    proof = replace(case, arrays=as_float32(small)).proof()
    assert proof.verdict == "different"
    assert proof.relative_l2 is not None
    assert proof.relative_l2 > 0.1


def as_float32(arrays: Arrays) -> Arrays:
    return {address: array.astype(np.float32) for address, array in arrays.items()}


def test_a_softmax_over_the_wrong_axis_shows_in_the_second_gate_only() -> None:
    right = fully_convolutional((7, 11), 0, 2).proof()
    wrong = fully_convolutional((7, 11), 0, 1).proof()
    assert right.verdict == "equivalent"
    assert wrong.verdict == "different"
    assert wrong.relative_l2 == right.relative_l2
    assert "after softmax" in wrong.because


def test_open_sizes_are_tried_at_two_sizes_of_different_parity() -> None:
    proof = fully_convolutional((None, None), 0, 2).proof()
    assert proof.verdict == "equivalent"
    (_, *first), (_, *second) = (sizes["image"] for sizes in proof.probes["sizes"])
    assert [a % 2 != b % 2 for a, b in zip(first, second, strict=True)] == [True, True]
    assert first[0] != first[1]


def test_a_map_that_comes_out_in_the_old_order_is_different() -> None:
    case = fully_convolutional((7, 11), 0, 2)
    unnamed = replace(case, plan=replace(case.plan, outputs=()))
    assert "another shape" in unnamed.proof().because


def test_an_output_that_never_varies_is_inconclusive() -> None:
    arrays = filled(theano_graph())
    arrays["fc/kernel"] = arrays["fc/kernel"] * 0
    proof = Case(arrays=arrays).proof()
    assert proof.verdict == "inconclusive"
    assert "the same for every probe" in proof.because
    assert proof.relative_l2 is None


def test_nan_in_the_original_is_inconclusive() -> None:
    arrays = filled(theano_graph())
    arrays["fc/bias"][2] = np.nan
    proof = Case(arrays=arrays).proof()
    assert proof.verdict == "inconclusive"
    assert "the original itself" in proof.because


def test_nan_in_the_converted_model_is_different() -> None:
    case = Case()
    written = case.right()
    written["fc/bias"] = written["fc/bias"] * np.float32(np.nan)
    assert replace(case, written=written).proof().verdict == "different"


def deep(bias: float) -> Case:
    """Two convolutions beside the image's means; the bias decides what the relu lets through."""
    original, converted = deep_graph("first"), deep_graph("last")
    moves = moves_of(original, {"conv/kernel": KERNEL, "conv2/kernel": KERNEL})
    views = dict.fromkeys(("image", "conv", "relu", "conv2"), LAST)
    ports = (Port("image", (2, 7, 11), (7, 11, 2), (1, 2, 0)),)
    arrays = filled(original)
    arrays["conv/bias"] = arrays["conv/bias"] + np.float32(bias)
    return Case(original, converted, arrays, Plan(TH, TF, moves, converted, views, inputs=ports))


def deep_graph(channels: Channels) -> Graph:
    theano = channels == "first"
    correlating = replace(CONV, channels="last", axes="HWIO", orientation="correlation")
    conv = CONV if theano else correlating
    return graph_of(
        ("image", ops.Input((2, 7, 11) if theano else (7, 11, 2)), ()),
        ("conv", conv, ("image",)),
        ("relu", ops.Activate("relu"), ("conv",)),
        ("conv2", replace(conv, filters=3, kernel_size=(3, 2)), ("relu",)),
        ("pool", ops.GlobalPool(2, "ave", channels), ("conv2",)),
        ("side", ops.GlobalPool(2, "ave", channels), ("image",)),
        ("out", ops.Merge("concat", axis=0), ("pool", "side")),
    )


def test_a_dead_relu_leaves_the_next_kernel_uncovered() -> None:
    alive, dead = deep(0).proof(), deep(-1e6).proof()
    assert alive.verdict == "equivalent"
    assert dead.verdict == "inconclusive"
    assert dead.uncovered == ("conv2/kernel",)
    assert "conv2/kernel" in dead.because


def test_layers_without_array_moves_need_no_controls() -> None:
    graph = graph_of(("x", ops.Input((7,)), ()), ("fc", ops.Dense(3, True), ("x",)))
    plan = Plan(TF, TF, moves_of(graph, {}), graph, {"fc": View((0,))})
    proof = Case(graph, graph, filled(graph), plan).proof()
    assert proof.verdict == "equivalent"
    assert proof.controls == ()


def test_float64_decides_where_float32_is_in_doubt() -> None:
    arrays = filled(theano_graph())
    arrays["conv/bias"] = arrays["conv/bias"] + np.float32(1e4)  # sums of 180 numbers like this
    proof = Case(arrays=arrays).proof()
    assert (proof.verdict, proof.precision) == ("equivalent", "float64")
    assert proof.relative_l2 is not None
    assert proof.relative_l2 < 1e-8


def test_an_error_below_float32_is_found_in_float64_where_a_bound_is_asked_for() -> None:
    assert Case().proof(precision="float64").precision == "float64"
    tight = Case().proof(precision="float64", float64_limit=1e-18)
    assert tight.verdict == "different"


def test_a_layer_that_nobody_can_compute_is_inconclusive() -> None:
    graph = graph_of(("x", ops.Input((7,)), ()), ("warp", ops.Opaque("Warp2D"), ("x",)))
    proof = Case(graph, graph, {}, Plan(TF, TF, {}, graph, {})).proof()
    assert proof.verdict == "inconclusive"
    assert "Warp2D" in proof.because


def test_kept_layers_and_assumptions_are_stated_as_unproven() -> None:
    case = Case()
    kept = replace(case, plan=replace(case.plan, kept=("fc",)))
    said = kept.proof(assumptions=("Kernels are read as Theano's.",)).not_proven
    assert said[0] == "Kernels are read as Theano's."
    assert any("'fc'" in sentence for sentence in said)


def test_progress_is_told_stage_by_stage() -> None:
    told: list[tuple[str, int, int]] = []
    Case().proof(progress=lambda *step: told.append(step))
    stages = list(dict.fromkeys(stage for stage, _, _ in told))
    assert stages == ["predictions in float32", "controls", "local controls"]
    assert all(done <= total for _, done, total in told)


@pytest.mark.parametrize("value", [-np.inf, np.nan])
def test_weights_that_are_no_numbers_are_never_called_equivalent(value: float) -> None:
    """The activation behind the convolution hides a bias of minus infinity: every prediction is a number."""
    case = Case()
    case.arrays["conv/bias"][2] = value
    with np.errstate(invalid="ignore"):
        proof = case.proof()
    assert proof.verdict == "inconclusive"
    assert "not comparable, for these hold NaN or infinite numbers: conv_bias" in proof.because
