"""Layers that keep shape and order: normalisation, slopes, activations, dropout; their arrays follow the value."""

from __future__ import annotations

from dataclasses import replace

from dimorder.errors import Refused
from dimorder.graph import Node
from dimorder.plan import Step, axis_permute
from dimorder.rules.tracing import Tracing, along
from dimorder.semantics import Activate, BatchNorm, Identity, PReLU, Scale

VECTOR = "follows the order of the vector it normalises"


def trace_batch_norm(tracing: Tracing, node: Node, op: BatchNorm) -> None:
    """The normalised axis is mapped; -1 in a channels-first model means width, and stays width (traps 21)."""
    if op.mode != 0:
        raise Refused(f"layer {node.layer!r}: BatchNormalization mode {op.mode} exists only in Keras 1")
    value = tracing.read(node)
    axis = value.order.index(op.axis)
    steps = along(0, value.picked(axis), VECTOR)
    tensors = tuple(tracing.move(node, tensor, steps, VECTOR) for tensor in node.tensors)
    tracing.put(node, replace(op, axis=axis), (value,), value.order, value.index, value.origins, tensors)


def trace_prelu(tracing: Tracing, node: Node, op: PReLU) -> None:
    """alpha lies like a sample: its axes move with the value's, shared axes too (traps 24)."""
    value = tracing.read(node)
    identity = tuple(range(len(value.order)))
    steps: tuple[Step, ...] = () if value.order == identity else (axis_permute(value.order),)
    for axis, picked in value.index.items():
        if value.order[axis] not in op.shared_axes:
            steps += along(axis, picked, VECTOR)
    shared = tuple(sorted(value.order.index(axis) for axis in op.shared_axes))
    alpha = tracing.move(node, node.tensors[0], steps, "its axes follow the map")
    tracing.put(node, PReLU(shared), (value,), value.order, value.index, value.origins, (alpha,))


def trace_activate(tracing: Tracing, node: Node, op: Activate) -> None:
    """Softmax keeps its axis wherever that axis now lies."""
    value = tracing.read(node)
    if op.kind == "softmax":
        last = len(value.order) - 1
        axis = value.order.index(last if op.axis is None else op.axis)
        op = replace(op, axis=None if axis == last else axis)
    tracing.put(node, op, (value,), value.order, value.index, value.origins)


def trace_plain(tracing: Tracing, node: Node, op: Identity | Scale) -> None:
    """Nothing to rewrite but the axes of a dropout that drops whole maps."""
    value = tracing.read(node)
    if isinstance(op, Identity) and op.channels is not None and len(value.order) > 2:
        value, channels = tracing.in_channels(value, len(value.order) - 1, op.channels, node)
        op = Identity(channels)
    tracing.put(node, op, (value,), value.order, value.index, value.origins)
