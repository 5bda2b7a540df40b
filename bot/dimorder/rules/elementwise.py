"""Layers that keep shape and order: slopes, activations, dropout; their arrays follow the value."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dimorder.graph import Node, Tensor
from dimorder.plan import Edit
from dimorder.rules.tracing import Traced, Tracing, along
from dimorder.semantics import Activate, Formula, Identity, Merge, PReLU, Scale
from dimorder.steps import Step, axis_permute

VECTOR = "follows the order of the vector it reads"
SAMPLE = "its axes follow the map"


def trace_prelu(tracing: Tracing, node: Node, op: PReLU) -> None:
    """alpha lies like a sample: its axes move with the value's, shared axes too (traps 24)."""
    value = tracing.read(node)
    tensors, shared = moved_sample(tracing, node, op.shared_axes or (), value)
    tracing.put(node, PReLU(shared), (value,), value.order, value.index, value.origins, tensors)


def moved_sample(
    tracing: Tracing, node: Node, shared_axes: tuple[int, ...], value: Traced
) -> tuple[tuple[Tensor, ...], tuple[int, ...]]:
    """The node's arrays, all of which lie like a sample with 1 on shared axes, moved as the value is; those axes."""
    steps = sample_steps(value, shared_axes)
    shared = tuple(sorted(value.order.index(axis) for axis in shared_axes))
    return tuple(tracing.move(node, tensor, steps, SAMPLE) for tensor in node.tensors), shared


def sample_steps(value: Traced, shared_axes: tuple[int, ...] = ()) -> tuple[Step, ...]:
    """How an array that lies like a sample, with 1 on shared axes, is moved as the value is."""
    identity = tuple(range(len(value.order)))
    steps: tuple[Step, ...] = () if value.order == identity else (axis_permute(value.order),)
    for axis, picked in value.index.items():
        if value.order[axis] not in shared_axes:
            steps += along(axis, picked, VECTOR)
    return steps


def trace_activate(tracing: Tracing, node: Node, op: Activate) -> None:
    """Softmax keeps its axis wherever that axis now lies."""
    value = tracing.read(node)
    if op.kind == "thresholded_linear" and tracing.goal.dialect != "same":
        _build_thresholded(tracing, node, op, value)
        return
    if op.kind == "softmax":
        last = len(value.order) - 1
        axis = value.order.index(last if op.axis is None else op.axis)
        op = replace(op, axis=None if axis == last else axis)
    tracing.put(node, op, (value,), value.order, value.index, value.origins)


def _build_thresholded(tracing: Tracing, node: Node, op: Activate, value: Traced) -> None:
    """What lies beyond theta, less what lies beyond it on the other side.

    A thresholded ReLU passes what is above its theta, this layer also theta itself (0.3.3 advanced_activations.py).
    """
    below = float(np.nextafter(np.float32(op.theta), np.float32(0)))
    beyond = Activate("thresholded_relu", theta=below) if op.theta > 0 else Activate("relu")
    zero = tracing.add(f"{node.layer}_zero", Merge("sub"), (value, value), node.layer)
    negated = tracing.add(f"{node.layer}_negated", Merge("sub"), (zero, value), node.layer)
    above = tracing.add(f"{node.layer}_above", beyond, (value,), node.layer)
    under = tracing.add(f"{node.layer}_under", beyond, (negated,), node.layer)
    tracing.edits.append(Edit(node.layer, "built from two ReLUs: today's Keras has no ThresholdedLinear"))
    tracing.put(node, Merge("sub"), (above, under), value.order, value.index, value.origins)


def trace_plain(tracing: Tracing, node: Node, op: Identity | Scale | Formula) -> None:
    """Nothing to rewrite but the axes of a dropout that drops whole maps."""
    value = tracing.read(node)
    if isinstance(op, Identity) and op.channels is not None and len(value.order) > 2:
        value, channels = tracing.in_channels(value, len(value.order) - 1, op.channels, node)
        op = Identity(channels)
    tracing.put(node, op, (value,), value.order, value.index, value.origins)
