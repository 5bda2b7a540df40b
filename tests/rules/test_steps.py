"""ConvLSTM2D, locally connected layers, pooled volumes: rewritten, they compute what they computed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dimorder import semantics as ops
from dimorder.errors import Refused
from dimorder.graph import Graph
from dimorder.rules.locally import window_order
from dimorder.semantics import Activate, ConvRecurrent, Dense, Flatten, Input, LocallyConnected
from dimorder.steps import Flip, Grow, Multiply, Permute, Regroup, Reorder
from engine.proof.nets import graph_of
from rules.check import TO_TF, TO_TH, added, kinds, op_of, planned, predictions_survive

TO_KERAS3 = replace(TO_TF, dialect="keras3")
KERAS2 = replace(TO_TF, kernels_follow_channels=False)
SIGMOID = Activate("sigmoid")
LSTM = ConvRecurrent(
    filters=3, kernel_size=(3, 5), strides=(1, 1), dilation=(1, 1), padding="valid", recurrent_padding="theano-same",
    channels="first", use_bias=True, activation=Activate("tanh"), gate=SIGMOID, axes="OIHW", orientation="convolution",
)  # fmt: skip
LOCAL = LocallyConnected(2, 5, (2, 3), (2, 1), "first", use_bias=True)


def film(lstm: ConvRecurrent, *behind: ops.Op, sizes: tuple[int | None, ...] = (7, 8)) -> Graph:
    shape = (4, 2, *sizes) if lstm.channels == "first" else (4, *sizes, 2)
    layers: list[Any] = [("film", Input(shape), ()), ("lstm", lstm, ("film",))]
    for number, op in enumerate(behind):
        layers.append((f"op{number}", op, (layers[-1][0],)))
    return graph_of(*layers)


def on_map(local: LocallyConnected, *behind: ops.Op) -> Graph:
    shape = (2, 7, 8) if local.channels == "first" else (7, 8, 2)
    layers: list[Any] = [("image", Input(shape), ()), ("local", local, ("image",))]
    for number, op in enumerate(behind):
        layers.append((f"op{number}", op, (layers[-1][0],)))
    return graph_of(*layers)


def test_nothing_is_flipped_in_a_locally_connected_layer() -> None:
    plan = predictions_survive(on_map(LOCAL, Flatten(), Dense(3, True)))
    steps = [type(step) for step in plan.moves["local/kernel"].steps]
    assert steps == [Reorder]
    assert plan.edits == ()


def test_elements_of_a_window_run_height_width_channel_afterwards() -> None:
    window = np.arange(24).reshape(4, 2, 3)  # channel, height, width
    assert np.array_equal(window.ravel()[window_order((2, 3), 4, "last")], window.transpose(1, 2, 0).ravel())
    there, back = window_order((2, 3), 4, "last"), window_order((2, 3), 4, "first")
    assert np.array_equal(there[back], np.arange(24))


def test_the_bias_of_a_channels_first_layer_is_read_as_filters_by_positions() -> None:
    plan = predictions_survive(on_map(LOCAL))
    assert plan.moves["local/bias"].steps == (Regroup((3, 6, 5), (5, 3, 6)), Permute("OHW", "HWO"))


@pytest.mark.parametrize("bias", [True, False])
def test_a_locally_connected_layer_goes_back_to_channels_first(bias: bool) -> None:
    predictions_survive(on_map(replace(LOCAL, channels="last", use_bias=bias)), TO_TH)


@pytest.mark.parametrize("channels", ["first", "last"])
def test_keras_3_builds_it_from_windows_and_a_product(channels: ops.MaybeChannels) -> None:
    graph = on_map(replace(LOCAL, channels=channels), Activate("relu"), Flatten(), Dense(3, True))
    plan = predictions_survive(graph, TO_KERAS3)
    assert kinds(plan)[1:4] == ["Patches", "Einsum", "Reshape"]
    assert op_of(plan, "local") == ops.Reshape((3, 6, 5))
    assert plan.heirs == {"local_product": "local"}


def test_keras_3_builds_a_sequence_of_them_too() -> None:
    graph = graph_of(
        ("words", Input((9, 4)), ()),
        ("local", LocallyConnected(1, 5, (3,), (2,), "last", use_bias=True), ("words",)),
    )
    plan = predictions_survive(graph, TO_KERAS3)
    assert all(not move.steps for move in plan.moves.values())


def test_a_repeated_flattened_map_reaches_its_windows_in_the_old_order() -> None:
    graph = graph_of(
        ("image", Input((2, 3, 4)), ()),
        ("flat", Flatten(), ("image",)),
        ("repeated", ops.Repeat(5), ("flat",)),
        ("local", LocallyConnected(1, 3, (2,), (1,), "last", use_bias=True), ("repeated",)),
    )
    predictions_survive(graph, replace(TO_KERAS3, source_channels="first"))
    predictions_survive(graph)


def test_a_name_that_is_taken_is_refused() -> None:
    graph = on_map(LOCAL, Activate("relu"))
    node = graph.nodes[-1]
    taken = replace(graph, nodes=(*graph.nodes[:-1], replace(node, layer="local_product")))
    with pytest.raises(Refused, match="there is one of this name"):
        planned(taken, TO_KERAS3)


def test_both_kernels_of_a_conv_lstm_are_flipped() -> None:
    plan = predictions_survive(film(LSTM, Flatten(), Dense(3, True)))
    for array in ("lstm/kernel", "lstm/recurrent"):
        assert plan.moves[array].steps == (Permute("OIHW", "HWIO"), Flip("HWIO", "HW"))
    assert plan.moves["lstm/bias"].steps == ()
    assert plan.edits == ()


@pytest.mark.parametrize("sequences", [True, False])
@pytest.mark.parametrize("padding", ["valid", "theano-same"])
@pytest.mark.parametrize(
    ("kernel", "strides", "dilation"),
    [
        ((3, 1), (1, 1), (1, 1)), ((2, 3), (1, 1), (1, 1)), ((4, 2), (1, 1), (1, 1)), ((3, 5), (2, 2), (1, 1)),
        ((2, 4), (2, 3), (1, 1)), ((2, 2), (1, 1), (2, 1)), ((3, 2), (1, 1), (1, 3)), ((1, 2), (3, 1), (1, 1)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [(7, 8), (8, 9)])
def test_any_padding_of_theano_is_exact(
    kernel: tuple[int, ...],
    strides: tuple[int, ...],
    dilation: tuple[int, ...],
    padding: ops.Padding,
    size: tuple[int, ...],
    sequences: bool,
) -> None:
    lstm = replace(
        LSTM, kernel_size=kernel, strides=strides, dilation=dilation, padding=padding, sequences=sequences
    )
    predictions_survive(film(lstm, sizes=size))
    predictions_survive(film(replace(lstm, channels="last", axes="HWIO"), sizes=size), TO_KERAS3)


@pytest.mark.parametrize("padding", ["valid", "tf-same"])
@pytest.mark.parametrize(("kernel", "strides"), [((2, 3), (1, 1)), ((4, 2), (2, 3)), ((3, 3), (2, 2))])
def test_it_goes_to_theano_as_well(padding: ops.Padding, kernel: tuple[int, ...], strides: tuple[int, ...]) -> None:
    lstm = replace(
        LSTM, kernel_size=kernel, strides=strides, padding=padding, recurrent_padding="tf-same", channels="last",
        axes="HWIO", orientation="correlation", backwards=True,
    )  # fmt: skip
    predictions_survive(film(lstm), TO_TH)


def test_an_even_kernel_grows_by_zeros_at_its_end() -> None:
    plan = predictions_survive(film(replace(LSTM, kernel_size=(2, 3))))
    assert plan.moves["lstm/recurrent"].steps[-1] == Grow(((0, 1),))
    assert op_of(plan, "lstm_padding") == ops.Mapped(ops.ZeroPad(2, ((0, 1), (0, 0)), "last"))
    newer = predictions_survive(film(replace(LSTM, kernel_size=(2, 3), axes="HWIO")), KERAS2)
    assert op_of(newer, "lstm_padding") == ops.ZeroPad(3, ((0, 0), (0, 1), (0, 0)), "last")


def test_an_even_kernel_with_same_needs_no_zeros_in_front() -> None:
    graph = film(replace(LSTM, kernel_size=(2, 4), padding="theano-same"))
    plan = predictions_survive(graph)
    assert added(graph, plan) == []


def test_sizes_that_are_not_known_are_padded_alike() -> None:
    lstm = replace(LSTM, kernel_size=(2, 4), strides=(2, 1), padding="theano-same")
    predictions_survive(film(lstm, sizes=(None, None)))


def test_layers_between_two_of_them_follow() -> None:
    first = replace(LSTM, sequences=True, padding="theano-same")
    second = replace(LSTM, filters=2, kernel_size=(2, 3))
    plan = predictions_survive(film(first, ops.BatchNorm(1, 1e-3), second, Flatten(), Dense(3, True)))
    assert op_of(plan, "op0") == ops.BatchNorm(3, 1e-3)


def test_gates_of_hard_sigmoid_are_scaled_for_keras_3() -> None:
    plan = planned(film(replace(LSTM, gate=Activate("hard_sigmoid"))), TO_KERAS3)
    for array, axis in (("kernel", 3), ("recurrent", 3), ("bias", 0)):
        assert plan.moves[f"lstm/{array}"].steps[-1] == Multiply(axis, ((0, 6), (9, 12)), 1.2)


def test_hard_sigmoid_of_the_state_is_refused_for_keras_3() -> None:
    with pytest.raises(Refused, match="another slope"):
        planned(film(replace(LSTM, activation=Activate("hard_sigmoid"))), TO_KERAS3)


@pytest.mark.parametrize("kind", ["max", "ave"])
@pytest.mark.parametrize(
    ("window", "strides"), [((2, 4, 3), (2, 1, 2)), ((5, 3, 2), (1, 2, 2)), ((2, 2, 2), (2, 2, 2))]
)
def test_volumes_keep_every_window_that_theano_kept(
    kind: str, window: tuple[int, ...], strides: tuple[int, ...]
) -> None:
    pool = ops.Pool(3, kind, window, strides, "theano-uncut", "first", theano_same="theano-uncut")  # type: ignore[arg-type]
    predictions_survive(graph_of(("volume", Input((2, 5, 6, 8)), ()), ("pool", pool, ("volume",))))
