"""Layers with several inputs: all are brought to one view; an axis is mapped, never assumed.

Source: layout-facts 5; traps 13, 20.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dimorder.graph import Node
from dimorder.plan import Edit
from dimorder.rules.opaque import leave
from dimorder.rules.tracing import NeedsOriginalOrder, Traced, Tracing, same_index
from dimorder.semantics import Merge, Permute, Reshape, product
from dimorder.steps import Index


def trace(tracing: Tracing, node: Node, op: Merge) -> None:
    """Rewrite one merge by its kind."""
    values = [tracing.read(node, number) for number in range(len(node.inputs))]
    if op.mode == "concat":
        _concat(tracing, node, op, values)
    elif op.mode in ("dot", "cos"):
        _dot(tracing, node, op, values)
    else:
        _elementwise(tracing, node, op, values)


def _aligned(tracing: Tracing, node: Node, values: list[Traced]) -> list[Traced]:
    """All inputs with their axes in one order: that of the first one that has moved."""
    if len({len(value.order) for value in values}) > 1:
        return [tracing.original(value, node) for value in values]
    orders = [value.order for value in values if value.order != tuple(range(len(value.order)))]
    order = orders[0] if orders else values[0].order
    return [tracing.arranged(value, order, node) for value in values]


def _origins(values: list[Traced]) -> frozenset[str]:
    return frozenset().union(*(value.origins for value in values))


def _elementwise(tracing: Tracing, node: Node, op: Merge, values: list[Traced]) -> None:
    values = _aligned(tracing, node, values)
    first = values[0]
    alike = all(same_index(first.index, value.index) and value.shape == first.shape for value in values)
    if not alike and any(value.index for value in values):
        raise NeedsOriginalOrder(_origins(values))
    tracing.put(node, op, tuple(values), first.order, first.index, _origins(values))


def _concat(tracing: Tracing, node: Node, op: Merge, values: list[Traced]) -> None:
    values = _aligned(tracing, node, values)
    assert op.axis is not None
    axis = values[0].order.index(op.axis)
    others = [{a: i for a, i in value.index.items() if a != axis} for value in values]
    sizes = [value.shape[axis] for value in values]
    mixed = any(axis in value.index for value in values)
    if any(not same_index(others[0], other) for other in others) or (mixed and None in sizes):
        raise NeedsOriginalOrder(_origins(values))
    index = dict(others[0])
    if mixed:
        index[axis] = _joined([value.picked(axis) for value in values], [size or 0 for size in sizes])
    tracing.put(node, replace(op, axis=axis), tuple(values), values[0].order, index, _origins(values))


def _joined(picked: list[Index | None], sizes: list[int]) -> Index:
    """Each part's order, shifted behind the parts in front of it."""
    starts = np.cumsum([0, *sizes[:-1]])
    parts = [
        start + (np.arange(size) if index is None else index)
        for index, size, start in zip(picked, sizes, starts, strict=True)
    ]
    return np.concatenate(parts).astype(np.int64)


def _dot(tracing: Tracing, node: Node, op: Merge, values: list[Traced]) -> None:
    """Products over vectors in one and the same order do not feel the order; maps go back to their original axes."""
    assert op.dot_axes is not None
    if because := _not_written(tracing, op, values):
        leave(tracing, node, op, because)
        return
    if len(op.dot_axes[0]) > 1 and tracing.goal.dialect != "same":
        _over_all_axes(tracing, node, op, values)
        return
    vectors = all(len(value.order) == 1 for value in values)
    if not (vectors and same_index(values[0].index, values[1].index)):
        values = [tracing.original(value, node) for value in values]
    tracing.put(node, op, tuple(values), tuple(range(len(node.shape))))


def _not_written(tracing: Tracing, op: Merge, values: list[Traced]) -> str:
    """Why the target's Keras has no layer for this product, "" if it has one."""
    assert op.dot_axes is not None
    several = len(op.dot_axes[0]) > 1
    if tracing.goal.dialect == "same":
        moves = several and tracing.goal.orientation == "correlation"
        return "only Theano sums a dot product over several axes" if moves else ""
    if op.mode == "cos" and any(len(value.order) > 1 for value in values):
        # Keras 1 divides by the root of the matrices' own products here: engine/topology.py at 1.2.2.
        return "today's Keras has nothing like Keras 1's cosine of matrices"
    known = None not in [size for value in values for size in value.shape]
    whole = known and all(len(axes) == len(value.order) for axes, value in zip(op.dot_axes, values, strict=True))
    return "today's Keras sums a dot product over one axis only" if several and not whole else ""


def _over_all_axes(tracing: Tracing, node: Node, op: Merge, values: list[Traced]) -> None:
    """The same sum over two vectors, each with its axes in the order in which they are paired."""
    assert op.dot_axes is not None
    vectors = []
    for axes, value in zip(op.dot_axes, values, strict=True):
        value = tracing.original(value, node)
        if axes != tuple(range(len(axes))):
            value = tracing.add(f"{node.layer}_paired", Permute(axes), (value,), node.layer)
        flat = tracing.add(f"{node.layer}_vector", Reshape((product(value.shape) or 0,)), (value,), node.layer)
        vectors.append(Traced(flat.name, flat.shape, (0,)))
    tracing.edits.append(Edit(node.layer, "the product of two vectors: today's Keras sums over one axis only"))
    tracing.put(node, replace(op, dot_axes=((0,), (0,))), tuple(vectors), (0,))
