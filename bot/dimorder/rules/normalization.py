"""BatchNormalization: the axis is mapped, and what an old Keras stored becomes the variance of sqrt(v + epsilon).

Source: layout-facts 2a; traps 21 to 23.
"""

from __future__ import annotations

import math
from dataclasses import replace

from dimorder.errors import Refused
from dimorder.graph import Node
from dimorder.plan import Edit
from dimorder.rules.elementwise import SAMPLE, sample_steps
from dimorder.rules.opaque import leave
from dimorder.rules.tracing import Traced, Tracing, along
from dimorder.semantics import BatchNorm, ElementNorm, Reshape
from dimorder.steps import Regroup, Root, Square, Step

VECTOR = "follows the order of the vector it normalises"


def trace(tracing: Tracing, node: Node, op: BatchNorm) -> None:
    """The normalised axis is mapped; -1 in a channels-first model means width, and stays width (traps 21)."""
    if op.mode != 0:
        leave(tracing, node, op, f"BatchNormalization of mode {op.mode} exists only in Keras 1")
        return
    value = tracing.read(node)
    axis = value.order.index(op.axis)
    converted, computed = _restated(replace(op, axis=axis), len(node.shape), tracing)
    if computed:
        says = f"epsilon {op.epsilon:g} becomes {converted.epsilon:g}, and its statistic with it"
        tracing.edits.append(Edit(node.layer, says))
    order = along(0, value.picked(axis), VECTOR)
    *others, statistic = node.tensors
    tensors = [tracing.move(node, tensor, order, VECTOR) for tensor in others]
    because = "; ".join([VECTOR] * bool(order) + ["the target divides by sqrt(variance + epsilon)"] * bool(computed))
    tensors.append(tracing.move(node, statistic, order + computed, because))
    tracing.put(node, converted, (value,), value.order, value.index, value.origins, tuple(tensors))


def trace_elements(tracing: Tracing, node: Node, op: ElementNorm) -> None:
    """Every array is transposed like the map; later Keras normalises the map as one vector."""
    value = tracing.read(node)
    if tracing.goal.dialect != "same":
        _as_vector(tracing, node, op, value)
        return
    steps = sample_steps(value)
    tensors = tuple(tracing.move(node, tensor, steps, SAMPLE) for tensor in node.tensors)
    tracing.put(node, op, (value,), value.order, value.index, value.origins, tensors)


def _as_vector(tracing: Tracing, node: Node, op: ElementNorm, value: Traced) -> None:
    """Reshape to a vector, BatchNormalization over its one axis, Reshape back."""
    sizes = tuple(size for size in value.shape if size is not None)
    if len(sizes) != len(value.shape):
        raise Refused(
            f"layer {node.layer!r}: the size of the map it normalises is not known",
            hint="pass an architecture with a fixed input shape",
        )
    count = math.prod(sizes)
    converted, computed = _squared(BatchNorm(0, op.epsilon, statistic="std", formula="std+e"), 0.0)
    steps = (*sample_steps(value), Regroup(sizes, (count,)))
    *others, statistic = node.tensors
    tensors = [tracing.move(node, tensor, steps, SAMPLE) for tensor in others]
    because = f"{SAMPLE}; the target divides by sqrt(variance + epsilon)"
    tensors.append(tracing.move(node, statistic, steps + computed, because))
    vector = replace(tracing.add(f"{node.layer}_vector", Reshape((count,)), (value,), node.layer), order=(0,), index={})
    normed = tracing.heir(node, "normalized", converted, (vector,), tuple(tensors))
    says = f"normalised as one vector of {count}: today's Keras has no statistics of every element"
    tracing.edits.append(Edit(node.layer, says))
    tracing.put(node, Reshape(sizes), (normed,), value.order, value.index, value.origins, ())


def _restated(op: BatchNorm, rank: int, tracing: Tracing) -> tuple[BatchNorm, tuple[Step, ...]]:
    """The operation with the target's formula, and what its statistic becomes."""
    wanted = _formula(op, tracing)
    if wanted != op.formula:
        return (_squared if wanted == "sqrt(v+e)" else _rooted)(op, _least(op, rank, tracing))
    least = _least(op, rank, tracing)
    if op.formula != "sqrt(v+e)" or op.epsilon >= least:
        return op, ()
    # v + epsilon stays as it is.
    return replace(op, epsilon=least), (Square(0.0, least - op.epsilon, of_variance=True),)


def _formula(op: BatchNorm, tracing: Tracing) -> str:
    """What the target computes: each version of Keras 1 its own, one of them by backend."""
    if tracing.goal.dialect != "same":
        return "sqrt(v+e)"
    if not op.theano:
        return op.formula
    return op.theano if tracing.goal.orientation == "convolution" else "sqrt(v+e)"


def _least(op: BatchNorm, rank: int, tracing: Tracing) -> float:
    """TensorFlow's fused form, for maps with channels first or last, raises a smaller epsilon to this."""
    return tracing.goal.least_epsilon if rank == 3 and op.axis != 1 else 0.0


def _squared(op: BatchNorm, least: float) -> tuple[BatchNorm, tuple[Step, ...]]:
    """With epsilon = (old epsilon)² the variance is never negative."""
    epsilon = max(op.epsilon**2, least)
    step = Square(op.epsilon, epsilon, of_variance=op.statistic == "variance")
    return replace(op, statistic="variance", formula="sqrt(v+e)", epsilon=epsilon), (step,)


def _rooted(op: BatchNorm, least: float) -> tuple[BatchNorm, tuple[Step, ...]]:
    """Back to the Theano of Keras 1.0.6 or 1.0.7."""
    assert op.theano
    epsilon, of_variance = math.sqrt(op.epsilon), op.theano == "sqrt(v)+e"
    converted = replace(op, statistic="variance" if of_variance else "std", formula=op.theano, epsilon=epsilon)
    return converted, (Root(epsilon, op.epsilon, of_variance),)
