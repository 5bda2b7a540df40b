"""Pooling layers, windowed and global."""

from __future__ import annotations

from typing import Any, cast

from dimorder.formats.layers.written import Codec, Written, numbers
from dimorder.semantics import GlobalPool, Op, Opaque, Padding, Pool

KINDS = {"Max": "max", "Average": "ave"}
# Theano counted padded zeros in the mean: traps 29, measured 2.0.8 to 2.1.4, absent in 2.0.0 and 2.1.5.
COUNTING_SINCE, COUNTING_UNTIL = (2, 0, 1), (2, 1, 4)


def _pool(written: Written, kind: str, rank: int) -> tuple[Op, ...]:
    mode = written.get("border_mode", "padding", default="valid")
    if mode not in ("valid", "same"):
        return (Opaque(written.class_name, f"border mode {mode!r}"),)
    size = numbers(written.get("pool_size", "pool_length"), rank)
    if mode == "same" and (because := _unsettled(size, rank, written)):
        return (Opaque(written.class_name, because),)
    counts = kind == "ave" and COUNTING_SINCE <= written.version <= COUNTING_UNTIL
    return (
        Pool(
            rank,
            cast(Any, kind),
            size,
            numbers(written.get("strides", "stride", default=size), rank),
            cast(Padding, mode),
            _channels(written, rank),
            theano_counts_padding=counts,
        ),
    )


def _unsettled(size: tuple[int, ...], rank: int, written: Written) -> str:
    """Why 'same' pooling of this kind is not known well enough; "" if it is.

    Measured: Theano's 3-D pooling crops by one where a window is 1 (1.2.2 to 2.2.4), and yields one window too many
    for even windows (2.0.8; right in 2.2.4); Keras 1.0's 2-D pooling has the first fault too.
    """
    if min(size) == 1 and (rank == 3 or (written.era == "keras1" and written.version < (1, 2))):
        return "'same' with a window of 1 along an axis, which Theano crops"
    if rank == 3 and written.era == "keras2" and written.version < (2, 2) and any(n % 2 == 0 for n in size):
        return "'same' with an even window over three axes, which Keras until 2.1 cut otherwise"
    return ""


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
    mode = "same" if op.padding.endswith("same") else op.padding
    if "pool_length" in config:
        return {key: mode, "pool_length": op.size[0], "stride": op.strides[0]}
    return {key: mode, "pool_size": list(op.size), "strides": list(op.strides)}


READ: dict[str, Codec] = {
    **{f"{long}Pooling{rank}D": lambda written, kind=kind, rank=rank: _pool(written, kind, rank)  # type: ignore[misc]
       for long, kind in KINDS.items() for rank in (1, 2, 3)},
    **{f"Global{long}Pooling{rank}D": lambda written, kind=kind, rank=rank: _global(written, kind, rank)  # type: ignore[misc]
       for long, kind in KINDS.items() for rank in (1, 2, 3)},
}  # fmt: skip
