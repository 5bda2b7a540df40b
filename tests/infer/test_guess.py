"""Kinds of layers from names and shapes alone."""

from __future__ import annotations

import pytest

from dimorder.infer import guess_kind, split
from dimorder.model import Layer
from infer.build import layer, layer2, on_tensorflow, tensor

LSTM = {f"{role}_{gate}": (5, 7) if role != "b" else (7,) for gate in "icfo" for role in "WUb"}


@pytest.mark.parametrize(
    ("own", "kind"),
    [
        (layer("conv1", W=(7, 3, 5, 2), b=(7,)), "conv2d"),
        (layer("conv1", W=(5, 2, 3, 7), b=(7,)), "conv2d"),
        (layer("convolution1d_1", W=(5, 1, 3, 7), b=(7,)), "conv1d"),
        (layer("convolution1d_1", W=(7, 3, 5, 1), b=(7,)), "conv1d"),
        (layer("convolution2d_1", W=(7, 3, 5, 1), b=(7,)), "conv2d"),
        (layer("stem", W=(7, 3, 5, 1), b=(7,)), "unknown"),
        (layer("res2a_branch2a", W=(7, 3, 1, 1), b=(7,)), "conv2d"),
        (layer("deconvolution2d_1", W=(7, 3, 5, 2), b=(7,)), "conv2d"),
        (layer("conv", W=(7, 3, 5, 2, 4), b=(7,)), "conv3d"),
        (layer("conv", W=(7, 3, 5, 2), b=(6,)), "unknown"),
        (layer("fc", W=(5, 7), b=(7,)), "dense"),
        (layer("fc", W=(5, 7), b=(5,)), "unknown"),
        (layer("fc", W=(), b=(7,)), "unknown"),
        (layer("fc", W=(7,), b=(7,)), "unknown"),
        (layer("embedding_1", W=(5, 7)), "embedding"),
        (layer("lstm_1", **LSTM), "recurrent"),
        (layer("highway_1", W=(5, 5), W_carry=(5, 5), b=(5,), b_carry=(5,)), "unknown"),
        (layer("prelu_1", alphas=(7, 5, 2)), "prelu"),
        (layer("bn", gamma=(7,), beta=(7,), running_mean=(7,), running_std=(7,)), "batchnorm"),
        (layer("bn", gamma=(7,), beta=(7,)), "unknown"),
        (layer("locallyconnected1d_1", W=(5, 6, 7), b=(5, 7)), "unknown"),
        (layer2("conv2d_1", kernel=(5, 2, 3, 7), bias=(7,)), "conv2d"),
        (layer2("conv2d_1", kernel=(5, 2, 3, 7)), "conv2d"),
        (layer2("up", kernel=(5, 2, 7, 3), bias=(7,)), "unknown"),
        (layer2("conv1d_1", kernel=(5, 3, 7), bias=(7,)), "conv1d"),
        (layer2("sep", depthwise_kernel=(5, 2, 3, 1), pointwise_kernel=(1, 1, 3, 7)), "unknown"),
        (layer2("lstm", kernel=(3, 28), recurrent_kernel=(7, 28), bias=(28,)), "recurrent"),
        (layer2("fire2/squeeze", kernel=(1, 1, 3, 7), bias=(7,)), "conv2d"),
    ],
)
def test_kind_is_told_by_names_and_shapes(own: Layer, kind: str) -> None:
    assert guess_kind(own).kind == kind
    assert guess_kind(on_tensorflow(own)).kind == kind


def test_custom_layers_are_unknown() -> None:
    """keunwoochoi/music-auto_tagging-keras: two DFT kernels and a matrix of mel frequencies."""
    arrays = (
        tensor("Variable:0", 512, 1, 1, 257),
        tensor("Variable_1:0", 512, 1, 1, 257),
        tensor("Variable_2:0", 257, 96),
    )
    assert guess_kind(Layer("melgram", "", arrays)).kind == "unknown"
    assert guess_kind(Layer("bias_1", "", (tensor("param_0", 361),))).kind == "unknown"


def test_a_class_without_rule_is_unknown_whatever_its_arrays() -> None:
    own = layer("dense_1", W=(5, 7), b=(7,))
    assert guess_kind(Layer(own.name, "Warp2D", own.tensors)).kind == "unknown"
    assert guess_kind(Layer(own.name, "TimeDistributed", own.tensors)).kind == "dense"


def test_keras_0_arrays_are_told_by_shape() -> None:
    arrays = (tensor("param_0", 7, 3, 5, 2), tensor("param_1", 7))
    guess = guess_kind(Layer("layer_0", "", arrays), "keras0")
    assert (guess.kind, guess.roles) == ("conv2d", ("kernel", "bias"))


def test_a_nested_group_is_split_by_owner() -> None:
    conv = layer("convolution2d_1", W=(7, 3, 5, 2), b=(7,))
    norm = layer("bn_1", gamma=(7,), beta=(7,), running_mean=(7,), running_std=(7,))
    group = Layer("sequential_1", "", (*conv.tensors, *norm.tensors))
    parts = split(on_tensorflow(group))
    assert [(part.name, guess_kind(part).kind) for part in parts] == [
        ("convolution2d_1", "conv2d"),
        ("bn_1", "batchnorm"),
    ]


def test_a_group_with_a_nameless_array_stays_whole() -> None:
    group = Layer("own", "", (tensor("a_W", 5, 7), tensor("param_3", 7)))
    assert split(group) == (group,)


def test_a_number_behind_the_role_is_the_session_s() -> None:
    own = Layer("block1", "", (tensor("c_W_1:0", 7, 3, 5, 2), tensor("c_b_1:0", 7)))
    assert guess_kind(own).roles == ("kernel", "bias")
