"""Operations over spatial axes as Keras 3 layers; pooling, cropping and repeating are spelled so in Keras 2 too."""

from __future__ import annotations

from typing import Any

from dimorder import semantics as ops
from dimorder.formats.keras3.call import Call, Place, data_format
from dimorder.semantics import Padding

POOLS = {"max": "Max", "ave": "Average"}
Sliding = ops.Conv | ops.ConvTranspose | ops.Depthwise | ops.Separable | ops.ConvRecurrent


def conv(op: ops.Conv, place: Place) -> Call:
    """Keras computes correlations; it refuses strides together with dilation."""
    if op.orientation != "correlation":
        raise place.refuse("Keras 3 computes correlations, and this kernel is one of a convolution")
    if max(op.strides) > 1 and max(op.dilation) > 1:
        raise place.refuse("Keras 3 has no convolution with both strides and dilation")
    if op.padding == "causal" and op.rank != 1:
        raise place.refuse("Keras 3 pads causally in one dimension only")
    return place.call(
        f"Conv{op.rank}D",
        **sliding(op, place),
        filters=op.filters,
        dilation_rate=list(op.dilation),
        groups=1,
        activation="linear",
    )


def sliding(op: Sliding, place: Place) -> dict[str, Any]:
    """What all layers with a kernel that slides over a map state."""
    return {
        "kernel_size": list(op.kernel_size),
        "strides": list(op.strides),
        "padding": padding(op.padding, place),
        "data_format": data_format(op.channels),
        "use_bias": op.use_bias,
    }


def pool(op: ops.Pool, place: Place) -> Call:
    """Keras leaves padding out of the mean."""
    if op.padding == "causal":
        raise place.refuse("Keras has no causal pooling")
    if op.kind == "ave" and op.counts_padding and op.padding != "valid":
        raise place.refuse("Keras leaves padding out of a mean; this layer counts it")
    return place.call(
        f"{POOLS[op.kind]}Pooling{op.rank}D",
        pool_size=list(op.size),
        strides=list(op.strides),
        padding=padding(op.padding, place),
        data_format=data_format(op.channels),
    )


def global_pool(op: ops.GlobalPool, place: Place) -> Call:
    name = f"Global{POOLS[op.kind]}Pooling{op.rank}D"
    return place.call(name, data_format=data_format(op.channels), keepdims=op.keepdims)


def zero_pad(op: ops.ZeroPad, place: Place) -> Call:
    name = f"ZeroPadding{op.rank}D"
    return place.call(name, padding=amounts(op), data_format=data_format(op.channels))


def crop(op: ops.Crop, place: Place) -> Call:
    return resize(op, place, f"Cropping{op.rank}D", {"cropping": amounts(op)})


def upsample(op: ops.UpSample, place: Place) -> Call:
    size = op.size[0] if op.rank == 1 else list(op.size)
    return resize(op, place, f"UpSampling{op.rank}D", {"size": size})


def resize(
    op: ops.ZeroPad | ops.Crop | ops.UpSample, place: Place, class_name: str, config: dict[str, Any]
) -> Call:
    """A layer that works along axes of space, of the kind that knows sequences with the channels last only."""
    if op.rank > 1:
        return place.call(class_name, **config, data_format=data_format(op.channels))
    if op.channels == "last":
        return place.call(class_name, **config)
    turned = _turn(place.inputs[0], place.shapes[0], "channels_last")
    resized = Call(class_name, config, (turned,), place.shape[::-1], "channels_last_values")
    return _turn(resized, resized.shape, "")


def _turn(value: Call | str, shape: ops.Shape, suffix: str) -> Call:
    return Call("Permute", {"dims": [2, 1]}, (value,), shape[::-1], suffix)


def amounts(op: ops.ZeroPad | ops.Crop) -> list[Any]:
    """(before, after) of each axis, of the one axis where there is but one."""
    found = [list(amount) for amount in op.amounts]
    return found[0] if op.rank == 1 else found


def padding(stated: Padding, place: Place) -> str:
    """Keras's word; its 'same' is TensorFlow's here."""
    if stated == "tf-same":
        return "same"
    if stated in ("valid", "causal"):
        return stated
    raise place.refuse("Keras has no word for Theano's padding; the plan has to make it explicit first")
