"""Shapes of one sample, and the words for how a map lies in memory and is padded."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

from dimorder.layout import Channels, Orientation

Size: TypeAlias = int | None
Shape: TypeAlias = tuple[Size, ...]
MaybeChannels: TypeAlias = 'Channels | Literal["unset"]'
MaybeOrientation: TypeAlias = 'Orientation | Literal["unset"]'
Padding = Literal["valid", "same", "theano-same", "theano-half", "theano-uncut", "tf-same", "causal"]


def product(sizes: Shape) -> Size:
    """Number of elements, None if a size is not known."""
    known = [size for size in sizes if size is not None]
    return math.prod(known) if len(known) == len(sizes) else None


def spatial(rank: int, channels: MaybeChannels, shape: Shape) -> Shape:
    """The spatial sizes of a map's shape."""
    assert len(shape) == rank + 1, (rank, shape)
    return shape[1:] if channels == "first" else shape[:-1]


def channel_count(channels: MaybeChannels, shape: Shape) -> Size:
    """The number of channels of a map's shape."""
    return shape[0] if channels == "first" else shape[-1]


def map_shape(channels: MaybeChannels, sizes: Shape, count: Size) -> Shape:
    """A map's shape from its spatial sizes and its number of channels."""
    return (count, *sizes) if channels == "first" else (*sizes, count)
