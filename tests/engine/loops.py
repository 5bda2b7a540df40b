"""Convolution and pooling written straight from their definitions: slow, and only for tests.

Everything here is channels last, (N, spatial.., C), float64, one output element at a time.
Padding is done as the backend does it: Theano pads both sides alike, computes every window that
fits, and cuts the result to ceil(size / stride); TensorFlow pads what the windows need.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from dimorder.steps import Array

Place = tuple[int, ...]


def conv_starts(size: int, kernel: int, stride: int, dilation: int, padding: str) -> list[int]:
    """Where each window starts along an axis; negative or past the end is padding."""
    length = dilation * (kernel - 1) + 1
    if padding == "valid":
        return [*range(0, size - length + 1, stride)]
    if padding == "causal":
        return [*range(1 - length, size - length + 1, stride)]
    if padding == "theano-same":
        half = length // 2
        return [*range(-half, size + half - length + 1, stride)][: math.ceil(size / stride)]
    return _tensorflow_starts(size, length, stride)


def pool_starts(size: int, window: int, stride: int, padding: str) -> list[int]:
    """The same for pooling, which Theano pads in another way: keras 1.2.2 pool2d."""
    if padding == "valid":
        return [*range(0, size - window + 1, stride)]
    if padding == "theano-same":
        both = window - 2 if window > 2 and window % 2 else window - 1
        return [*range(-both, size + both - window + 1, stride)][: math.ceil(size / stride)]
    return _tensorflow_starts(size, window, stride)


def _tensorflow_starts(size: int, length: int, stride: int) -> list[int]:
    count = math.ceil(size / stride)
    total = max((count - 1) * stride + length - size, 0)
    return [number * stride - total // 2 for number in range(count)]


def convolve(
    batch: Array,
    kernel: Array,
    starts: Sequence[Sequence[int]],
    dilation: Sequence[int],
    *,
    flip: bool,
) -> Array:
    """kernel (spatial.., I, O). flip: true convolution, the kernel read backwards."""
    sizes = kernel.shape[:-2]
    out = np.zeros((len(batch), *map(len, starts), kernel.shape[-1]))
    for at, start in _windows(starts):
        for tap in np.ndindex(sizes):
            place = tuple(s + t * d for s, t, d in zip(start, tap, dilation, strict=True))
            if not _inside(place, batch):
                continue
            used = tuple(k - 1 - t for k, t in zip(sizes, tap, strict=True)) if flip else tap
            for image in range(len(batch)):
                out[(image, *at)] += batch[(image, *place)] @ kernel[used]
    return out


def pooled(
    batch: Array, size: Sequence[int], starts: Sequence[Sequence[int]], kind: str, counts: bool
) -> Array:
    """kind: max or ave. counts: padded zeros count in the mean."""
    out = np.zeros((len(batch), *map(len, starts), batch.shape[-1]))
    for at, start in _windows(starts):
        taps = itertools.product(*map(range, size))
        places = [tuple(s + t for s, t in zip(start, tap, strict=True)) for tap in taps]
        values = np.stack([batch[_at(place)] for place in places if _inside(place, batch)])
        share = math.prod(size) if counts else len(values)
        out[_at(at)] = values.max(0) if kind == "max" else values.sum(0) / share
    return out


def _windows(starts: Sequence[Sequence[int]]) -> Iterator[tuple[Place, Place]]:
    for at in np.ndindex(*map(len, starts)):
        yield at, tuple(axis[number] for axis, number in zip(starts, at, strict=True))


def _at(place: Place) -> Any:
    return (slice(None), *place)


def _inside(place: Place, batch: Any) -> bool:
    return all(0 <= p < size for p, size in zip(place, batch.shape[1:-1], strict=True))
