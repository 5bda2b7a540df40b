"""Inputs and embeddings: what a model is fed, and in which layout from now on."""

from __future__ import annotations

from dimorder.graph import Node
from dimorder.layout import channel_view
from dimorder.mapping import seen_inside
from dimorder.rules.readers import expectations, within
from dimorder.rules.tracing import Goal, Tracing
from dimorder.semantics import Embedding, Input


def trace_input(tracing: Tracing, node: Node, op: Input) -> None:
    """A map moves when spatial layers of one ordering, or only a Flatten, read it; sequences and vectors stay."""
    order = _order(tracing, node, op)
    moved = Input(tuple(op.shape[axis] for axis in order), op.dtype)
    tracing.put(node, moved, (), order)


def _order(tracing: Tracing, node: Node, op: Input) -> tuple[int, ...]:
    goal, axes = tracing.goal, len(op.shape)
    if node.layer in goal.keep_inputs or node.name in goal.keep_inputs:
        return tuple(range(axes))
    graph = tracing.source
    for depth in range(axes - 2):
        found = expectations(graph, node.name)
        if found and axes - depth in (3, 4):
            return within(depth, _of_map(found, axes - depth - 1, goal))
        graph = seen_inside(graph)
    return tuple(range(axes))


def _of_map(found: set[str], rank: int, goal: Goal) -> tuple[int, ...]:
    """The order of a map's axes. found: what its readers expect."""
    if {"first", "last"} <= found:
        return tuple(range(rank + 1))
    if "first" in found or (found == {"flatten"} and goal.source_channels == "first"):
        return channel_view(rank, "first", goal.channels)
    if "last" in found or (found == {"flatten"} and goal.source_channels == "last"):
        return channel_view(rank, "last", goal.channels)
    return tuple(range(rank + 1))


def trace_embedding(tracing: Tracing, node: Node, op: Embedding) -> None:
    """Tokens in, sequences out: nothing moves."""
    value = tracing.original(tracing.read(node), node)
    tensors = tuple(tracing.move(node, tensor, (), "") for tensor in node.tensors)
    tracing.put(node, op, (value,), tuple(range(len(node.shape))), tensors=tensors)
