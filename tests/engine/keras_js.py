"""Which layer made each numbered case of keras-js: its data files hold numbers only.

Source: the notebooks of transcranial/keras-js at 7713c554f062a77b6897892c2d10209e72576868 (MIT).
A case is a tuple of operations: the layer's own and, where it has one, its activation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dimorder.layout import SPATIAL, Channels
from dimorder.semantics import (
    Activate,
    ActivationKind,
    BatchNorm,
    Conv,
    Crop,
    GlobalPool,
    Op,
    Padding,
    Pool,
    UpSample,
    ZeroPad,
)

NO_OPERATION = ("Conv2DTranspose", "SeparableConv2D")
"""Layers that `semantics` has no operation for."""

Case = tuple[Op, ...]


def cases_of(file: str) -> list[Case]:
    """The operations of each case of a data file, in the file's order."""
    name, rank = (file[:-2], int(file[-2])) if file[-1] == "D" else (file, 0)
    return FAMILIES[name](rank)


def tuples(rank: int, value: int | tuple[int, ...]) -> tuple[int, ...]:
    return (value,) * rank if isinstance(value, int) else value


def conv(
    rank: int,
    filters: int,
    size: int | tuple[int, ...],
    strides: int | tuple[int, ...] = 1,
    padding: Padding = "valid",
    dilation: int | tuple[int, ...] = 1,
    activation: ActivationKind = "linear",
    bias: bool = True,
) -> Case:
    sizes, steps, gaps = (tuples(rank, value) for value in (size, strides, dilation))
    axes = SPATIAL[rank] + "IO"
    op = Conv(rank, filters, sizes, steps, gaps, padding, "last", bias, axes, "correlation")
    return op, Activate(activation)


def convolutions(rank: int) -> list[Case]:
    if rank == 1:
        return [
            conv(1, 4, 3),
            conv(1, 4, 3, bias=False),
            conv(1, 2, 3, 2, "tf-same", activation="sigmoid"),
            conv(1, 2, 7, 1, "tf-same", activation="tanh"),
            conv(1, 2, 7, 1, "tf-same", 2, "tanh"),
        ]
    if rank == 2:
        return [
            conv(2, 4, 3),
            conv(2, 4, 3, bias=False),
            conv(2, 4, 3, 2, activation="relu"),
            conv(2, 5, 4, (2, 1), activation="relu"),
            conv(2, 4, 3, 1, "tf-same", activation="relu"),
            conv(2, 4, 3, 2, "tf-same", activation="relu"),
            conv(2, 4, 3, (3, 2), "tf-same", activation="relu"),
            conv(2, 4, 3, dilation=2),
            conv(2, 4, 3, dilation=2, bias=False),
            conv(2, 4, 3, dilation=3, activation="relu"),
            conv(2, 3, 4, 1, "tf-same", 2, "relu"),
            conv(2, 4, 3, 1, "tf-same", 4, "relu"),
        ]
    return [
        conv(3, 4, 3),
        conv(3, 2, 3, activation="sigmoid", bias=False),
        conv(3, 2, 3, 1, "tf-same", activation="relu"),
        conv(3, 2, (3, 3, 2), (2, 1, 1), "tf-same", activation="relu"),
        conv(3, 2, 3, (3, 3, 2), "tf-same", activation="relu"),
        conv(3, 2, 3, dilation=(2, 1, 1), activation="relu"),
        conv(3, 2, 3, 1, "tf-same", (1, 2, 1), "relu"),
    ]


def poolings(kind: Any) -> Callable[[int], list[Case]]:
    def cases(rank: int) -> list[Case]:
        def pool(
            size: int,
            strides: int | tuple[int, ...],
            padding: Padding = "valid",
            channels: Channels = "last",
        ) -> Case:
            sizes, steps = tuples(rank, size), tuples(rank, strides)
            return (Pool(rank, kind, sizes, steps, padding, channels),)

        if rank == 1:
            valid = [pool(2, 2), pool(2, 1), pool(2, 3)]
            same = [pool(2, s, "tf-same") for s in (2, 1, 3)]
            return [*valid, *same, pool(3, 3), pool(3, 1, "tf-same"), pool(3, 3, "tf-same")]
        uneven = ((2, 1), (2, 1)) if rank == 2 else ((2, 1, 1), (1, 2, 1))
        return [
            *(pool(2, 2), pool(2, 1), pool(2, uneven[0]), pool(3, 3), pool(3, 3)),
            *(pool(2, strides, "tf-same") for strides in (2, 1, uneven[1])),
            *(pool(3, 3, "tf-same"), pool(3, 3, "tf-same")),
            *(pool(3, 2, "valid", "first"), pool(3, 1, "tf-same", "first")),
            pool(2, 2, "valid", "first"),
        ]

    return cases


def global_poolings(kind: Any) -> Callable[[int], list[Case]]:
    def cases(rank: int) -> list[Case]:
        second: Channels = "last" if rank == 1 else "first"
        return [
            (GlobalPool(rank, kind, "last"),),
            (GlobalPool(rank, kind, second),),
            (GlobalPool(rank, kind, "last"),),
        ]

    return cases


def amounts(make: Any, *cases: Sequence[Any]) -> list[Case]:
    """Padding and cropping: a pair for each spatial axis, then which axis is the channels'."""
    return [(make(len(pairs), tuple(pairs), channels),) for *pairs, channels in cases]


def both(*pairs: Any) -> list[list[Any]]:
    return [[*pairs, "last"], [*pairs, "first"]]


def paddings(rank: int) -> list[Case]:
    if rank == 1:
        return amounts(ZeroPad, [(1, 1), "last"], [(3, 3), "last"], [(3, 2), "last"])
    if rank == 2:
        uneven = [(1, 2), (3, 4), "last"]
        cases = [*both((1, 1), (1, 1)), *both((3, 3), (2, 2)), uneven, [(2, 2), (2, 2), "last"]]
        return amounts(ZeroPad, *cases)
    ones, more = both((1, 1), (1, 1), (1, 1)), both((3, 3), (2, 2), (2, 2))
    uneven = [(1, 2), (3, 4), (3, 1), "last"]
    return amounts(ZeroPad, *ones, *more, uneven, [(2, 2), (2, 2), (2, 2), "last"])


def croppings(rank: int) -> list[Case]:
    if rank == 1:
        return amounts(Crop, [(1, 1), "last"], [(2, 3), "last"], [(2, 2), "last"])
    if rank == 2:
        even = [[(2, 2), (3, 3), "last"], [(1, 1), (1, 1), "last"]]
        return amounts(Crop, *both((1, 1), (1, 1)), *both((4, 2), (3, 1)), *even)
    even = [[(1, 1), (2, 2), (3, 3), "last"], [(2, 2), (2, 2), (2, 2), "last"]]
    return amounts(Crop, *both((1, 1), (1, 1), (1, 1)), *both((3, 2), (2, 1), (2, 3)), *even)


def enlargements(rank: int) -> list[Case]:
    if rank == 1:
        return [(UpSample(1, (2,), "last"),), (UpSample(1, (3,), "last"),)]
    uneven = ((3, 2), (1, 3)) if rank == 2 else ((1, 3, 2), (2, 1, 2))
    twice = (2,) * rank
    return [
        (UpSample(rank, twice, "last"),),
        (UpSample(rank, twice, "first"),),
        (UpSample(rank, uneven[0], "last"),),
        (UpSample(rank, uneven[1], "first"),),
        (UpSample(rank, twice, "last"),),
    ]


def normalisations(rank: int) -> list[Case]:
    return [
        (BatchNorm(1, 1e-5),),
        (BatchNorm(1, 1e-2),),
        (BatchNorm(0, 1e-5),),
        (BatchNorm(1, 1e-5),),
        (BatchNorm(2, 1e-5, scale=False),),
        (BatchNorm(2, 1e-5, center=False),),
        (BatchNorm(2, 1e-3, scale=False, center=False),),
    ]


FAMILIES: dict[str, Callable[[int], list[Case]]] = {
    "Conv": convolutions,
    "MaxPooling": poolings("max"),
    "AveragePooling": poolings("ave"),
    "GlobalMaxPooling": global_poolings("max"),
    "GlobalAveragePooling": global_poolings("ave"),
    "ZeroPadding": paddings,
    "Cropping": croppings,
    "UpSampling": enlargements,
    "BatchNormalization": normalisations,
}
