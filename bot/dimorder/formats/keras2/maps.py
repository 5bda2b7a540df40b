"""Operations over spatial axes as Keras 2 layers."""

from __future__ import annotations

from typing import Any

from dimorder import semantics as ops
from dimorder.formats.keras3.call import Call, Place, data_format
from dimorder.semantics import Padding

POOLS = {"max": "Max", "ave": "Average"}
_KERNELS = ops.Conv | ops.ConvTranspose | ops.Depthwise | ops.Separable


def conv(op: ops.Conv, place: Place) -> Call:
    _check_correlation(op.orientation, place)
    _check_dilation(op, place)
    if op.padding == "causal" and (op.rank != 1 or op.channels == "first"):
        raise place.refuse("Keras 2 pads causally in one dimension only, with the channels last")
    return place.call(f"Conv{op.rank}D", filters=op.filters, **_windows(op, place), dilation_rate=list(op.dilation))


def transpose(op: ops.ConvTranspose, place: Place) -> Call:
    """Keras derives the output's sizes itself; other sizes are for a Cropping behind."""
    _check_correlation(op.orientation, place)
    if op.rank == 1:
        raise place.refuse("Keras 2 has no Conv1DTranspose")
    read = ops.spatial(op.rank, op.channels, place.shapes[0])
    axes = zip(read, op.kernel_size, op.strides, strict=True)
    derived = tuple(ops.transposed_length(n, kernel, stride, op.padding) for n, kernel, stride in axes)
    if op.length and op.length != derived:
        raise place.refuse(f"Keras 2 gives this layer the output size {derived}, not {op.length}")
    return place.call(f"Conv{op.rank}DTranspose", filters=op.filters, **_windows(op, place))


def depthwise(op: ops.Depthwise, place: Place) -> Call:
    if op.rank != 2:
        raise place.refuse(f"Keras 2 has no DepthwiseConv{op.rank}D")
    _check_alike(op, place)
    own = {"depth_multiplier": op.multiplier, "dilation_rate": list(op.dilation)}
    return place.call("DepthwiseConv2D", **_windows(op, place), **own)


def separable(op: ops.Separable, place: Place) -> Call:
    if op.rank > 2:
        raise place.refuse(f"Keras 2 has no SeparableConv{op.rank}D")
    _check_alike(op, place)
    own = {"depth_multiplier": op.multiplier, "dilation_rate": list(op.dilation)}
    return place.call(f"SeparableConv{op.rank}D", filters=op.filters, **_windows(op, place), **own)


def locally(op: ops.LocallyConnected, place: Place) -> Call:
    return place.call(
        f"LocallyConnected{op.rank}D",
        filters=op.filters,
        kernel_size=list(op.kernel_size),
        strides=list(op.strides),
        padding="valid",
        data_format=data_format(op.channels),
        activation="linear",
        use_bias=op.use_bias,
    )


def _windows(op: _KERNELS, place: Place) -> dict[str, Any]:
    """What all layers with a sliding kernel state."""
    return {
        "kernel_size": list(op.kernel_size),
        "strides": list(op.strides),
        "padding": padding(op.padding, place),
        "data_format": data_format(op.channels),
        "activation": "linear",
        "use_bias": op.use_bias,
    }


def _check_correlation(orientation: str, place: Place) -> None:
    if orientation != "correlation":
        raise place.refuse("this form is for TensorFlow's correlations, and this kernel is one of a convolution")


def _check_dilation(op: ops.Conv | ops.Depthwise | ops.Separable, place: Place) -> None:
    if max(op.strides) > 1 and max(op.dilation) > 1:
        raise place.refuse("Keras 2 has no convolution with both strides and dilation")


def _check_alike(op: ops.Depthwise | ops.Separable, place: Place) -> None:
    """TensorFlow 1's depthwise convolution takes one stride for both axes."""
    _check_dilation(op, place)
    if len(set(op.strides)) > 1:
        raise place.refuse("TensorFlow has no depthwise convolution with a stride of its own along each axis")


def pool(op: ops.Pool, place: Place) -> Call:
    """TensorFlow leaves padding out of the mean."""
    if op.kind == "ave" and op.counts_padding and op.padding != "valid":
        raise place.refuse("TensorFlow leaves padding out of a mean; this layer counts it")
    if op.padding == "causal":
        raise place.refuse("Keras 2 has no causal pooling")
    return place.call(
        f"{POOLS[op.kind]}Pooling{op.rank}D",
        pool_size=list(op.size),
        strides=list(op.strides),
        padding=padding(op.padding, place),
        data_format=data_format(op.channels),
    )


def global_pool(op: ops.GlobalPool, place: Place) -> Call:
    """Keras 2.3.1 keeps no axes of length one: a Reshape gives them back."""
    name = f"Global{POOLS[op.kind]}Pooling{op.rank}D"
    if not op.keepdims:
        return place.call(name, data_format=data_format(op.channels))
    count = ops.channel_count(op.channels, place.shapes[0])
    vector = Call(name, {"data_format": data_format(op.channels)}, place.inputs, (count,), "vector")
    return Call("Reshape", {"target_shape": list(place.shape)}, (vector,), place.shape)


def zero_pad(op: ops.ZeroPad, place: Place) -> Call:
    return _resize(op, place, f"ZeroPadding{op.rank}D", {"padding": _amounts(op)})


def crop(op: ops.Crop, place: Place) -> Call:
    return _resize(op, place, f"Cropping{op.rank}D", {"cropping": _amounts(op)})


def upsample(op: ops.UpSample, place: Place) -> Call:
    return _resize(op, place, f"UpSampling{op.rank}D", {"size": op.size[0] if op.rank == 1 else list(op.size)})


def _resize(op: ops.ZeroPad | ops.Crop | ops.UpSample, place: Place, class_name: str, config: dict[str, Any]) -> Call:
    if op.rank > 1:
        return place.call(class_name, **config, data_format=data_format(op.channels))
    if op.channels == "last":
        return place.call(class_name, **config)
    # Keras 2 resizes sequences with the channels last only.
    turned = _turn(place.inputs[0], place.shapes[0], "channels_last")
    resized = Call(class_name, config, (turned,), place.shape[::-1], "channels_last_values")
    return _turn(resized, resized.shape, "")


def _turn(value: Call | str, shape: ops.Shape, suffix: str) -> Call:
    return Call("Permute", {"dims": [2, 1]}, (value,), shape[::-1], suffix)


def _amounts(op: ops.ZeroPad | ops.Crop) -> list[Any]:
    amounts = [list(amount) for amount in op.amounts]
    return amounts[0] if op.rank == 1 else amounts


def padding(stated: Padding, place: Place) -> str:
    """Keras's word; its 'same' is TensorFlow's here."""
    if stated == "tf-same":
        return "same"
    if stated in ("valid", "causal"):
        return stated
    raise place.refuse("TensorFlow has no word for Theano's padding; the plan has to make it explicit first")
