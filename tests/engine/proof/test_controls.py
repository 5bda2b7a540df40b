"""Negative controls: what is exposed, what cannot happen, what cannot be seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dimorder import semantics as ops
from dimorder.engine.proof.arrays import same_bits
from dimorder.engine.proof.mistakes import MISTAKES
from dimorder.graph import Graph
from dimorder.layout import permutation
from dimorder.plan import Plan, Port, View
from dimorder.proof import Control, Proof
from dimorder.steps import Array, Flip, Permute, Reorder, apply
from engine.proof.nets import (
    CONV,
    KERNEL,
    LAST,
    SAME,
    TF,
    TH,
    Case,
    filled,
    graph_of,
    moves_of,
    theano_graph,
)


def named(proof: Proof, name: str, scope: str = "global") -> Control:
    return next(c for c in proof.controls if (c.name, c.scope) == (name, scope))


def local(proof: Proof, address: str) -> list[str]:
    return [c.name for c in proof.controls if c.scope == address]


def conv_only(conv: ops.Conv, kernel: tuple[Permute | Flip, ...], stored: str = "HWIO") -> Case:
    """One convolution and a global mean."""
    turned = replace(conv, channels="last", axes=stored, orientation="correlation")
    planned = replace(turned, axes=kernel[0].target if isinstance(kernel[0], Permute) else "HWIO")

    def last(op: ops.Conv) -> Graph:
        return graph_of(
            ("image", ops.Input((7, 11, 2)), ()),
            ("conv", op, ("image",)),
            ("mean", ops.GlobalPool(2, "max", "last"), ("conv",)),
        )

    original = graph_of(
        ("image", ops.Input((2, 7, 11)), ()),
        ("conv", conv, ("image",)),
        ("mean", ops.GlobalPool(2, "max", "first"), ("conv",)),
    )
    ports = (Port("image", (2, 7, 11), (7, 11, 2), (1, 2, 0)),)
    views = {"image": LAST, "conv": LAST, "mean": SAME}
    moves = moves_of(original, {"conv/kernel": kernel})
    plan = Plan(TH, TF, moves, last(planned), views, inputs=ports)
    return Case(original, last(turned), filled(original), plan)


def test_every_classic_mistake_is_exposed_or_cannot_happen() -> None:
    proof = Case().proof()
    assert [c.name for c in proof.controls if c.scope == "global"] == list(MISTAKES)
    assert all(c.told_apart for c in proof.controls if c.applicable)
    unconverted = named(proof, "unconverted")
    assert not unconverted.applicable
    assert "would raise on loading" in unconverted.because


def test_each_moved_array_is_tried_alone() -> None:
    proof = Case().proof()
    assert local(proof, "conv/kernel") == ["no flip", "rows and columns swapped"]
    assert local(proof, "fc/kernel") == ["rows left", "rows inverted"]
    assert local(proof, "fc/bias") == []


def test_the_famous_mistake_swaps_rows_and_columns() -> None:
    kernel = np.arange(4 * 2 * 3 * 3).reshape(4, 2, 3, 3)
    wrong = apply(MISTAKES["transposed (3,2,1,0)"](KERNEL), kernel)
    assert np.array_equal(wrong, kernel.transpose(3, 2, 1, 0)[::-1, ::-1])
    assert np.array_equal(wrong.swapaxes(0, 1), apply(KERNEL, kernel))


def test_a_kernel_that_is_not_square_would_not_load_swapped() -> None:
    proof = conv_only(replace(CONV, kernel_size=(3, 2)), KERNEL).proof()
    assert proof.verdict == "equivalent"
    assert "would raise" in named(proof, "transposed (3,2,1,0)").because
    assert local(proof, "conv/kernel") == ["no flip"]


def test_one_by_one_kernels_need_no_control() -> None:
    proof = conv_only(replace(CONV, kernel_size=(1, 1)), KERNEL).proof()
    assert proof.verdict == "equivalent"
    assert proof.uncovered == ()
    assert local(proof, "conv/kernel") == []
    assert "bit for bit" in named(proof, "no flip").because


def test_a_square_kernel_with_as_many_filters_as_channels_would_load_unconverted() -> None:
    proof = conv_only(replace(CONV, filters=2, kernel_size=(2, 2)), KERNEL).proof()
    assert named(proof, "unconverted").told_apart
    assert "unconverted" in local(proof, "conv/kernel")


def test_a_kernel_that_is_the_same_flipped_needs_no_control() -> None:
    whole = np.random.default_rng(0).integers(-9, 9, (4, 2, 3, 3)).astype(np.float32)
    proof = with_kernel(whole + whole[:, :, ::-1, ::-1]).proof()
    assert proof.verdict == "equivalent"
    assert "bit for bit" in named(proof, "no flip").because


def test_a_kernel_that_is_nearly_the_same_flipped_is_uncovered() -> None:
    kernel = filled(theano_graph())["conv/kernel"]
    kernel = kernel + kernel[:, :, ::-1] + kernel[..., ::-1] + kernel[:, :, ::-1, ::-1]
    proof = with_kernel(kernel).proof()
    assert proof.verdict == "inconclusive"
    assert proof.uncovered == ("conv/kernel",)
    assert "no flip" in proof.because


def with_kernel(kernel: Array) -> Case:
    case = conv_only(CONV, KERNEL)
    return replace(case, arrays={**case.arrays, "conv/kernel": kernel})


def test_kernels_may_be_stored_with_other_axes_than_planned() -> None:
    """A Conv1D of Keras 1 moved as L1IO and re-read from a Keras 3 file as LIO."""
    conv = ops.Conv(1, 5, (3,), (1,), (1,), "valid", "last", True, "OIL1", "convolution")
    later = replace(conv, axes="L1IO", orientation="correlation")

    def graph(op: ops.Conv) -> Graph:
        return graph_of(("text", ops.Input((7, 2)), ()), ("conv", op, ("text",)))

    steps = (Permute("OIL1", "L1IO"), Flip("L1IO", "L"))
    original = graph(conv)
    moves = moves_of(original, {"conv/kernel": steps})
    same = View((0, 1))
    plan = Plan(TH, TF, moves, graph(later), {"text": same, "conv": same})
    case = Case(original, graph(replace(later, axes="LIO")), filled(original), plan)
    written = {**case.right(), "conv/kernel": case.right()["conv/kernel"][:, 0]}
    proof = replace(case, written=written).proof()
    assert proof.verdict == "equivalent"
    assert named(proof, "no flip", "conv/kernel").told_apart


def test_kernels_may_be_stored_in_any_order_of_axes() -> None:
    case = conv_only(CONV, KERNEL, stored="IHOW")
    right = case.right()["conv/kernel"].transpose(permutation("HWIO", "IHOW"))
    assert replace(case, written={**case.right(), "conv/kernel": right}).proof().verdict == "equivalent"


def test_a_layer_that_does_not_yield_the_original_value_covers_nothing() -> None:
    case = conv_only(CONV, KERNEL)
    views = {**case.plan.views, "conv": View((2, 1, 0))}
    proof = replace(case, plan=replace(case.plan, views=views)).proof()
    assert proof.uncovered == ("conv/kernel",)
    assert proof.first_divergence == "conv"


def test_a_faint_bias_is_told_apart_in_float64() -> None:
    """Columns of a decoder's Dense, whose bias training has hardly moved yet."""
    index = np.arange(12).reshape(3, 4).T.ravel()
    original = graph_of(("x", ops.Input((7,)), ()), ("fc", ops.Dense(12, True), ("x",)))
    columns = (Reorder(1, index),), (Reorder(0, index),)
    steps = {"fc/kernel": columns[0], "fc/bias": columns[1]}
    views = {"x": SAME, "fc": View((0,), {0: index})}
    moves = moves_of(original, steps)
    outputs = (Port("fc", (12,), (12,), (0,)),)
    plan = Plan(TH, TF, moves, original, views, outputs=outputs)
    arrays = filled(original)
    arrays["fc/bias"] = arrays["fc/bias"] * np.float32(1e-4)
    proof = Case(original, back(original, index), arrays, widened(plan, index)).proof()
    assert proof.verdict == "equivalent"
    assert proof.uncovered == ()
    faint = named(proof, "rows left", "fc/bias")
    assert faint.told_apart
    assert faint.relative_l2 is not None
    assert faint.relative_l2 < 1e-2


def back(graph: Graph, index: Array) -> Graph:
    """The Dense with a layer behind it that puts its columns back into the old order."""
    layers = [(node.name, node.op, node.inputs) for node in graph.nodes]
    return graph_of(
        *layers,
        ("square", ops.Reshape((4, 3)), ("fc",)),
        ("turned", ops.Permute((1, 0)), ("square",)),
        ("out", ops.Reshape((12,)), ("turned",)),
    )


def widened(plan: Plan, index: Array) -> Plan:
    assert plan.graph is not None
    return replace(plan, graph=back(plan.graph, index))


def test_a_renamed_layer_leaves_its_arrays_uncovered() -> None:
    case = Case()
    nodes = tuple(
        replace(node, name="conv_1")
        if node.name == "conv"
        else replace(node, inputs=tuple("conv_1" if name == "conv" else name for name in node.inputs))
        for node in case.converted.nodes
    )
    proof = replace(case, converted=replace(case.converted, nodes=nodes)).proof()
    assert proof.verdict == "inconclusive"
    assert proof.uncovered == ("conv/kernel",)


def test_same_bits_tells_zeros_apart_and_nan_together() -> None:
    assert not same_bits(np.zeros(3), -np.zeros(3))
    assert same_bits(np.full(3, np.nan), np.full(3, np.nan))
    assert not same_bits(np.zeros(3, np.float32), np.zeros(3))
