"""Feature maps as the engine sees them: channels last, padded, picked by window position."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dimorder.errors import Refused
from dimorder.semantics import MaybeChannels, Padding
from dimorder.steps import Array
from dimorder.windows import window_count


def channels_last(batch: Array, channels: MaybeChannels) -> Array:
    """A batch of maps, (N, C, spatial..) or (N, spatial.., C), as a view (N, spatial.., C)."""
    assert channels != "unset"
    return np.moveaxis(batch, 1, -1) if channels == "first" else batch


def stored(batch: Array, channels: MaybeChannels) -> Array:
    """A batch (N, spatial.., C) as a view with the channels where the operation states them.

    Nothing is copied: between two channels-first layers the memory stays channels last.
    """
    return np.moveaxis(batch, -1, 1) if channels == "first" else batch


def spatial_axes(batch: Array) -> tuple[int, ...]:
    """Positions of the spatial axes of a batch (N, spatial.., C)."""
    return tuple(range(1, batch.ndim - 1))


def pad(batch: Array, amounts: Sequence[tuple[int, int]], fill: float = 0.0) -> Array:
    """A contiguous batch (N, spatial.., C) with `fill` before and after each spatial axis."""
    if not any(map(any, amounts)):
        return np.ascontiguousarray(batch)
    inner = [
        (before, before + size)
        for (before, _), size in zip(amounts, batch.shape[1:-1], strict=True)
    ]
    sizes = [stop + after for (_, stop), (_, after) in zip(inner, amounts, strict=True)]
    shape = (batch.shape[0], *sizes, batch.shape[-1])
    padded = np.full(shape, fill, batch.dtype) if fill else np.zeros(shape, batch.dtype)
    padded[(slice(None), *(slice(start, stop) for start, stop in inner))] = batch
    return padded


def positions(
    sizes: Sequence[int], lengths: Sequence[int], strides: Sequence[int], padding: Padding
) -> tuple[int, ...]:
    """How many positions a window of these (effective) lengths has along each spatial axis."""
    axes = zip(sizes, lengths, strides, strict=True)
    counts = tuple(window_count(n, length, s, padding) or 0 for n, length, s in axes)
    if min(counts) < 1:
        raise Refused(
            f"a window of {tuple(lengths)} does not fit into a map of {tuple(sizes)}",
            hint="the architecture needs larger inputs than these",
        )
    return counts


def every(start: int, count: int, stride: int) -> slice:
    """`count` positions from `start` on, `stride` apart."""
    return slice(start, start + (count - 1) * stride + 1, stride)
