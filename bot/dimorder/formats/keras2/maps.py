"""Operations over spatial axes as Keras 2 layers, where they are not spelled as in Keras 3."""

from __future__ import annotations

from dimorder import semantics as ops
from dimorder.formats.keras3.call import Call, Place, data_format
from dimorder.formats.keras3.maps import POOLS, amounts, resize, sliding
from dimorder.windows import transposed_length


def conv(op: ops.Conv, place: Place) -> Call:
    _check_correlation(op.orientation, place)
    _check_dilation(op, place)
    if op.padding == "causal" and (op.rank != 1 or op.channels == "first"):
        raise place.refuse("Keras 2 pads causally in one dimension only, with the channels last")
    own = {"activation": "linear", "dilation_rate": list(op.dilation)}
    return place.call(f"Conv{op.rank}D", filters=op.filters, **sliding(op, place), **own)


def transpose(op: ops.ConvTranspose, place: Place) -> Call:
    """Keras derives the output's sizes itself; other sizes are for a Cropping behind."""
    _check_correlation(op.orientation, place)
    if op.rank == 1:
        raise place.refuse("Keras 2 has no Conv1DTranspose")
    read = ops.spatial(op.rank, op.channels, place.shapes[0])
    axes = zip(read, op.kernel_size, op.strides, strict=True)
    derived = tuple(transposed_length(n, kernel, stride, op.padding) for n, kernel, stride in axes)
    if op.length and op.length != derived:
        raise place.refuse(f"Keras 2 gives this layer the output size {derived}, not {op.length}")
    return place.call(f"Conv{op.rank}DTranspose", filters=op.filters, **sliding(op, place), activation="linear")


def depthwise(op: ops.Depthwise, place: Place) -> Call:
    if op.rank != 2:
        raise place.refuse(f"Keras 2 has no DepthwiseConv{op.rank}D")
    _check_alike(op, place)
    own = {"depth_multiplier": op.multiplier, "dilation_rate": list(op.dilation)}
    return place.call("DepthwiseConv2D", **sliding(op, place), activation="linear", **own)


def separable(op: ops.Separable, place: Place) -> Call:
    if op.rank > 2:
        raise place.refuse(f"Keras 2 has no SeparableConv{op.rank}D")
    _check_alike(op, place)
    own = {"depth_multiplier": op.multiplier, "dilation_rate": list(op.dilation)}
    return place.call(f"SeparableConv{op.rank}D", filters=op.filters, **sliding(op, place), activation="linear", **own)


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


def global_pool(op: ops.GlobalPool, place: Place) -> Call:
    """Keras 2.3.1 keeps no axes of length one: a Reshape gives them back."""
    name = f"Global{POOLS[op.kind]}Pooling{op.rank}D"
    if not op.keepdims:
        return place.call(name, data_format=data_format(op.channels))
    count = ops.channel_count(op.channels, place.shapes[0])
    vector = Call(name, {"data_format": data_format(op.channels)}, place.inputs, (count,), "vector")
    return Call("Reshape", {"target_shape": list(place.shape)}, (vector,), place.shape)


def zero_pad(op: ops.ZeroPad, place: Place) -> Call:
    return resize(op, place, f"ZeroPadding{op.rank}D", {"padding": amounts(op)})
