"""Highway: what goes in passes through, so rows, columns and biases all follow the order of the vector it reads.

Keras 3 has no such layer: two Dense layers, and x + t * (h - x), which is t * h + (1 - t) * x. Source: traps 12.
"""

from __future__ import annotations

from dataclasses import replace

from dimorder.graph import Node, Tensor
from dimorder.plan import Edit
from dimorder.rules.tracing import Traced, Tracing, along
from dimorder.semantics import Activate, Dense, Highway, Merge

ORDER = "follows the order of the vector that passes through"


def trace(tracing: Tracing, node: Node, op: Highway) -> None:
    """The same layer, or its form in Keras 2 and 3."""
    value = tracing.read(node)
    tensors = _moved(tracing, node, value)
    if tracing.goal.dialect == "same":
        tracing.put(node, op, (value,), value.order, value.index, value.origins, tensors)
    else:
        _built(tracing, node, op, value, tensors)


def _moved(tracing: Tracing, node: Node, value: Traced) -> tuple[Tensor, ...]:
    rows, columns = (along(axis, value.picked(0), ORDER) for axis in (0, 1))
    kernels = [tracing.move(node, tensor, rows + columns, ORDER) for tensor in node.tensors[:2]]
    return (*kernels, *(tracing.move(node, tensor, rows, ORDER) for tensor in node.tensors[2:]))


def _built(tracing: Tracing, node: Node, op: Highway, value: Traced, tensors: tuple[Tensor, ...]) -> None:
    kernels, biases = tensors[:2], tensors[2:]
    own, gate = (
        _dense(tracing, node, part, value, (kernels[n], *biases[n : n + 1]))
        for n, part in enumerate(("transform", "carry"))
    )
    if op.activation.kind != "linear":
        own = tracing.add(f"{node.layer}_transform_{op.activation.kind}", op.activation, (own,), node.layer)
    gate = tracing.add(f"{node.layer}_carry_sigmoid", Activate("sigmoid"), (gate,), node.layer)
    difference = tracing.add(f"{node.layer}_difference", Merge("sub"), (own, value), node.layer)
    gated = tracing.add(f"{node.layer}_gated", Merge("mul"), (gate, difference), node.layer)
    tracing.edits.append(Edit(node.layer, "built from two Dense layers: today's Keras has no Highway"))
    tracing.put(node, Merge("sum"), (value, gated), value.order, value.index, value.origins, ())


def _dense(tracing: Tracing, node: Node, part: str, value: Traced, tensors: tuple[Tensor, ...]) -> Traced:
    dense = Dense(tensors[0].shape[1], use_bias=len(tensors) > 1)
    made = tracing.heir(node, part, dense, (value,), tensors)
    return replace(value, name=made.name, shape=made.shape)
