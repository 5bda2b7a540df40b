"""Keras 3 layers over spatial axes as operations."""

from __future__ import annotations

from typing import Any

from dimorder import semantics as ops
from dimorder.formats.keras3.written import Parse, Written
from dimorder.layout import SPATIAL
from dimorder.semantics import Op


def _conv(rank: int) -> Parse:
    def parse(written: Written) -> Op:
        written.expect("groups", 1)
        written.expect("lora_rank", None)
        return ops.Conv(
            rank=rank,
            filters=int(written.config["filters"]),
            **written.windows(rank),
            dilation=written.sizes("dilation_rate", rank),
            axes=SPATIAL[rank] + "IO",
            orientation="correlation",
        )

    return parse


def _pool(rank: int, kind: Any) -> Parse:
    def parse(written: Written) -> Op:
        size = written.sizes("pool_size", rank, 2)
        strides = written.get("strides", None) or size
        return ops.Pool(
            rank=rank,
            kind=kind,
            size=size,
            strides=(strides,) * rank if isinstance(strides, int) else tuple(strides),
            padding=written.padding(),
            channels=written.channels,
        )

    return parse


def _global_pool(rank: int, kind: Any) -> Parse:
    def parse(written: Written) -> Op:
        return ops.GlobalPool(rank, kind, written.channels, written.flag("keepdims", False))

    return parse


def _zero_pad(rank: int) -> Parse:
    def parse(written: Written) -> Op:
        # Keras 2 and early Keras 3 knew ZeroPadding1D with the channels last only.
        channels = written.channels if "data_format" in written.config else "last"
        return ops.ZeroPad(rank, _amounts(written.config["padding"], rank), channels)

    return parse


def _crop(rank: int) -> Parse:
    def parse(written: Written) -> Op:
        channels = written.channels if rank > 1 else "last"
        return ops.Crop(rank, _amounts(written.config["cropping"], rank), channels)

    return parse


def _upsample(rank: int) -> Parse:
    def parse(written: Written) -> Op:
        written.expect("interpolation", "nearest")
        channels = written.channels if rank > 1 else "last"
        return ops.UpSample(rank, written.sizes("size", rank, 2), channels)

    return parse


def _amounts(value: Any, rank: int) -> tuple[tuple[int, int], ...]:
    sides = [value] * rank if isinstance(value, int) else [value] if rank == 1 else value
    pairs = [(side, side) if isinstance(side, int) else side for side in sides]
    return tuple((int(before), int(after)) for before, after in pairs)


_RANKS = (1, 2, 3)
_KINDS = (("Max", "max"), ("Average", "ave"))

MAPS: dict[str, Parse] = {
    **{f"Conv{rank}D": _conv(rank) for rank in _RANKS},
    **{f"{word}Pooling{n}D": _pool(n, kind) for word, kind in _KINDS for n in _RANKS},
    **{f"Global{word}Pooling{n}D": _global_pool(n, kind) for word, kind in _KINDS for n in _RANKS},
    **{f"ZeroPadding{rank}D": _zero_pad(rank) for rank in _RANKS},
    **{f"Cropping{rank}D": _crop(rank) for rank in _RANKS},
    **{f"UpSampling{rank}D": _upsample(rank) for rank in _RANKS},
}
