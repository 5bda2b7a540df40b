"""Operations seen from inside and from outside a TimeDistributed.

Many operations treat every slice along axis 0 alike anyway: around these no Mapped is needed, only a shifted axis.
"""

from __future__ import annotations

from dataclasses import replace

from dimorder import semantics as ops
from dimorder.graph import Graph, Node
from dimorder.semantics import Op
from dimorder.shapes import Shapes

OUTSIDE = ops.Opaque("TimeDistributed", "it does not treat every slice alike")


def mapped(op: Op, inputs: Shapes) -> Op:
    """`op` applied to every slice along axis 0. inputs: shapes of the slices that it reads."""
    match op:
        case ops.Dense() | ops.Embedding() | ops.Formula() | ops.Scale() | ops.Opaque():
            return op
        case ops.Activate(axis=axis):
            return op if axis is None else replace(op, axis=axis + 1)
        case ops.BatchNorm(axis=axis, mode=0):
            return replace(op, axis=axis + 1)
        case ops.Merge(mode=mode, axis=axis) if mode not in ("dot", "cos") and len({len(s) for s in inputs}) == 1:
            return op if axis is None else replace(op, axis=axis + 1)
    return ops.Mapped(op)


def sliced(op: Op) -> Op | None:
    """What `op` does to every slice along axis 0; None if it does not treat all of them alike."""
    match op:
        case ops.Mapped(inner):
            return inner
        case ops.Dense() | ops.Embedding() | ops.Formula() | ops.Scale() | ops.Identity(None):
            return op
        case ops.Activate(axis=axis):
            return op if axis is None else replace(op, axis=axis - 1) if axis > 0 else None
        case ops.BatchNorm(axis=axis, mode=0):
            return replace(op, axis=axis - 1) if axis > 0 else None
        case ops.Merge(mode=mode, axis=axis) if mode not in ("dot", "cos"):
            return op if axis is None else replace(op, axis=axis - 1) if axis > 0 else None
        case ops.Permute(order) if order[0] == 0 and len(order) > 1:
            return ops.Permute(tuple(axis - 1 for axis in order[1:]))
    return None


def times_mapped(op: Op, inputs: Shapes, depth: int) -> Op:
    """`op` applied to every slice along the first `depth` axes. inputs: shapes of the innermost slices."""
    for _ in range(depth):
        op = mapped(op, inputs)
    return op


def times_sliced(op: Op, depth: int) -> Op | None:
    """What `op` does to every slice along the first `depth` axes."""
    found: Op | None = op
    for _ in range(depth):
        found = None if found is None else sliced(found)
    return found


def innermost(op: Op) -> tuple[Op, int]:
    """What stands inside all TimeDistributed, and how many there are."""
    depth = 0
    while isinstance(op, ops.Mapped):
        op, depth = op.inner, depth + 1
    return op, depth


def unwrapped(node: Node) -> Node:
    """The node with what stands inside all TimeDistributed; its shapes are still those outside."""
    return replace(node, op=innermost(node.op)[0])


def seen_inside(graph: Graph) -> Graph:
    """The graph as layers inside a TimeDistributed see it: every value one slice, every operation that of a slice."""
    return replace(graph, nodes=tuple(_seen(node) for node in graph.nodes))


def _seen(node: Node) -> Node:
    if isinstance(node.op, ops.ConvRecurrent):
        return replace(node, op=ops.step_convolution(node.op), shape=node.shape[1:])
    op = node.op if isinstance(node.op, ops.Input) else sliced(node.op) or OUTSIDE
    return replace(node, op=op, shape=node.shape[1:])
