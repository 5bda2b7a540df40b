"""Layouts as separate facts: dim ordering, kernels, dense rows; axes as letters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from dimorder.errors import UsageError

Channels = Literal["first", "last"]
Orientation = Literal["convolution", "correlation"]
Ordering = Literal["th", "tf", "unknown", "n/a"]
"""`th` and `tf` are the released names of the two conventions; used where users read or write them."""

SPATIAL = {1: "L", 2: "HW", 3: "DHW"}
"""Letters of the spatial axes by rank of the convolution."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file's numbers are arranged.

    dim_ordering: th = channels first, tf = channels last.
    kernels:      th = trained under true convolution (Theano), tf = under correlation.
    dense_rows:   th = rows behind a Flatten run channel, height, width; tf = height, width, channel.
    """

    dim_ordering: Ordering
    kernels: Ordering
    dense_rows: Ordering = "unknown"

    @property
    def channels(self) -> Channels:
        """Where they stand in maps; last too where nobody says it."""
        return "first" if self.dim_ordering == "th" else "last"

    def __str__(self) -> str:
        rows = {"th": "/chw", "tf": "/hwc"}.get(self.dense_rows, "")
        return f"{self.dim_ordering}/{self.kernels}{rows}"


def parse_layout(text: str) -> Layout:
    """`th/th`, `th/tf`, `tf/th`, `tf/tf`, each with an optional third part `chw` or `hwc`."""
    parts = text.strip().lower().split("/")
    known = len(parts) in (2, 3) and all(part in ("th", "tf") for part in parts[:2])
    rows = {"chw": "th", "hwc": "tf"}.get(parts[2]) if len(parts) == 3 else "unknown"
    if not known or rows is None:
        raise UsageError(
            f"{text!r} is not a layout",
            hint="write DIM_ORDERING/KERNELS, for example th/th or tf/tf, "
            "and if needed the order of dense rows: th/th/chw",
        )
    return Layout(cast(Ordering, parts[0]), cast(Ordering, parts[1]), cast(Ordering, rows))


def permutation(source: str, target: str) -> tuple[int, ...]:
    """Positions for `numpy.transpose` that turn an array with axes `source` into axes `target`.

    >>> permutation("OIHW", "HWIO")
    (2, 3, 1, 0)
    """
    assert sorted(source) == sorted(target), (source, target)
    return tuple(source.index(letter) for letter in target)


def channel_view(rank: int, source: Channels, target: Channels) -> tuple[int, ...]:
    """Positions for `numpy.transpose` of one sample (no batch axis) from `source` to `target`.

    rank: number of spatial axes.

    >>> channel_view(2, "first", "last")
    (1, 2, 0)
    """
    axes = {"first": "C" + SPATIAL[rank], "last": SPATIAL[rank] + "C"}
    return permutation(axes[source], axes[target])


def inverse(order: tuple[int, ...]) -> tuple[int, ...]:
    """The permutation that undoes `order`."""
    return tuple(order.index(position) for position in range(len(order)))
