"""Layers that no rule covers: refused by name, or kept as they are on the user's word."""

from __future__ import annotations

from fnmatch import fnmatchcase

from dimorder.graph import Node
from dimorder.plan import Refusal
from dimorder.rules.tracing import Tracing
from dimorder.semantics import Opaque


def trace(tracing: Tracing, node: Node, op: Opaque) -> None:
    """Arrays are copied, inputs arrive as in the original; without the user's word this is a refusal."""
    kept = any(
        fnmatchcase(name, glob) for glob in tracing.goal.keep for name in (node.layer, node.layer.split("/")[-1])
    )
    if kept:
        tracing.kept.append(node.layer)
    else:
        tracing.refusals.append(refusal(node.layer, op))
    values = tuple(tracing.original(tracing.read(node, n), node) for n in range(len(node.inputs)))
    tensors = tuple(tracing.move(node, tensor, (), "") for tensor in node.tensors)
    tracing.put(node, op, values, tuple(range(len(node.shape))), tensors=tensors)


def refusal(layer: str, op: Opaque) -> Refusal:
    """What a user reads about a layer that is not converted."""
    because = f"no rule for {op.class_name}" + (f": {op.because}" if op.because else "")
    return Refusal(layer, because, f"--keep {layer} copies it as it is and states it as unproven")
