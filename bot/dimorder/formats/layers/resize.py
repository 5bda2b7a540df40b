"""Layers that pad, crop or repeat spatial axes."""

from __future__ import annotations

from functools import partial
from typing import Any

from dimorder.formats.layers.written import Codec, Written, numbers
from dimorder.semantics import Crop, Op, Opaque, UpSample, ZeroPad

Amounts = tuple[tuple[int, int], ...]
# Keras 1.2's dictionary form.
SIDES = {1: (("left_pad", "right_pad"),), 2: (("top_pad", "bottom_pad"), ("left_pad", "right_pad"))}


def amounts(value: Any, rank: int) -> Amounts:
    """Before and after each axis, from any of the forms that Keras 1 and 2 accept."""
    if isinstance(value, dict):
        return tuple((int(value.get(a, 0)), int(value.get(b, 0))) for a, b in SIDES[rank])
    if isinstance(value, int):
        return ((value, value),) * rank
    if rank == 1 and len(value) == 2 and all(isinstance(v, int) for v in value):
        return ((int(value[0]), int(value[1])),)
    if len(value) == 2 * rank and rank > 1 and all(isinstance(v, int) for v in value):
        return tuple((int(value[2 * n]), int(value[2 * n + 1])) for n in range(rank))
    pairs = [(v, v) if isinstance(v, int) else tuple(v) for v in value]
    if len(pairs) != rank or any(len(pair) != 2 for pair in pairs):
        raise ValueError(f"{value!r} as amounts for {rank} axes")
    return tuple((int(a), int(b)) for a, b in pairs)


def _channels(written: Written, rank: int) -> Any:
    return written.channels() if rank > 1 or "data_format" in written.config else "last"


def _pad(written: Written, rank: int) -> tuple[Op, ...]:
    return (ZeroPad(rank, amounts(written.get("padding", default=1), rank), _channels(written, rank)),)


def _crop(written: Written, rank: int) -> tuple[Op, ...]:
    return (Crop(rank, amounts(written.get("cropping", default=1), rank), _channels(written, rank)),)


def _upsample(written: Written, rank: int) -> tuple[Op, ...]:
    if written.get("interpolation", default="nearest") != "nearest":
        return (Opaque(written.class_name, f"interpolation {written.config['interpolation']!r}"),)
    size = numbers(written.get("size", "length", default=2), rank)
    return (UpSample(rank, size, _channels(written, rank)),)


def spell_amounts(op: ZeroPad | Crop, era: str) -> Any:
    """Amounts as that era's layer takes them."""
    if op.rank == 1:
        return list(op.amounts[0])
    if era == "keras1" and isinstance(op, ZeroPad):
        symmetric = all(before == after for before, after in op.amounts)
        # Keras 1.2 took two numbers for symmetric padding, four for the general case.
        return [a for a, _ in op.amounts] if symmetric else [n for pair in op.amounts for n in pair]
    return [list(pair) for pair in op.amounts]


READ: dict[str, Codec] = {}
for _rank in (1, 2, 3):
    READ[f"ZeroPadding{_rank}D"] = partial(_pad, rank=_rank)
    READ[f"Cropping{_rank}D"] = partial(_crop, rank=_rank)
    READ[f"UpSampling{_rank}D"] = partial(_upsample, rank=_rank)
