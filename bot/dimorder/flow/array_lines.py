"""The arrays of a model one by one, with the shapes that they have in both files."""

from __future__ import annotations

from collections.abc import Mapping

from dimorder.flow.opened import Settled
from dimorder.graph import Graph, Node, Tensor
from dimorder.mapping import innermost
from dimorder.plan import Plan
from dimorder.report_data import ArrayLine
from dimorder.semantics import Opaque

Shape = tuple[int, ...]


def array_lines(source: Settled, plan: Plan, converted: Graph | None) -> tuple[ArrayLine, ...]:
    """In the order of computation, shared arrays once; converted: the second model as read back, None for a plan."""
    shapes = _shapes(plan.graph, converted) if plan.graph and converted else {}
    owned = {tensor.address: (layer, kind, tensor) for layer, kind, tensor in reversed(_owned(source))}
    return tuple(
        ArrayLine(
            layer,
            kind,
            tensor.name,
            tensor.shape,
            shapes.get(tensor.address),
            tuple(str(step) for step in move.steps) if (move := plan.moves.get(tensor.address)) else (),
        )
        for layer, kind, tensor in reversed(owned.values())
    )


def _owned(source: Settled) -> list[tuple[str, str, Tensor]]:
    """Layer, its class, and each of its arrays; where no architecture is known, as the file lists them."""
    if source.graph is None:
        return [(layer.name, layer.kind, tensor) for layer in source.model.layers for tensor in layer.tensors]
    kinds = {layer.name: layer.kind for layer in source.model.layers}
    return [(node.layer, _kind(node, kinds), tensor) for node in source.graph.nodes for tensor in node.tensors]


def _kind(node: Node, kinds: Mapping[str, str]) -> str:
    """The class as the file names it, else what it computes."""
    op = innermost(node.op)[0]
    named = kinds.get(node.layer) or kinds.get(node.layer.rpartition("/")[2])
    return named or (op.class_name if isinstance(op, Opaque) else type(op).__name__)


def _shapes(planned: Graph, converted: Graph) -> dict[str, Shape]:
    """By address in the original: the shape of what became of it."""
    names = planned.by_name()
    return {
        tensor.address: node.tensors[place].shape
        for node in converted.nodes
        if node.name in names
        for place, tensor in enumerate(names[node.name].tensors[: len(node.tensors)])
    }
