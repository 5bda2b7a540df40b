"""Which channels the layers expect that read a value."""

from __future__ import annotations

from dimorder.graph import Graph
from dimorder.layout import Channels, channel_view
from dimorder.mapping import seen_inside, sliced
from dimorder.semantics import (
    Activate,
    BatchNorm,
    Conv,
    ConvTranspose,
    Crop,
    Depthwise,
    ElementNorm,
    Flatten,
    Formula,
    GlobalPool,
    Identity,
    LocallyConnected,
    Merge,
    ParametricSoftplus,
    Pool,
    PReLU,
    Scale,
    Separable,
    SReLU,
    UpSample,
    ZeroPad,
)  # fmt: skip

KEEPS_SHAPE = (Activate, BatchNorm, ElementNorm, Formula, Identity, ParametricSoftplus, PReLU, Scale, SReLU)
SPATIAL_OPS = (Conv, ConvTranspose, Depthwise, Separable, Pool, GlobalPool, ZeroPad, Crop, UpSample, LocallyConnected)
COMBINING = ("sum", "sub", "mul", "ave", "max", "min", "concat")


def expectations(graph: Graph, name: str) -> set[str]:
    """ "first", "last" and "flatten", as read by layers behind `name` through layers that keep its shape.

    What a TimeDistributed reads is no map here: see `map_order`.
    """
    readers, found, waiting, seen = graph.readers(), set(), [name], {name}
    while waiting:
        for node in readers[waiting.pop()]:
            op = node.op
            if isinstance(op, SPATIAL_OPS) and op.rank > 1:
                found.add(str(op.channels))
            elif isinstance(op, Flatten):
                found.add("flatten" if op.channels == "last" else "first")
            elif isinstance(sliced(op) or op, KEEPS_SHAPE) or (isinstance(op, Merge) and op.mode in COMBINING):
                waiting += [node.name] if node.name not in seen else []
                seen.add(node.name)
    return found


def channels_read(graph: Graph, name: str) -> Channels | None:
    """The channels that all spatial layers behind `name` agree on, None if there are none or they differ."""
    found = expectations(graph, name) - {"flatten"}
    if found == {"first"}:
        return "first"
    return "last" if found == {"last"} else None


def map_order(graph: Graph, name: str, target: Channels) -> tuple[int, ...] | None:
    """Axes of a value as its readers want it: a map, or a sequence of maps that a TimeDistributed reads.

    None where no layer behind it expects channels anywhere, or they differ.
    """
    axes = len(graph.by_name()[name].shape)
    for depth in range(axes - 2):
        channels = channels_read(graph, name)
        if channels is not None and axes - depth in (3, 4):
            return within(depth, channel_view(axes - depth - 1, channels, target))
        graph = seen_inside(graph)
    return None


def within(depth: int, order: tuple[int, ...]) -> tuple[int, ...]:
    """The order of the last axes behind `depth` axes that stay."""
    return (*range(depth), *(axis + depth for axis in order))
