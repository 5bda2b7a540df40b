"""Keras's implicit masks: which values carry one, and which layers heed it.

A mask says of every step whether it counts. It is made by Embedding(mask_zero) and Masking, goes along with a value
through layers that support masks, and is lost at others (Keras 1 and 2 refuse to build these on a masked value).
Source: supports_masking and compute_mask in keras/layers at 1.0.8, 1.2.2, 2.0.8, 2.2.4, 2.3.1 and 3.15.1.
"""

from __future__ import annotations

from collections.abc import Mapping

from dimorder import semantics as ops
from dimorder.graph import Graph, Node

UNCLEAR = "?"
"""Stands for a mask that Keras versions compute differently."""

PASSING = (
    ops.Dense, ops.Activate, ops.BatchNorm, ops.PReLU, ops.SReLU, ops.ParametricSoftplus, ops.Identity, ops.Scale,
)  # fmt: skip
MERGING = ("sum", "sub", "mul", "ave", "max", "min", "concat")
Carried = Mapping[str, str]
"""By the name of a value: the node that made the mask it carries, or UNCLEAR; absent where it carries none."""


def carried(graph: Graph) -> Carried:
    """The masks of all values."""
    found: dict[str, str] = {}
    if not any(makes(node) for node in graph.nodes):
        return found
    for node in graph.nodes:
        given = tuple(found.get(name) for name in node.inputs)
        if (mask := _after(node, given)) is not None:
            found[node.name] = mask
    return found


def makes(node: Node) -> bool:
    """Whether this node makes a mask of its own."""
    return isinstance(node.op, ops.Masking) or (isinstance(node.op, ops.Embedding) and node.op.mask_zero)


def heeds(op: ops.Op) -> bool:
    """Whether its value depends on a mask."""
    if isinstance(op, ops.Mapped):
        return heeds(op.inner)
    if isinstance(op, ops.Activate):
        return op.kind == "softmax" and op.axis is not None
    is_mean = isinstance(op, ops.GlobalPool) and (op.rank, op.kind) == (1, "ave")
    return is_mean or isinstance(op, ops.Recurrent | ops.Bidirectional | ops.ConvRecurrent)


def _after(node: Node, given: tuple[str | None, ...]) -> str | None:
    if makes(node):
        # Inside a TimeDistributed, versions disagree whether a mask is made.
        return node.name if len(node.shape) == 2 else UNCLEAR
    if not any(given):
        return None
    op = node.op
    if isinstance(op, PASSING):
        return given[0]
    if isinstance(op, ops.Mapped):
        return UNCLEAR if isinstance(op.inner, ops.Embedding | ops.Masking) else given[0]
    if isinstance(op, ops.Recurrent | ops.Bidirectional):
        inner = op.inner if isinstance(op, ops.Bidirectional) else op
        return given[0] if inner.sequences else None
    if isinstance(op, ops.Merge):
        return _merged(op, given)
    return UNCLEAR if isinstance(op, ops.Opaque | ops.Formula | ops.ConvRecurrent) else None


def _merged(op: ops.Merge, given: tuple[str | None, ...]) -> str | None:
    """Where all carry the same mask it goes on; else Keras 1 and 2 take what all agree on, Keras 3 what any says."""
    if op.mode not in MERGING:
        return None
    same = len(set(given)) == 1 and not (op.mode == "concat" and op.axis == 0)
    return given[0] if same else UNCLEAR
