"""Transposed and channelwise convolutions as each Keras spells them."""

from __future__ import annotations

from typing import Any

import pytest

from dimorder import semantics as ops
from dimorder.errors import Refused
from dimorder.formats.keras3.call import Place
from dimorder.formats.keras3.operations import CLASSES
from dimorder.formats.keras3.spelling import spell
from dimorder.formats.keras3.written import Written as Written3
from dimorder.formats.layers import conv_transpose, depthwise
from dimorder.formats.layers.table import read_layer
from dimorder.formats.layers.written import Written

KERAS1 = {"nb_filter": 3, "nb_row": 3, "nb_col": 5, "subsample": [2, 1], "bias": True, "activation": "linear"}
KERAS2 = {"filters": 3, "kernel_size": [3, 5], "strides": [2, 1], "padding": "same", "data_format": "channels_last"}


def read(class_name: str, config: dict[str, Any], era: Any = "keras2", shape: ops.Shape = (4, 7, 2)) -> ops.Op:
    (op,) = read_layer(Written("one", class_name, config, era, (), (shape,), None))
    return op


def deconvolution(ordering: str, stated: list[int | None]) -> ops.Op:
    shape = (2, 4, 7) if ordering == "th" else (4, 7, 2)
    config = {**KERAS1, "border_mode": "valid", "dim_ordering": ordering, "output_shape": stated}
    return read("Deconvolution2D", config, "keras1", shape)


def test_keras_1_states_its_output() -> None:
    th, tf = deconvolution("th", [None, 3, 9, 11]), deconvolution("tf", [None, 9, 11, 3])
    assert isinstance(th, ops.ConvTranspose)
    assert isinstance(tf, ops.ConvTranspose)
    assert (th.length, th.axes, tf.length, tf.axes) == ((9, 11), "OIHW", (9, 11), "HWIO")


def test_an_output_of_unknown_size_is_refused() -> None:
    assert isinstance(deconvolution("th", [None, 3, None, 11]), ops.Opaque)


def test_output_padding_that_changes_nothing_needs_no_size() -> None:
    op = read("Conv2DTranspose", {**KERAS2, "output_padding": [1, 0]}, shape=(None, None, 2))
    assert isinstance(op, ops.ConvTranspose)
    assert op.length == ()


def test_output_padding_tells_the_length() -> None:
    op = read("Conv2DTranspose", {**KERAS2, "output_padding": [0, 0]})
    assert isinstance(op, ops.ConvTranspose)
    assert op.length == (7, 7)


@pytest.mark.parametrize("more", [{"dilation_rate": [2, 1]}, {"output_padding": 0}, {"padding": "full"}])
def test_what_is_not_known_is_refused(more: dict[str, Any]) -> None:
    assert isinstance(read("Conv2DTranspose", {**KERAS2, **more}, shape=(None, 7, 2)), ops.Opaque)


def test_axes_of_a_stated_output_move() -> None:
    op = ops.ConvTranspose(2, 3, (3, 5), (2, 1), "valid", "last", True, axes="HWIO", length=(9, 11))
    config = {"border_mode": "same", "output_shape": [32, 3, 8, 7]}
    assert conv_transpose.respell(op, config) == {"border_mode": "valid", "output_shape": [32, 9, 11, 3]}


def test_output_padding_goes_where_the_length_is_derived() -> None:
    op = ops.ConvTranspose(2, 3, (4, 5), (2, 1), "valid", "last", True, axes="HWOI")
    changed = conv_transpose.respell(op, {"padding": "same", "output_padding": [1, 0]})
    assert changed == {"padding": "valid", "kernel_size": [4, 5], "output_padding": None}


def test_keras_1_stores_a_separable_kernel_with_the_ordering() -> None:
    config = {**KERAS1, "border_mode": "same", "depth_multiplier": 2, "dim_ordering": "th"}
    op = read("SeparableConvolution2D", config, "keras1", (2, 4, 7))
    assert isinstance(op, ops.Separable)
    assert (op.axes, op.multiplier) == ("MIHW", 2)
    assert depthwise.respell(op, {"border_mode": "valid"}) == {"border_mode": "same"}


OPERATIONS = [
    ops.ConvTranspose(2, 3, (3, 5), (2, 1), "tf-same", "last", True, "HWOI", "correlation"),
    ops.ConvTranspose(2, 3, (3, 5), (2, 1), "valid", "last", False, "HWOI", "correlation", (10, 11)),
    ops.ConvTranspose(2, 3, (3, 5), (2, 1), "tf-same", "last", True, "HWOI", "correlation", (7, 7)),
    ops.Depthwise(2, 2, (3, 5), (1, 1), (2, 1), "tf-same", "last", True, "HWIM"),
    ops.Separable(2, 5, 2, (3, 5), (2, 2), (1, 1), "valid", "last", False, "HWIM"),
]


def place() -> Place:
    return Place("one", ("in",), ((4, 7, 2),), (), {})


@pytest.mark.parametrize("op", OPERATIONS, ids=lambda op: f"{type(op).__name__}-{op.padding}")
def test_keras_3_reads_back_what_is_written(op: ops.Op) -> None:
    call = spell(op, place())
    assert CLASSES[call.class_name](Written3(call.class_name, call.config, ((4, 7, 2),), 1 / 6)) == op


@pytest.mark.parametrize(
    "op",
    [
        ops.ConvTranspose(2, 3, (3, 5), (2, 1), "theano-same", "last", True, "HWOI", "correlation"),
        ops.ConvTranspose(2, 3, (3, 5), (2, 1), "valid", "last", True, "HWOI", "convolution"),
        ops.ConvTranspose(2, 3, (3, 5), (2, 1), "valid", "last", True, "HWOI", "correlation", (11, 11)),
        ops.Separable(2, 5, 2, (2, 3), (1, 1), (1, 1), "theano-half", "last", True, "HWIM"),
        ops.Separable(1, 5, 2, (3,), (1,), (1,), "causal", "last", True, "LIM"),
        ops.Depthwise(2, 2, (3, 5), (2, 2), (2, 2), "valid", "last", True, "HWIM"),
    ],
    ids=lambda op: f"{type(op).__name__}-{op.padding}",
)
def test_keras_3_has_no_word_for_it(op: ops.ConvTranspose | ops.Separable | ops.Depthwise) -> None:
    shape = (7, 2) if op.rank == 1 else (4, 7, 2)
    with pytest.raises(Refused, match="Keras"):
        spell(op, Place("one", ("in",), (shape,), (), {}))
