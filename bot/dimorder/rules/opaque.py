"""Layers that no rule covers: refused by name, or kept as they are on the user's word."""

from __future__ import annotations

from fnmatch import fnmatchcase

from dimorder.graph import Node
from dimorder.plan import Refusal
from dimorder.rules.tracing import Tracing
from dimorder.semantics import Op, Opaque

_HINT = "--keep {} copies it as it is and states it as unproven"


def trace(tracing: Tracing, node: Node, op: Opaque) -> None:
    """What nobody knows is left as it is, or refused."""
    leave(tracing, node, op, refusal(node.layer, op).because)


def leave(tracing: Tracing, node: Node, op: Op, because: str) -> None:
    """Arrays are copied, inputs arrive as in the original; without the user's word this is a refusal."""
    kept = any(
        fnmatchcase(name, glob) for glob in tracing.goal.keep for name in (node.layer, node.layer.split("/")[-1])
    )
    if kept:
        tracing.kept.append(node.layer)
    else:
        tracing.refusals.append(Refusal(node.layer, because, _hint(node.layer, op), _code(op)))
    values = tuple(tracing.original(tracing.read(node, n), node) for n in range(len(node.inputs)))
    tensors = tuple(tracing.move(node, tensor, (), "") for tensor in node.tensors)
    tracing.put(node, op, values, tuple(range(len(node.shape))), tensors=tensors)


def refusal(layer: str, op: Opaque) -> Refusal:
    """What a user reads about a layer that is not converted."""
    because = f"no rule for {op.class_name}" + (f": {op.because}" if op.because else "")
    return Refusal(layer, because, _hint(layer, op), _code(op))


def _hint(layer: str, op: Op) -> str:
    keep = _HINT.format(layer)
    return f"--lambda '{layer}=EXPRESSION' says what it computes; or {keep}" if _is_lambda(op) else keep


def _code(op: Op) -> str:
    return "model.lambda" if _is_lambda(op) else ""


def _is_lambda(op: Op) -> bool:
    return isinstance(op, Opaque) and op.class_name == "Lambda"
