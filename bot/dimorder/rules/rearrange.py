"""Flatten, Reshape, Permute, RepeatVector: where views turn into orders of elements and back.

Source: layout-facts 5 and section 5; traps 14 to 18.
"""

from __future__ import annotations

import math

import numpy as np

from dimorder.errors import Refused
from dimorder.graph import Node
from dimorder.plan import Edit
from dimorder.rules.readers import map_order
from dimorder.rules.tracing import Traced, Tracing, WantsColumns, is_identity
from dimorder.semantics import (
    Activate,
    BatchNorm,
    Dense,
    Flatten,
    Identity,
    ParametricSoftplus,
    Permute,
    PReLU,
    Repeat,
    Reshape,
    Scale,
    Shape,
    SReLU,
)
from dimorder.steps import Index


def trace_flatten(tracing: Tracing, node: Node, op: Flatten) -> None:
    """The order of the new vector in terms of the old one; kept as it was where some reader needs that."""
    value = tracing.read(node)
    if node.name in tracing.kept_order:
        value = tracing.original(value, node)
        tracing.put(node, op, (value,), (0,))
        return
    old_shape = _shape(tracing, node)
    channels = tracing.goal.flatten if len(value.order) > 1 else "last"
    if value.is_original and channels == op.channels:
        tracing.put(node, op, (value,), (0,))
        return
    index = _flattened(old_shape, value, op, Flatten(channels), node)
    tracing.put(node, Flatten(channels), (value,), (0,), {0: index}, value.origins | {node.name})


def _shape(tracing: Tracing, node: Node) -> Shape:
    return tracing.source.by_name()[node.inputs[0]].shape


def _flattened(shape: Shape, value: Traced, old: Flatten, new: Flatten, node: Node) -> Index:
    """new vector[i] = old vector[index[i]], by pushing numbered elements through both."""
    if len(shape) == 1:
        return value.index[0]
    sizes = [size for size in shape if size is not None]
    if len(sizes) != len(shape):
        raise Refused(
            f"layer {node.layer!r}: the size of the map it flattens is not known",
            hint="pass an architecture with a fixed input shape",
        )
    numbered = np.arange(math.prod(sizes)).reshape(sizes)
    through_old = _flat(numbered, old)
    moved = numbered.transpose(value.order)
    for axis, picked in value.index.items():
        moved = moved.take(picked, axis)
    through_new = _flat(moved, new)
    position = np.argsort(through_old, kind="stable")
    return position[through_new].astype(np.int64)


def _flat(array: Index, op: Flatten) -> Index:
    return (np.moveaxis(array, 0, -1) if op.channels == "first" else array).ravel()


def trace_reshape(tracing: Tracing, node: Node, op: Reshape) -> None:
    """A vector that becomes a map may arrive in the map's new order; everything else keeps the old one."""
    value = tracing.read(node)
    target = node.shape
    order = map_order(tracing.source, node.name, tracing.goal.channels)
    fixed = order is not None and len(value.order) == 1 and None not in target
    if fixed and _reshaped(tracing, node, value, target, order or ()):
        return
    value = tracing.original(value, node)
    tracing.put(node, op, (value,), tuple(range(len(target))))


def _reshaped(tracing: Tracing, node: Node, value: Traced, target: Shape, order: tuple[int, ...]) -> bool:
    sizes = [size for size in target if size is not None]
    wanted = np.arange(math.prod(sizes)).reshape(sizes).transpose(order).ravel().astype(np.int64)
    has = value.picked(0)
    arrives = is_identity(wanted) if has is None else np.array_equal(has, wanted)
    if arrives:
        tracing.put(node, Reshape(tuple(sizes[axis] for axis in order)), (value,), order)
        return True
    dense = _dense_behind(tracing, node.inputs[0])
    if dense is not None and dense not in tracing.refused_columns and dense not in tracing.columns:
        raise WantsColumns(dense, wanted)
    return False


def _dense_behind(tracing: Tracing, name: str) -> str | None:
    """The Dense whose columns arrive here, through layers that keep order."""
    nodes = tracing.source.by_name()
    while isinstance(nodes[name].op, Activate | BatchNorm | PReLU | SReLU | ParametricSoftplus | Identity | Scale):
        name = nodes[name].inputs[0]
    return name if isinstance(nodes[name].op, Dense) and len(nodes[name].shape) == 1 else None


def trace_permute(tracing: Tracing, node: Node, op: Permute) -> None:
    """A Permute takes the change of axes upon itself: what comes out is as in the original, or as its reader wants."""
    value = tracing.read(node)
    if value.index:
        value = tracing.original(value, node)
    order = map_order(tracing.source, node.name, tracing.goal.channels) or tuple(range(len(op.order)))
    # new_out = old_out.transpose(order), old_out = old_in.transpose(op.order), new_in = old_in.transpose(value.order)
    dims = tuple(value.order.index(op.order[axis]) for axis in order)
    if dims != op.order:
        tracing.edits.append(Edit(node.layer, "axes of the Permute rewritten"))
    tracing.put(node, Permute(dims), (value,), order)


def trace_repeat(tracing: Tracing, node: Node, op: Repeat) -> None:
    """A vector stays in its order, one axis further on."""
    value = tracing.read(node)
    index = {1: value.index[0]} if value.index else {}
    tracing.put(node, op, (value,), (0, 1), index, value.origins)
