"""Convolutions of single channels as Keras 3 layers, and back."""

from __future__ import annotations

from typing import Any

from dimorder.formats.keras3.call import Call, Place
from dimorder.formats.keras3.maps import sliding
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
        **sliding(op, place),
        "depth_multiplier": op.multiplier,
        "dilation_rate": list(op.dilation),
        "activation": "linear",
    }


def _read(written: Written, rank: int) -> dict[str, Any]:
    if written.padding() not in ("valid", "tf-same"):
        raise NotPlain(f"padding is {written.padding()!r}")
    return {
        **written.windows(rank),
        "rank": rank,
        "multiplier": int(written.get("depth_multiplier", 1)),
        "dilation": written.sizes("dilation_rate", rank),
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
