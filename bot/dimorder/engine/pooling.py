"""Pooling: the maximum or mean of windows, or of whole maps."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from dimorder.engine.maps import channels_last, every, pad, positions, spatial_axes, stored
from dimorder.semantics import GlobalPool, Pool
from dimorder.steps import Array
from dimorder.windows import pool_pads


def pool(op: Pool, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """Pooling of a batch, (N, C, spatial..) or (N, spatial.., C) by op.channels.

    Maximum: padding is -inf. Mean: padding is left out, unless op.counts_padding; then zeros count.
    Source: keras 1.2.2 theano_backend.pool2d (mode average_exc_pad), traps 27-29.
    """
    batch = channels_last(inputs[0], op.channels)
    axes = zip(batch.shape[1:-1], op.size, op.strides, strict=True)
    pads = [pool_pads(size, window, stride, op.padding) for size, window, stride in axes]
    pooled = _largest(op, batch, pads) if op.kind == "max" else _mean(op, batch, pads)
    return stored(pooled, op.channels)


def global_pool(op: GlobalPool, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """Maximum or mean over all spatial axes: (N, C), or with axes of length one if op.keepdims."""
    batch = channels_last(inputs[0], op.channels)
    reduce = np.max if op.kind == "max" else np.mean
    pooled: Array = reduce(batch, axis=spatial_axes(batch), keepdims=op.keepdims)
    return stored(pooled, op.channels) if op.keepdims else pooled


def _largest(op: Pool, batch: Array, pads: Sequence[tuple[int, int]]) -> Array:
    first, *others = _taps(op, batch.shape[1:-1], pad(batch, pads, -math.inf))
    largest = np.array(first)
    for tap in others:
        np.maximum(largest, tap, out=largest)
    return largest


def _mean(op: Pool, batch: Array, pads: Sequence[tuple[int, int]]) -> Array:
    total = _sum(op, batch, pads)
    if op.counts_padding:
        return total / math.prod(op.size)
    ones = np.ones((1, *batch.shape[1:-1], 1), batch.dtype)
    return total / _sum(op, ones, pads)


def _sum(op: Pool, batch: Array, pads: Sequence[tuple[int, int]]) -> Array:
    first, *others = _taps(op, batch.shape[1:-1], pad(batch, pads))
    total = np.array(first)
    for tap in others:
        total += tap
    return total


def _taps(op: Pool, sizes: Sequence[int], padded: Array) -> Iterator[Array]:
    """For each place inside the window: the element that every window has there.

    Theano pads more than the windows need and cuts the last ones: `positions` are those kept.
    """
    counts = positions(sizes, op.size, op.strides, op.padding)
    for offsets in np.ndindex(op.size):
        picked = map(every, offsets, counts, op.strides)
        yield padded[(slice(None), *picked)]
