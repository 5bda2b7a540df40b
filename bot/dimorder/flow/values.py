"""Conversions that are exact for some numbers only: the arrays are looked at before anything is written."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dimorder.engine.proof.arrays import is_finite
from dimorder.flow.opened import Settled
from dimorder.graph import Node
from dimorder.plan import Plan, Refusal
from dimorder.semantics import SReLU
from dimorder.steps import Square, apply

_KERAS3 = "write the .keras form: -o NAME.keras"


def refused_by_values(settled: Settled, plan: Plan) -> tuple[Refusal, ...]:
    """Layers whose own numbers the planned form cannot carry."""
    if settled.graph is None or plan.graph is None:
        return ()
    converted = plan.graph.by_name()
    return tuple(
        refusal
        for node in settled.graph.nodes
        for refusal in (*_slopes(settled, node, converted.get(node.name)), *_variances(settled, node, plan))
    )


def without_numbers(settled: Settled) -> str:
    """Why no predictions of the model can be compared, though they can be computed; "" where they can."""
    for tensor in settled.arrays():
        if not is_finite(settled.opened.read(tensor)):
            return f"{tensor.name!r} holds NaN or infinite numbers, so that no predictions can be compared"
    return ""


def _slopes(settled: Settled, node: Node, converted: Node | None) -> Iterator[Refusal]:
    """With a negative slope Theano and TensorFlow compute different SReLUs (traps 24)."""
    if not (isinstance(node.op, SReLU) and converted is not None and isinstance(converted.op, SReLU)):
        return
    if node.op.orientation != converted.op.orientation and np.min(settled.opened.read(node.tensors[1])) < 0:
        because = "SReLU with a negative left slope, which Theano clips after the slope and TensorFlow before it"
        yield Refusal(node.layer, because, _KERAS3)


def _variances(settled: Settled, node: Node, plan: Plan) -> Iterator[Refusal]:
    """A larger epsilon leaves less than nothing of a very small variance."""
    for tensor in node.tensors:
        steps = plan.moves[tensor.address].steps
        shrinks = any(isinstance(step, Square) and step.after > step.before**2 for step in steps)
        if shrinks and np.min(apply(steps, settled.opened.read(tensor))) < 0:
            because = "TensorFlow raises its epsilon, by more than the smallest of its variances"
            yield Refusal(node.layer, because, _KERAS3)
