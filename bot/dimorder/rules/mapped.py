"""TimeDistributed: the inner operation's own rule, run on the slices; what it inserts is distributed too.

Source: layout-facts 5; traps 12, 16, 21.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dimorder.graph import Node
from dimorder.mapping import mapped, seen_inside
from dimorder.rules.tracing import NeedsOriginalOrder, Traced, Tracing
from dimorder.semantics import Mapped

Rule = Callable[[Tracing, Node, Any], None]


def inside(rules: dict[type, Rule]) -> Rule:
    """The rule of a Mapped, which runs the one that `rules` has for its inner operation."""

    def trace(tracing: Tracing, node: Node, op: Mapped) -> None:
        """The inner layer's own rule, run on every slice; what it puts in front is distributed too."""
        values = {name: _in_place(tracing, tracing.values[name], node) for name in node.inputs}
        slices = replace(
            tracing,
            source=seen_inside(tracing.source),
            nodes=list(tracing.nodes),
            values={name: _slice(value) for name, value in values.items()},
        )
        rules[type(op.inner)](slices, replace(node, op=op.inner, shape=node.shape[1:]), op.inner)
        steps = values[node.inputs[0]].shape[0]
        _take_over(tracing, slices, steps)
        tracing.values[node.name] = _distributed(slices.values[node.name], steps)

    return trace


def _in_place(tracing: Tracing, value: Traced, node: Node) -> Traced:
    """The value with its first axis first, and in its original order."""
    if 0 in value.index:
        raise NeedsOriginalOrder(value.origins)
    return value if value.order[0] == 0 else tracing.original(value, node)


def _slice(value: Traced) -> Traced:
    order = tuple(axis - 1 for axis in value.order[1:])
    index = {axis - 1: picked for axis, picked in value.index.items()}
    return replace(value, shape=value.shape[1:], order=order, index=index)


def _distributed(value: Traced, steps: int | None) -> Traced:
    order = (0, *(axis + 1 for axis in value.order))
    index = {axis + 1: picked for axis, picked in value.index.items()}
    return replace(value, shape=(steps, *value.shape), order=order, index=index)


def _take_over(tracing: Tracing, slices: Tracing, steps: int | None) -> None:
    """Nodes made inside, each on every slice. Whatever else the rule stated is kept in lists that both share."""
    shapes = {value.name: value.shape for value in slices.values.values()}
    for made in slices.nodes[len(tracing.nodes) :]:
        read = tuple(shapes[name] for name in made.inputs)
        shapes[made.name] = made.shape
        tracing.nodes.append(replace(made, op=mapped(made.op, read), shape=(steps, *made.shape)))
