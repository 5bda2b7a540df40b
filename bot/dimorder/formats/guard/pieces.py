"""A dataset of any size in pieces that fit into memory."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import h5py

LARGEST = 8 << 20
"""Bytes of a piece, unless one chunk is more."""
Region = tuple[slice, ...]


def pieces(dataset: h5py.Dataset) -> Iterator[Region]:
    """Regions that cover the dataset, none much above LARGEST; of chunked ones, whole chunks that are stored."""
    if dataset.shape is None or 0 in dataset.shape:
        return
    if dataset.chunks is not None:
        yield from _chunks(dataset)
        return
    yield from blocks(dataset.shape, max(1, LARGEST // dataset.dtype.itemsize))


def blocks(shape: tuple[int, ...], most: int) -> Iterator[Region]:
    """Regions of at most `most` values: leading axes one by one, the next one cut, the rest whole."""
    whole = [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]
    cut = next((axis for axis, inner in enumerate(whole) if inner <= most), None)
    if cut is None:
        yield ()
        return
    step = max(1, most // whole[cut])
    rest = tuple(slice(0, length) for length in shape[cut + 1 :])
    for leading in itertools.product(*map(range, shape[:cut])):
        for start in range(0, shape[cut], step):
            yield (*(slice(at, at + 1) for at in leading), slice(start, min(start + step, shape[cut])), *rest)


def _chunks(dataset: h5py.Dataset) -> Iterator[Region]:
    starts: list[tuple[int, ...]] = []
    dataset.id.chunk_iter(lambda chunk: starts.append(chunk.chunk_offset))
    for start in starts:
        yield tuple(
            slice(at, min(at + chunk, length))
            for at, chunk, length in zip(start, dataset.chunks, dataset.shape, strict=True)
        )
