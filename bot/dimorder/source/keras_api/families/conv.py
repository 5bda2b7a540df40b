"""Convolutions: Convolution1D to 3D of Keras 1, Conv1D to 3D of Keras 2, transposed, separable and depthwise ones.

Source: keras/layers/convolutional.py at 1.2.2 and 2.2.4.
"""

from __future__ import annotations

from typing import Any

from dimorder.source.keras_api.families.shared import (
    KERNEL_DEFAULTS,
    KERNEL_RENAMED,
    ORDERING_RENAMED,
    WINDOW_RENAMED,
    is_row_by_row,
)
from dimorder.source.keras_api.spec import NEEDED, LayerSpec, by_era, names

KERNELS = {1: ("filter_length",), 2: ("nb_row", "nb_col"), 3: ("kernel_dim1", "kernel_dim2", "kernel_dim3")}
"""Keras 1's parameters for the lengths of a kernel, by the number of its axes."""
RENAMED = {
    "nb_filter": "filters", "atrous_rate": "dilation_rate", **KERNEL_RENAMED, **ORDERING_RENAMED, **WINDOW_RENAMED,
}  # fmt: skip
NEW_TAIL = names(
    "activation use_bias kernel_initializer bias_initializer kernel_regularizer bias_regularizer activity_regularizer"
    " kernel_constraint bias_constraint"
)
OLD_TAIL = names("W_regularizer b_regularizer activity_regularizer W_constraint b_constraint bias")
CHANNELWISE = {"init": "depthwise_initializer", "b_regularizer": "bias_regularizer", "b_constraint": "bias_constraint"}


def _old(rank: int, *middle: str) -> tuple[str, ...]:
    ordering = ("dim_ordering",) if rank > 1 else ()
    strides = "subsample" if rank > 1 else "subsample_length"
    ends = () if rank > 1 else ("input_dim", "input_length")
    first = ("nb_filter", *KERNELS[rank])
    return (*first, *names("init activation weights border_mode"), strides, *middle, *ordering, *OLD_TAIL, *ends)


def window(rank: int, dilated: bool = True) -> dict[str, Any]:
    """Defaults of a sliding kernel."""
    dilation = {"dilation_rate": [1] * rank} if dilated else {}
    ordering = "channels_last" if rank == 1 else None
    return {
        "kernel_size": NEEDED, "strides": [1] * rank, "padding": "valid", "data_format": ordering,
        **dilation, "activation": "linear",
    }  # fmt: skip


def _conv(rank: int, keras1: str, *shown: str, middle: tuple[str, ...] = ()) -> LayerSpec:
    return LayerSpec(
        f"Conv{rank}D",
        keras1,
        {"filters": NEEDED, **window(rank), **KERNEL_DEFAULTS},
        _old(rank, *middle),
        ("filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate", *NEW_TAIL),
        RENAMED,
        further=("groups",),
        rank=rank,
        ordered=rank > 1,
        is_old=is_row_by_row if rank > 1 else _is_initializer_third,
        shown=shown,
    )


def _is_initializer_third(positional: tuple[Any, ...], era: str) -> bool:
    """Whether the third argument of a Conv1D is Keras 1's `init`, where Keras 2 takes strides."""
    return isinstance(positional[2], str) if len(positional) > 2 else by_era(positional, era)


def _transposed(rank: int, keras1: str, *shown: str) -> LayerSpec:
    new = names("filters kernel_size strides padding output_padding data_format")
    dilation = ("dilation_rate",) if rank < 3 else ()
    return LayerSpec(
        f"Conv{rank}DTranspose",
        keras1,
        {"filters": NEEDED, **window(rank), "output_padding": None, **KERNEL_DEFAULTS},
        ("nb_filter", *KERNELS[rank], "output_shape", *_old(rank)[1 + rank :]),
        (*new, *dilation, *NEW_TAIL),
        RENAMED,
        further=("output_shape", "groups"),
        rank=rank,
        ordered=rank > 1,
        is_old=is_row_by_row,
        shown=shown,
    )


_SEPARABLE_DEFAULTS: dict[str, Any] = {
    "depth_multiplier": 1, "use_bias": True, "depthwise_initializer": "glorot_uniform",
    "pointwise_initializer": "glorot_uniform", "bias_initializer": "zeros", "depthwise_regularizer": None,
    "pointwise_regularizer": None, "bias_regularizer": None, "activity_regularizer": None,
    "depthwise_constraint": None, "pointwise_constraint": None, "bias_constraint": None,
}  # fmt: skip


def _separable(rank: int, keras1: str, *shown: str) -> LayerSpec:
    old = names(
        "nb_filter nb_row nb_col init activation weights border_mode subsample depth_multiplier dim_ordering"
        " depthwise_regularizer pointwise_regularizer b_regularizer activity_regularizer depthwise_constraint"
        " pointwise_constraint b_constraint bias"
    )
    new = names("filters kernel_size strides padding data_format dilation_rate depth_multiplier activation use_bias")
    return LayerSpec(
        f"SeparableConv{rank}D",
        keras1,
        {"filters": NEEDED, **window(rank), **_SEPARABLE_DEFAULTS},
        old,
        new,
        {**RENAMED, **CHANNELWISE},
        rank=rank,
        ordered=rank > 1,
        is_old=is_row_by_row if rank > 1 else by_era,
        shown=shown,
    )


def _depthwise(rank: int) -> LayerSpec:
    skipped = ("pointwise_initializer", "pointwise_regularizer", "pointwise_constraint")
    return LayerSpec(
        f"DepthwiseConv{rank}D",
        "",
        {**window(rank, dilated=False), **{k: v for k, v in _SEPARABLE_DEFAULTS.items() if k not in skipped}},
        (),
        names("kernel_size strides padding depth_multiplier data_format activation use_bias"),
        {**RENAMED, **CHANNELWISE},
        further=("dilation_rate",),
        rank=rank,
        ordered=rank > 1,
        is_old=lambda positional, era: False,
    )


SPECS: dict[str, LayerSpec] = {
    "Conv1D": _conv(1, "Convolution1D", "Convolution1D"),
    "Conv2D": _conv(2, "Convolution2D", "Convolution2D"),
    "Conv3D": _conv(3, "Convolution3D", "Convolution3D"),
    "AtrousConvolution1D": _conv(1, "AtrousConvolution1D", "AtrousConv1D", middle=("atrous_rate",)),
    "AtrousConvolution2D": _conv(2, "AtrousConvolution2D", "AtrousConv2D", middle=("atrous_rate",)),
    "Conv1DTranspose": _transposed(1, ""),
    "Conv2DTranspose": _transposed(2, "Deconvolution2D", "Deconvolution2D", "Deconv2D", "Convolution2DTranspose"),
    "Conv3DTranspose": _transposed(3, "", "Deconvolution3D", "Deconv3D", "Convolution3DTranspose"),
    "SeparableConv1D": _separable(1, "", "SeparableConvolution1D"),
    "SeparableConv2D": _separable(2, "SeparableConvolution2D", "SeparableConvolution2D"),
    "DepthwiseConv1D": _depthwise(1),
    "DepthwiseConv2D": _depthwise(2),
}
