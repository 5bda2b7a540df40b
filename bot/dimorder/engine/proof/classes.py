"""Which axis of an output tells classes apart."""

from __future__ import annotations

from dimorder import semantics as ops
from dimorder.graph import Graph

THROUGH = (ops.Activate, ops.Identity, ops.Scale, ops.BatchNorm, ops.ElementNorm, ops.PReLU)
"""Operations that keep the meaning of each axis."""


def class_axis(graph: Graph, output: str) -> int:
    """Axis of the classes, counted without batch: of a softmax, of a map's channels, else the last.

    >>> from dimorder.graph import Node
    >>> scores = Node("scores", "scores", ops.Input((5, 7, 7)), (), (5, 7, 7))
    >>> shares = Node("shares", "shares", ops.Activate("softmax", axis=0), ("scores",), (5, 7, 7))
    >>> class_axis(Graph((scores, shares), ("scores",), ("shares",)), "shares")
    0
    """
    table = graph.by_name()
    node = table[output]
    last = max(len(node.shape) - 1, 0)
    while isinstance(node.op, THROUGH):
        if isinstance(node.op, ops.Activate) and node.op.kind == "softmax":
            return last if node.op.axis is None else node.op.axis
        node = table[node.inputs[0]]
    return 0 if getattr(node.op, "channels", "last") == "first" and last > 0 else last
