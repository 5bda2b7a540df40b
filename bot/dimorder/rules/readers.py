"""Which channels the layers expect that read a value."""

from __future__ import annotations

from dimorder.graph import Graph
from dimorder.layout import Channels
from dimorder.semantics import (
    Activate,
    BatchNorm,
    Conv,
    Crop,
    Flatten,
    GlobalPool,
    Identity,
    Merge,
    Pool,
    PReLU,
    Scale,
    UpSample,
    ZeroPad,
)  # fmt: skip

KEEPS_SHAPE = (Activate, BatchNorm, Identity, PReLU, Scale)
SPATIAL_OPS = (Conv, Pool, GlobalPool, ZeroPad, Crop, UpSample)
COMBINING = ("sum", "sub", "mul", "ave", "max", "min", "concat")


def expectations(graph: Graph, name: str) -> set[str]:
    """ "first", "last" and "flatten", as read by layers behind `name` through layers that keep its shape."""
    readers, found, waiting, seen = graph.readers(), set(), [name], {name}
    while waiting:
        for node in readers[waiting.pop()]:
            op = node.op
            if isinstance(op, SPATIAL_OPS) and op.rank > 1:
                found.add(str(op.channels))
            elif isinstance(op, Flatten):
                found.add("flatten" if op.channels == "last" else "first")
            elif isinstance(op, KEEPS_SHAPE) or (isinstance(op, Merge) and op.mode in COMBINING):
                waiting += [node.name] if node.name not in seen else []
                seen.add(node.name)
    return found


def channels_read(graph: Graph, name: str) -> Channels | None:
    """The channels that all spatial layers behind `name` agree on, None if there are none or they differ."""
    found = expectations(graph, name) - {"flatten"}
    if found == {"first"}:
        return "first"
    return "last" if found == {"last"} else None
