"""MaxoutDense: axis 1 of its kernel follows the order of the vector it reads.

Keras 3 has no such layer: one wide Dense, its columns laid out as (features, units), and the largest over features.
Source: traps 12.
"""

from __future__ import annotations

from dimorder.graph import Node
from dimorder.plan import Edit
from dimorder.rules.dense import ROWS
from dimorder.rules.tracing import Traced, Tracing, along
from dimorder.semantics import Dense, GlobalPool, Maxout, Reshape
from dimorder.steps import Regroup, Step, axis_permute


def trace(tracing: Tracing, node: Node, op: Maxout) -> None:
    """The same layer, or its form in Keras 2 and 3."""
    value = tracing.read(node)
    rows = along(1, value.picked(0), ROWS)
    if tracing.goal.dialect == "same":
        kernel, *bias = node.tensors
        moved = tracing.move(node, kernel, rows, ROWS)
        rest = tuple(tracing.move(node, tensor, (), "") for tensor in bias)
        tracing.put(node, op, (value,), (0,), tensors=(moved, *rest))
    else:
        _built(tracing, node, op, value, rows)


def _built(tracing: Tracing, node: Node, op: Maxout, value: Traced, rows: tuple[Step, ...]) -> None:
    kernel, *bias = node.tensors
    features, inputs, units = kernel.shape
    wide = features * units
    laid: tuple[Step, ...] = (axis_permute((1, 0, 2)), Regroup((inputs, features, units), (inputs, wide)))
    moved = tracing.move(node, kernel, rows + laid, "the products of all features side by side")
    flat = Regroup((features, units), (wide,))
    rest = tuple(tracing.move(node, tensor, (flat,), "the biases of all features side by side") for tensor in bias)
    products = tracing.heir(node, "products", Dense(wide, op.use_bias), (value,), (moved, *rest))
    table = tracing.add(f"{node.layer}_features", Reshape((features, units)), (products,), node.layer)
    tracing.edits.append(Edit(node.layer, "built from one Dense: today's Keras has no MaxoutDense"))
    tracing.put(node, GlobalPool(1, "max", "last"), (table,), (0,), tensors=())
