"""Maps made larger or smaller: zeros added, edges cut, elements repeated."""

from __future__ import annotations

from collections.abc import Sequence

from dimorder.engine.maps import channels_last, pad, stored
from dimorder.errors import Refused
from dimorder.semantics import Crop, UpSample, ZeroPad
from dimorder.steps import Array


def zero_pad(op: ZeroPad, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """Zeros before and after each spatial axis of (N, C, spatial..) or (N, spatial.., C)."""
    return stored(pad(channels_last(inputs[0], op.channels), op.amounts), op.channels)


def crop(op: Crop, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """Elements cut before and after each spatial axis."""
    batch = channels_last(inputs[0], op.channels)
    sizes = batch.shape[1:-1]
    if any(sum(amount) >= size for size, amount in zip(sizes, op.amounts, strict=True)):
        raise Refused(f"cropping {op.amounts} leaves nothing of a map of {sizes}")
    inner = (
        slice(before, size - after) for size, (before, after) in zip(sizes, op.amounts, strict=True)
    )
    return stored(batch[(slice(None), *inner)], op.channels)


def upsample(op: UpSample, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """Each element repeated op.size times along each spatial axis (nearest neighbour)."""
    batch = channels_last(inputs[0], op.channels)
    for axis, times in enumerate(op.size, start=1):
        batch = batch.repeat(times, axis)
    return stored(batch, op.channels)
