"""The same elements otherwise arranged, and several inputs made one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dimorder.layout import Channels


@dataclass(frozen=True, slots=True)
class Identity:
    """A layer that only acts in training (Dropout, noise, regularization) and passes its input on.

    channels: of a dropout that drops whole feature maps; None where the layer does not care.
    """

    channels: Channels | None = None


@dataclass(frozen=True, slots=True)
class Flatten:
    """One vector. channels "first" moves axis 0 to the end first (Keras from 2.2.0), "last" reads as stored."""

    channels: Channels = "last"


@dataclass(frozen=True, slots=True)
class Reshape:
    """Same elements in the same order, other sizes; one size may be -1."""

    target: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Permute:
    """numpy.transpose of the sample; axes counted from 0 without batch (Keras spells them from 1)."""

    order: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A vector (f,) repeated to (n, f)."""

    times: int


@dataclass(frozen=True, slots=True)
class Merge:
    """Several inputs to one.

    axis: of concat, counted without batch, never negative.
    dot_axes: of dot and cos, for each of two inputs, counted without batch. normalize: of dot (Keras 2 cosine).
    keep_axis: Keras 1 cos adds an axis of length one in front.
    """

    mode: Literal["sum", "sub", "mul", "ave", "max", "min", "concat", "dot", "cos"]
    axis: int | None = None
    dot_axes: tuple[tuple[int, ...], tuple[int, ...]] | None = None
    normalize: bool = False
