"""Transposed and channelwise convolutions rewritten: the predictions stay, and the target has words for them."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from dimorder import semantics as ops
from dimorder.errors import Refused
from dimorder.graph import Graph
from dimorder.steps import Flip, Grow
from formats.test_keras3_cases import Net
from rules.check import TO_TF, TO_TH, planned, predictions_survive

KERAS1 = TO_TF
KERAS2 = replace(TO_TF, kernels_follow_channels=False)
KERAS3 = replace(TO_TF, dialect="keras3")
KERNELS = ((3, 2), (1, 4), (5, 3))
STRIDES = ((1, 1), (2, 3), (3, 2))
TANH = ops.Activate("tanh")


def transposed(
    kernel: tuple[int, ...],
    strides: tuple[int, ...],
    padding: ops.Padding,
    *,
    axes: str = "HWOI",
    length: ops.Shape = (),
    sizes: ops.Shape = (4, 3),
) -> Graph:
    """A transposed convolution of Theano, channels first, with an activation behind it."""
    net = Net()
    op = ops.ConvTranspose(
        2, 3, kernel, strides, padding, "first", True, axes=axes, orientation="convolution", length=length
    )
    value = net.activated(op, TANH, net.input(2, *sizes), layer="deconv")
    return Graph(tuple(net.nodes), ("in",), (value,))


@pytest.mark.parametrize(("kernel", "strides", "goal"), [*product(KERNELS, STRIDES, (KERAS2, KERAS3))])
def test_valid_yields_the_same_elements(kernel, strides, goal) -> None:
    plan = predictions_survive(transposed(kernel, strides, "valid"), goal)
    assert [edit.says for edit in plan.edits] == []


@pytest.mark.parametrize(("kernel", "strides", "goal"), [*product(((3, 1), (5, 3)), STRIDES, (KERAS2, KERAS3))])
def test_same_is_cropped_out_of_the_whole(kernel, strides, goal) -> None:
    predictions_survive(transposed(kernel, strides, "theano-same"), goal)


def test_same_of_an_odd_kernel_without_stride_keeps_its_word() -> None:
    plan = predictions_survive(transposed((3, 5), (1, 1), "theano-same"), KERAS2)
    assert plan.graph is not None
    op = plan.graph.by_name()["deconv"].op
    assert isinstance(op, ops.ConvTranspose)
    assert op.padding == "tf-same"


def test_cropping_needs_no_size() -> None:
    plan = planned(transposed((3, 5), (2, 2), "theano-same", sizes=(None, None)), KERAS3)
    assert plan.graph is not None
    assert plan.graph.by_name()["deconv_crop"].op == ops.Crop(2, ((1, 0), (2, 1)), "last")


def test_a_kernel_too_short_for_the_window_grows_by_zeros() -> None:
    plan = predictions_survive(transposed((3, 5), (3, 3), "theano-same"), KERAS2)
    steps = plan.moves["deconv/kernel"].steps
    assert steps == (Flip("HWOI", "HW"), Grow(((0, 1),)))


@pytest.mark.parametrize(
    ("kernel", "padding", "length"),
    [((3, 2), "valid", (9, 9)), ((3, 2), "valid", (10, 8)), ((3, 5), "theano-same", (7, 7)),
     ((3, 5), "theano-same", (8, 9)), ((2, 4), "theano-same", (2, 1))],
)  # fmt: skip
@pytest.mark.parametrize("goal", [KERAS1, KERAS3, replace(TO_TF, dialect="keras2")])
def test_stated_outputs_survive(kernel, padding, length, goal) -> None:
    graph = transposed(kernel, (2, 3), padding, axes="OIHW", length=length)
    predictions_survive(graph, goal)


def test_keras_1_states_the_whole_and_crops_it() -> None:
    plan = predictions_survive(transposed((3, 3), (2, 2), "theano-same", axes="OIHW", length=(8, 6)), KERAS1)
    assert plan.graph is not None
    op = plan.graph.by_name()["deconv"].op
    assert isinstance(op, ops.ConvTranspose)
    assert (op.padding, op.length, op.axes) == ("valid", (9, 7), "HWIO")


def test_a_length_that_tensorflow_does_not_take_is_cropped_instead() -> None:
    """Behind an even kernel without stride: it begins as TensorFlow's 'same' does, but is too short for that."""
    graph = transposed((2, 1), (1, 1), "theano-same", axes="OIHW", length=(3, 3))
    for goal in (KERAS1, KERAS3):
        plan = predictions_survive(graph, goal)
        assert plan.graph is not None
        assert "deconv_crop" in plan.graph.by_name()


def test_a_stated_output_of_an_unknown_input_is_refused() -> None:
    graph = transposed((3, 3), (2, 2), "theano-same", axes="OIHW", length=(8, 6), sizes=(None, 3))
    with pytest.raises(Refused, match="size of its input"):
        planned(graph, KERAS3)


def test_the_way_to_theano_survives() -> None:
    op = ops.ConvTranspose(2, 3, (3, 4), (2, 1), "tf-same", "last", True, axes="HWOI", orientation="correlation")
    net = Net()
    value = net.activated(op, TANH, net.input(4, 3, 2), layer="deconv")
    graph = Graph(tuple(net.nodes), ("in",), (value,))
    predictions_survive(graph, replace(TO_TH, kernels_follow_channels=False))


def test_every_change_that_code_has_to_follow_is_stated() -> None:
    grown = planned(transposed((3, 5), (3, 3), "theano-same"), KERAS2)
    assert [edit.says for edit in grown.edits] == [
        "zeros behind the kernel, which becomes (4, 5)",
        "padding made explicit: the margin is cropped behind",
    ]
    op = ops.ConvTranspose(2, 3, (2, 2), (2, 3), "tf-same", "last", True, axes="HWOI", orientation="correlation")
    net = Net()
    value = net.add(op, net.input(4, 3, 2), layer="deconv")
    reworded = predictions_survive(
        Graph(tuple(net.nodes), ("in",), (value,)), replace(TO_TH, kernels_follow_channels=False)
    )
    assert [edit.says for edit in reworded.edits] == ["padding 'same' becomes 'valid', which yields the same here"]


def test_softmax_along_a_cropped_axis_is_refused() -> None:
    graph = transposed((3, 3), (2, 2), "theano-same")
    deconv, activation = graph.nodes[1:]
    wide = replace(activation, op=ops.Activate("softmax", axis=2))
    with pytest.raises(Refused, match="softmax"):
        planned(replace(graph, nodes=(graph.nodes[0], deconv, wide)), KERAS3)


def channelwise(op: ops.Op, *sizes: int | None) -> Graph:
    net = Net()
    value = net.add(op, net.input(3, *sizes), layer="one")
    return Graph(tuple(net.nodes), ("in",), (value,))


@pytest.mark.parametrize(("kernel", "stride"), [*product(((2, 3), (4, 5), (1, 2)), ((1, 1), (2, 2)))])
@pytest.mark.parametrize("goal", [KERAS2, KERAS3])
def test_depthwise_and_separable_are_padded_as_theano_pads(kernel, stride, goal) -> None:
    alone = ops.Depthwise(2, 2, kernel, stride, (1, 1), "theano-same", "first", True, "HWIM")
    mixed = ops.Separable(2, 5, 2, kernel, stride, (1, 1), "theano-half", "first", True, "HWIM")
    for op in (alone, mixed):
        plan = predictions_survive(channelwise(op, 7, 8), goal)
        assert not any(move.steps for move in plan.moves.values())


def test_keras_1_stores_a_separable_with_its_channels_first() -> None:
    op = ops.Separable(2, 5, 2, (3, 2), (1, 1), (1, 1), "tf-same", "first", True, "MIHW")
    plan = predictions_survive(channelwise(op, 7, 8), KERAS1)
    assert [str(move.steps[0]) for move in plan.moved()] == ["permute MIHW to HWIM", "permute OIHW to HWIO"]


def test_strided_tf_same_of_an_unknown_size_is_refused_on_the_way_to_theano() -> None:
    op = ops.Depthwise(2, 1, (3, 3), (2, 2), (1, 1), "tf-same", "last", True, "HWIM")
    net = Net()
    value = net.add(op, net.input(None, None, 3), layer="one")
    with pytest.raises(Refused, match="not known"):
        planned(Graph(tuple(net.nodes), ("in",), (value,)), TO_TH)
