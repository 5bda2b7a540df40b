"""Pooling layers, windowed and global."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from dimorder.formats.layers.written import Codec, Written, numbers
from dimorder.semantics import GlobalPool, Op, Opaque, Padding, Pool

KINDS = {"Max": "max", "Average": "ave"}
# Theano counted padded zeros in the mean over one or two axes: traps 29, measured 2.0.8 to 2.1.4, absent in 2.0.0,
# 2.1.5, and (measured in all of them) over three axes.
COUNTING_SINCE, COUNTING_UNTIL = (2, 0, 1), (2, 1, 4)
# pool3d overwrote `padding` before it asked whether to cut: theano_backend.py at 2.0.0 to 2.1.5, mended in 2.1.6.
UNCUT_SINCE, UNCUT_UNTIL = (2, 0, 0), (2, 1, 5)


def _pool(written: Written, kind: str, rank: int) -> tuple[Op, ...]:
    mode = written.get("border_mode", "padding", default="valid")
    if mode not in ("valid", "same"):
        return (Opaque(written.class_name, f"border mode {mode!r}"),)
    if written.config.get("ignore_border") is False:
        return (Opaque(written.class_name, "windows that reach over the border (ignore_border=False of Keras 0.2)"),)
    size = numbers(written.get("pool_size", "pool_length"), rank)
    if mode == "same" and (because := _unsettled(size, rank, written)):
        return (Opaque(written.class_name, because),)
    counts = kind == "ave" and rank < 3 and COUNTING_SINCE <= written.version <= COUNTING_UNTIL
    return (
        Pool(
            rank,
            cast(Any, kind),
            size,
            numbers(written.get("strides", "stride", default=size), rank),
            cast(Padding, mode),
            _channels(written, rank),
            theano_counts_padding=counts,
            theano_same="theano-uncut" if rank == 3 and _is_uncut(written) else "theano-same",
        ),
    )


def _unsettled(size: tuple[int, ...], rank: int, written: Written) -> str:
    """Why 'same' pooling of this kind is not known well enough; "" if it is.

    Keras padded a window of 1 by -1 over three axes (1.1.2 to 2.3.1), and over two until 1.1.2. Measured: Theano then
    takes the mean of nothing (NaN), and maxima of other windows than stated wherever another axis is padded.
    """
    if min(size) == 1 and (rank == 3 or (written.era == "keras1" and written.version < (1, 2))):
        return "'same' with a window of 1 along an axis, which Theano pads by -1: its means are NaN"
    return ""


def _is_uncut(written: Written) -> bool:
    return written.era == "keras2" and UNCUT_SINCE <= written.version <= UNCUT_UNTIL


def _global(written: Written, kind: str, rank: int) -> tuple[Op, ...]:
    keep = bool(written.get("keepdims", default=False))
    return (GlobalPool(rank, cast(Any, kind), _channels(written, rank), keep),)


def _channels(written: Written, rank: int) -> Any:
    return written.channels() if rank > 1 or "data_format" in written.config else "last"


def respell(op: Pool | GlobalPool, config: dict[str, Any]) -> dict[str, Any]:
    """Keys that differ once the layer's padding or windows have changed."""
    if isinstance(op, GlobalPool):
        return {}
    key = "border_mode" if "border_mode" in config else "padding"
    mode = "valid" if op.padding == "valid" else "same"
    if "pool_length" in config:
        return {key: mode, "pool_length": op.size[0], "stride": op.strides[0]}
    return {key: mode, "pool_size": list(op.size), "strides": list(op.strides)}


READ: dict[str, Codec] = {
    **{f"{long}Pooling{rank}D": partial(_pool, kind=kind, rank=rank)
       for long, kind in KINDS.items() for rank in (1, 2, 3)},
    **{f"Global{long}Pooling{rank}D": partial(_global, kind=kind, rank=rank)
       for long, kind in KINDS.items() for rank in (1, 2, 3)},
}  # fmt: skip
