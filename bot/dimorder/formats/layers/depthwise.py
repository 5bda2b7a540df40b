"""Convolutions of single channels: SeparableConvolution2D of Keras 1, SeparableConv and DepthwiseConv of Keras 2."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from dimorder.formats.layers.written import Codec, Written, numbers, with_activation
from dimorder.layout import SPATIAL, Channels
from dimorder.semantics import Depthwise, Op, Opaque, Padding, Separable


def _words(written: Written, rank: int) -> dict[str, Any]:
    """The fields that both operations have in common."""
    size = written.get("kernel_size")
    channels: Channels = written.channels() if rank > 1 or "data_format" in written.config else "last"
    return {
        "rank": rank,
        "multiplier": int(written.get("depth_multiplier", default=1)),
        "kernel_size": numbers((written.config["nb_row"], written.config["nb_col"]) if size is None else size, rank),
        "strides": numbers(written.get("subsample", "strides", default=1), rank),
        "dilation": numbers(written.get("dilation_rate", default=1), rank),
        "padding": cast(Padding, written.get("border_mode", "padding", default="valid")),
        "channels": channels,
        "use_bias": bool(written.get("bias", "use_bias", default=True)),
        "axes": kernel_axes(rank, written.era == "keras1" and channels == "first"),
    }


def kernel_axes(rank: int, first: bool) -> str:
    """Axes of a depthwise kernel; Keras 1 stored it with its channels first where the layer has them first."""
    return "MI" + SPATIAL[rank] if first else SPATIAL[rank] + "IM"


def _depthwise(written: Written, rank: int) -> tuple[Op, ...]:
    words = _words(written, rank)
    if words["padding"] not in ("valid", "same"):
        return (Opaque(written.class_name, f"border mode {words['padding']!r}"),)
    return with_activation(Depthwise(**words), written)


def _separable(written: Written, rank: int) -> tuple[Op, ...]:
    words = _words(written, rank)
    if words["padding"] not in (("valid", "same", "causal") if rank == 1 else ("valid", "same")):
        return (Opaque(written.class_name, f"border mode {words['padding']!r}"),)
    return with_activation(Separable(filters=int(written.get("nb_filter", "filters")), **words), written)


def respell(op: Depthwise | Separable, config: dict[str, Any]) -> dict[str, Any]:
    """Keys that differ once the layer's channels or padding have changed."""
    mode = op.padding if op.padding in ("valid", "causal") else "same"
    return {"border_mode" if "border_mode" in config else "padding": mode}


READ: dict[str, Codec] = {
    "SeparableConvolution2D": partial(_separable, rank=2),
    **{f"SeparableConv{rank}D": partial(_separable, rank=rank)
       for rank in (1, 2)},
    **{f"DepthwiseConv{rank}D": partial(_depthwise, rank=rank)
       for rank in (1, 2)},
}  # fmt: skip
