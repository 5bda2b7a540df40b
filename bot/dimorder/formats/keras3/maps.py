"""Operations over spatial axes as Keras 3 layers."""

from __future__ import annotations

from typing import Any

from dimorder import semantics as ops
from dimorder.formats.keras3.call import Call, Place, data_format
from dimorder.semantics import Padding

_POOLS = {"max": "Max", "ave": "Average"}
_THEANO = "Keras has no word for Theano's padding; the plan has to make it explicit first"


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
        filters=op.filters,
        kernel_size=list(op.kernel_size),
        strides=list(op.strides),
        padding=_padding(op.padding, place),
        data_format=data_format(op.channels),
        dilation_rate=list(op.dilation),
        groups=1,
        activation="linear",
        use_bias=op.use_bias,
    )


def pool(op: ops.Pool, place: Place) -> Call:
    """Keras leaves padding out of the mean."""
    if op.padding == "causal":
        raise place.refuse("Keras 3 has no causal pooling")
    if op.kind == "ave" and op.counts_padding and op.padding != "valid":
        raise place.refuse("Keras 3 leaves padding out of a mean; this layer counts it")
    return place.call(
        f"{_POOLS[op.kind]}Pooling{op.rank}D",
        pool_size=list(op.size),
        strides=list(op.strides),
        padding=_padding(op.padding, place),
        data_format=data_format(op.channels),
    )


def global_pool(op: ops.GlobalPool, place: Place) -> Call:
    name = f"Global{_POOLS[op.kind]}Pooling{op.rank}D"
    return place.call(name, data_format=data_format(op.channels), keepdims=op.keepdims)


def zero_pad(op: ops.ZeroPad, place: Place) -> Call:
    name = f"ZeroPadding{op.rank}D"
    return place.call(name, padding=_amounts(op), data_format=data_format(op.channels))


def crop(op: ops.Crop, place: Place) -> Call:
    return _resize(op, place, f"Cropping{op.rank}D", {"cropping": _amounts(op)})


def upsample(op: ops.UpSample, place: Place) -> Call:
    size = op.size[0] if op.rank == 1 else list(op.size)
    return _resize(op, place, f"UpSampling{op.rank}D", {"size": size})


def _resize(op: ops.Crop | ops.UpSample, place: Place, class_name: str, config: dict[str, Any]) -> Call:
    if op.rank > 1:
        return place.call(class_name, **config, data_format=data_format(op.channels))
    if op.channels == "last":
        return place.call(class_name, **config)
    # Keras 3 knows Cropping1D and UpSampling1D with the channels last only.
    turned = _turn(place.inputs[0], place.shapes[0], "channels_last")
    resized = Call(class_name, config, (turned,), place.shape[::-1], "channels_last_values")
    return _turn(resized, resized.shape, "")


def _turn(value: Call | str, shape: ops.Shape, suffix: str) -> Call:
    return Call("Permute", {"dims": [2, 1]}, (value,), shape[::-1], suffix)


def _amounts(op: ops.ZeroPad | ops.Crop) -> list[Any]:
    amounts = [list(amount) for amount in op.amounts]
    return amounts[0] if op.rank == 1 else amounts


def _padding(padding: Padding, place: Place) -> str:
    if padding == "tf-same":
        return "same"
    if padding in ("valid", "causal"):
        return padding
    raise place.refuse(_THEANO)
