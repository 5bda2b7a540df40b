"""SimpleRNN, LSTM, GRU, Bidirectional: rows of kernels follow the order of what is read, gates the target's slope.

Source: layout-facts 9 (hard_sigmoid); traps 12, 16, 32.
"""

from __future__ import annotations

from dataclasses import replace

from dimorder.cudnn import plain_steps
from dimorder.errors import Refused
from dimorder.graph import Node, Tensor
from dimorder.plan import Edit
from dimorder.rules.tracing import NeedsOriginalOrder, Traced, Tracing, along
from dimorder.semantics import Activate, Bidirectional, Masking, Recurrent
from dimorder.steps import Multiply, Step

CUDNN = "gates lie otherwise in a layer that does not need CuDNN"
ROWS = "rows follow the elements of each step"
SLOPE = 1 / 6
"""Of Keras 3's hard_sigmoid."""
GATED = {"simple": (), "lstm": ((0, 2), (3, 4)), "gru": ((0, 2),)}
"""Which gates (start, stop) pass through the gate activation; the rest through the state's."""
STATED = {"simple": ((0, 1),), "lstm": ((2, 3),), "gru": ((2, 3),)}


def trace(tracing: Tracing, node: Node, op: Recurrent) -> None:
    """Rewrite one recurrent layer; it contracts the last axis of (steps, elements)."""
    value = _sequence(tracing, node)
    made, scales = _for_target(tracing, node, op)
    tensors = tuple(_moved(tracing, node, op, tensor, value, scales) for tensor in node.tensors)
    tracing.put(node, made, (value,), tuple(range(len(node.shape))), tensors=tensors)


def trace_bidirectional(tracing: Tracing, node: Node, op: Bidirectional) -> None:
    """The same for both halves."""
    value = _sequence(tracing, node)
    made, scales = _for_target(tracing, node, op.inner)
    tensors = tuple(_moved(tracing, node, op.inner, tensor, value, scales) for tensor in node.tensors)
    tracing.put(node, replace(op, inner=made), (value,), tuple(range(len(node.shape))), tensors=tensors)


def trace_masking(tracing: Tracing, node: Node, op: Masking) -> None:
    """Steps are compared whole: the order of their elements does not matter."""
    value = tracing.read(node)
    if value.order != tuple(range(len(value.order))) or set(value.index) - {len(value.order) - 1}:
        value = tracing.original(value, node)
    tracing.put(node, op, (value,), value.order, value.index, value.origins)


def _sequence(tracing: Tracing, node: Node) -> Traced:
    """What is read, steps first and in their order; the elements of a step may lie otherwise than in the original."""
    value = tracing.read(node)
    if value.order != (0, 1):
        return tracing.original(value, node)
    if 0 in value.index:
        raise NeedsOriginalOrder(value.origins)
    return value


def _moved(
    tracing: Tracing, node: Node, op: Recurrent, tensor: Tensor, value: Traced, scales: tuple[Multiply, ...]
) -> Tensor:
    """scales: along the last axis, where gates lie."""
    plain, back = _unpacked(tracing, op, tensor)
    rows = along(0, value.picked(1), ROWS) if tensor.role.endswith("kernel") else ()
    steps: tuple[Step, ...] = (*plain, *rows, *back) if rows or not back else ()
    reasons = [CUDNN] * bool(plain and not back) + [ROWS] * bool(rows)
    if scales:
        steps += tuple(replace(scale, axis=len(tensor.shape) - 1) for scale in scales)
        reasons.append(f"hard_sigmoid is {scales[0].factor:.12g} times less steep in Keras 3")
    return tracing.move(node, tensor, steps, "; ".join(reasons))


def _unpacked(tracing: Tracing, op: Recurrent, tensor: Tensor) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """Steps from CuDNN's order to the plain one, and those back where the layer stays CuDNN's."""
    if not op.cudnn:
        return (), ()
    plain = plain_steps(op, tensor.role, tensor.shape)
    stays = tracing.goal.dialect == "same"
    return plain, tuple(step.inverse for step in reversed(plain)) if stays else ()


def _for_target(tracing: Tracing, node: Node, op: Recurrent) -> tuple[Recurrent, tuple[Multiply, ...]]:
    """The operation as the target computes it, and what its columns are multiplied with."""
    if tracing.goal.dialect != "same":
        if op.stateful:
            tracing.edits.append(Edit(node.layer, "no longer stateful: every batch begins with states of zero"))
        op = replace(op, stateful=False, cudnn=False)
    if tracing.goal.dialect != "keras3":
        return op, ()
    spans = GATED[op.kind] if _has_other_slope(op.gate) and op.kind != "simple" else ()
    if _has_other_slope(op.activation):
        if op.kind == "lstm":
            raise Refused(
                f"layer {node.layer!r}: hard_sigmoid as activation of a LSTM, which Keras 3 computes with another slope"
            )
        spans += STATED[op.kind]
    factor = next((gate.slope for gate in (op.gate, op.activation) if _has_other_slope(gate)), SLOPE) / SLOPE
    scaled = tuple((start * op.units, stop * op.units) for start, stop in spans)
    made = replace(op, gate=_with_slope(op.gate), activation=_with_slope(op.activation))
    return made, (Multiply(1, scaled, float(f"{factor:.12g}")),) if scaled else ()


def _has_other_slope(activation: Activate) -> bool:
    return activation.kind == "hard_sigmoid" and abs(activation.slope - SLOPE) > 1e-9


def _with_slope(activation: Activate) -> Activate:
    return replace(activation, slope=SLOPE) if activation.kind == "hard_sigmoid" else activation
