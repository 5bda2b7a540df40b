"""The value of each output before its last squashing, as further nodes of the same graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dimorder import semantics as ops
from dimorder.graph import Graph, Node, unique_name
from dimorder.mapping import innermost

TAIL = (ops.Permute, ops.Reshape, ops.Identity, ops.Flatten, ops.Crop)
"""What may stand behind a squashing without computing anything."""


@dataclass(frozen=True, slots=True)
class Peeled:
    """A graph with the values before squashing added; what it had is unchanged.

    before:    for each output, the node to compare: the clone, or itself where nothing squashes.
    squashing: for each output, what squashes it, None for linear outputs.
    """

    graph: Graph
    before: Mapping[str, str]
    squashing: Mapping[str, str | None]


def peel(graph: Graph) -> Peeled:
    """Clone what stands behind each last squashing onto the value that goes into it."""
    nodes = list(graph.nodes)
    before: dict[str, str] = {}
    squashing: dict[str, str | None] = {}
    for output in graph.outputs:
        squash, tail = _last_squashing(graph, output)
        squashing[output] = squash.op.kind if squash and isinstance(squash.op, ops.Activate) else None
        before[output] = _clone(nodes, squash, tail) if squash else output
    return Peeled(replace(graph, nodes=tuple(nodes)), before, squashing)


def _last_squashing(graph: Graph, output: str) -> tuple[Node | None, list[Node]]:
    """The squashing node that an output shows, and the nodes behind it in order of computation."""
    table = graph.by_name()
    node, tail = table[output], list[Node]()
    while isinstance(innermost(node.op)[0], TAIL):
        tail.insert(0, node)
        node = table[node.inputs[0]]
    squashes = isinstance(node.op, ops.Activate) and node.op.kind in ops.SQUASHING
    return (node, tail) if squashes else (None, [])


def _clone(nodes: list[Node], squash: Node, tail: list[Node]) -> str:
    """Append an unsquashed copy of the tail; its last node's name.

    hard_sigmoid clips slope*x + 0.5: the slope belongs to what is compared, since 1.2*x under
    Keras 3's slope of 1/6 is x under Keras 2's of 0.2.
    """
    op = squash.op
    assert isinstance(op, ops.Activate)
    factor = op.slope if op.kind == "hard_sigmoid" else 1.0
    value = squash.inputs[0]
    for node in (replace(squash, op=ops.Scale(factor)), *tail):
        name = unique_name(f"{node.name} (before {op.kind})", (other.name for other in nodes))
        nodes.append(replace(node, name=name, inputs=(value,), tensors=()))
        value = name
    return value
