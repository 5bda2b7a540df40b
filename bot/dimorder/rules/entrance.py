"""Inputs and embeddings: what a model is fed, and in which layout from now on."""

from __future__ import annotations

from dimorder.graph import Node
from dimorder.layout import channel_view
from dimorder.rules.readers import expectations
from dimorder.rules.tracing import Tracing
from dimorder.semantics import Embedding, Input


def trace_input(tracing: Tracing, node: Node, op: Input) -> None:
    """A map moves when spatial layers of one ordering, or only a Flatten, read it; sequences and vectors stay."""
    order = _order(tracing, node, op)
    moved = Input(tuple(op.shape[axis] for axis in order), op.dtype)
    tracing.put(node, moved, (), order)


def _order(tracing: Tracing, node: Node, op: Input) -> tuple[int, ...]:
    goal, rank = tracing.goal, len(op.shape) - 1
    stays = tuple(range(len(op.shape)))
    if rank not in (2, 3) or node.layer in goal.keep_inputs or node.name in goal.keep_inputs:
        return stays
    found = expectations(tracing.source, node.name)
    if {"first", "last"} <= found:
        return stays
    if "first" in found or (found == {"flatten"} and goal.source_channels == "first"):
        return channel_view(rank, "first", goal.channels)
    if "last" in found or (found == {"flatten"} and goal.source_channels == "last"):
        return channel_view(rank, "last", goal.channels)
    return stays


def trace_embedding(tracing: Tracing, node: Node, op: Embedding) -> None:
    """Tokens in, sequences out: nothing moves."""
    value = tracing.original(tracing.read(node), node)
    tensors = tuple(tracing.move(node, tensor, (), "") for tensor in node.tensors)
    tracing.put(node, op, (value,), tuple(range(len(node.shape))), tensors=tensors)
