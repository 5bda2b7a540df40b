"""Convolutions of single channels as Keras 3 layers, and back."""

from __future__ import annotations

from typing import Any

from dimorder.formats.keras3.call import Call, Place, data_format
from dimorder.formats.keras3.written import NotPlain, Parse, Written
from dimorder.layout import SPATIAL
from dimorder.semantics import Depthwise, Op, Separable


def depthwise(op: Depthwise, place: Place) -> Call:
    return place.call(f"DepthwiseConv{op.rank}D", **_words(op, place))


def separable(op: Separable, place: Place) -> Call:
    return place.call(f"SeparableConv{op.rank}D", filters=op.filters, **_words(op, place))


def _words(op: Depthwise | Separable, place: Place) -> dict[str, Any]:
    if op.axes != SPATIAL[op.rank] + "IM":
        raise place.refuse(f"Keras 3 stores this kernel {SPATIAL[op.rank]}IM, not {op.axes}")
    if op.padding not in ("valid", "tf-same"):
        raise place.refuse("Keras 3 has no word for this padding; the plan has to make it explicit first")
    if max(op.strides) > 1 and max(op.dilation) > 1:
        raise place.refuse("Keras 3 has no convolution with both strides and dilation")
    return {
        "depth_multiplier": op.multiplier,
        "kernel_size": list(op.kernel_size),
        "strides": list(op.strides),
        "padding": "same" if op.padding == "tf-same" else "valid",
        "data_format": data_format(op.channels),
        "dilation_rate": list(op.dilation),
        "activation": "linear",
        "use_bias": op.use_bias,
    }


def _read(written: Written, rank: int) -> dict[str, Any]:
    padding = written.padding()
    if padding not in ("valid", "tf-same"):
        raise NotPlain(f"padding is {padding!r}")
    return {
        "rank": rank,
        "multiplier": int(written.get("depth_multiplier", 1)),
        "kernel_size": written.sizes("kernel_size", rank),
        "strides": written.sizes("strides", rank),
        "dilation": written.sizes("dilation_rate", rank),
        "padding": padding,
        "channels": written.channels,
        "use_bias": written.flag("use_bias", True),
        "axes": SPATIAL[rank] + "IM",
    }


def _depthwise(rank: int) -> Parse:
    def parse(written: Written) -> Op:
        return Depthwise(**_read(written, rank))

    return parse


def _separable(rank: int) -> Parse:
    def parse(written: Written) -> Op:
        return Separable(filters=int(written.config["filters"]), **_read(written, rank))

    return parse


CHANNELWISE: dict[str, Parse] = {
    **{f"DepthwiseConv{rank}D": _depthwise(rank) for rank in (1, 2)},
    **{f"SeparableConv{rank}D": _separable(rank) for rank in (1, 2)},
}
