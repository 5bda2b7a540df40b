"""What is done to the spatial axes of a map without arrays: pooled, padded, cut, enlarged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dimorder.semantics.sizes import MaybeChannels, Padding


@dataclass(frozen=True, slots=True)
class Pool:
    """Pooling over 1, 2 or 3 spatial axes.

    padding: theano-same pads before = k-2 for odd k > 2, else k-1, and keeps ceil(n/s) windows (layout-facts 8);
             max pads with -inf, ave leaves padding out of the mean unless counts_padding.
    counts_padding: padded zeros count in the mean (Theano under Keras 2.0.1 to 2.1.4: traps 29).
    theano_counts_padding: what counts_padding becomes if the backend turns out to be Theano; None once settled.
    theano_same: what Theano makes of 'same' here; theano-uncut keeps every window that fits (three axes under Keras
             2.0.0 to 2.1.5), where theano-same cuts to ceil(n/s).
    """

    rank: int
    kind: Literal["max", "ave"]
    size: tuple[int, ...]
    strides: tuple[int, ...]
    padding: Padding
    channels: MaybeChannels
    counts_padding: bool = False
    theano_counts_padding: bool = False
    theano_same: Padding = "theano-same"


@dataclass(frozen=True, slots=True)
class GlobalPool:
    """Max or mean over all spatial axes; keepdims leaves axes of length one."""

    rank: int
    kind: Literal["max", "ave"]
    channels: MaybeChannels
    keepdims: bool = False


@dataclass(frozen=True, slots=True)
class ZeroPad:
    """Zeros added before and after each spatial axis."""

    rank: int
    amounts: tuple[tuple[int, int], ...]
    channels: MaybeChannels


@dataclass(frozen=True, slots=True)
class Crop:
    """Elements cut before and after each spatial axis."""

    rank: int
    amounts: tuple[tuple[int, int], ...]
    channels: MaybeChannels


@dataclass(frozen=True, slots=True)
class UpSample:
    """Each element repeated along each spatial axis (nearest neighbour)."""

    rank: int
    size: tuple[int, ...]
    channels: MaybeChannels
