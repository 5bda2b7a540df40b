"""Wrong conversions of a zoo entry, one broken rule at a time, and how far they move its predictions.

Each is computed by the numpy referee. "would not load" stands where shapes would not fit: that mistake shows itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import numpy as np

from dimorder import semantics as ops
from dimorder.engine.run import run
from dimorder.errors import Refused
from dimorder.flow.goal import make_plan
from dimorder.flow.opened import Settled
from dimorder.flow.options import Options
from dimorder.graph import Graph, Node, Tensor
from dimorder.plan import Move, Plan
from dimorder.shapes import output_shape
from dimorder.steps import Array, Flip, Permute, Reorder, Step, apply
from dimorder.weights import weights_of
from support.conversions import paths_of
from support.referee import opened
from support.zoo import Entry, largest_difference

WOULD_NOT_LOAD = "would not load"
Damage = float | str
Arrays = Mapping[str, Array]
MANIFEST = {"noflip": "flip", "nodense": "dense rows", "issue3210": "transpose"}
"""Damage that the zoo's makers measured in real Keras -> the rule that was broken."""
RULES = ("flip", "transpose", "dense rows", "columns", "BN axis", "concat axis", "PReLU axes", "padding")


def damages(entry: Entry) -> dict[str, Damage]:
    """Rule -> the damage of breaking it, for the rules that this entry needs."""
    with ExitStack() as stack:
        source = opened(stack, paths_of(entry, "weights.h5"), Options(stated=entry.layout))
        assert source.graph is not None
        plan = planned(source, entry)
        tensors = [tensor for node in source.graph.nodes for tensor in node.tensors]
        arrays = {tensor.address: np.asarray(source.opened.read(tensor)) for tensor in tensors}
    found: dict[str, Damage] = {}
    for rule, graph, weights, feeds in wrong(entry, plan, source.graph, arrays):
        found[rule] = smaller(found.get(rule), damage(entry, graph, weights, feeds, first=graph is not plan.graph))
    for field, rule in MANIFEST.items():
        if rule in found and field in entry.facts:
            found[f"{rule} in real Keras"] = float(entry.facts[field][0])
    return found


def planned(source: Settled, entry: Entry) -> Plan:
    """The conversion that keeps every layer's class, or, where a class cannot be kept, that to Keras 3."""
    try:
        return make_plan(source, Options(stated=entry.layout))
    except Refused:
        return make_plan(source, Options(stated=entry.layout), "keras3")


def smaller(first: Damage | None, second: Damage) -> Damage:
    sizes = [one for one in (first, second) if isinstance(one, float)]
    return min(sizes) if sizes else second


Wrong = tuple[str, Graph, Arrays, Sequence[Array]]


def wrong(entry: Entry, plan: Plan, original: Graph, arrays: Arrays) -> Iterator[Wrong]:
    """Every wrong conversion: its rule, and the model that came of it."""
    assert plan.graph is not None
    shapes = {tensor.address: tensor.shape for node in plan.graph.nodes for tensor in node.tensors}
    feeds = entry.inputs_of_tensorflow()
    for rule, mistake in MISTAKES.items():
        moves = {address: mistake(move, role) for address, move, role in _moves(plan)}
        if any(steps is not None for steps in moves.values()):
            yield rule, plan.graph, _applied(plan, arrays, moves, shapes), feeds
    right = _applied(plan, arrays, {}, shapes)
    for rule, kind in (("BN axis", ops.BatchNorm), ("concat axis", ops.Merge)):
        graph = _with_axes_left(plan.graph, original, kind)
        if graph != plan.graph:
            yield rule, graph, right, feeds
    padded = _with_padding_of_tensorflow(original)
    if plan.edits and padded != original:
        yield "padding", padded, arrays, entry.inputs()


Mistake = Callable[[Move, str], "tuple[Step, ...] | None"]
"""Steps done by mistake instead of a move's own; None where this mistake has nothing to do with it."""


def _not(kind: type[Step], *roles: str, axis: int | None = None) -> Mistake:
    """The steps of one kind forgotten, on arrays of these roles."""

    def mistake(move: Move, role: str) -> tuple[Step, ...] | None:
        alike = [isinstance(step, kind) and axis in (None, getattr(step, "axis", None)) for step in move.steps]
        rest = tuple(step for step, forgotten in zip(move.steps, alike, strict=True) if not forgotten)
        return rest if role in roles and rest != move.steps else None

    return mistake


def _columns(move: Move, role: str) -> tuple[Step, ...] | None:
    """Columns of a kernel, and the bias that goes with them."""
    axis = {"kernel": 1, "bias": 0}.get(role)
    return None if axis is None else _not(Reorder, role, axis=axis)(move, role)


MISTAKES: dict[str, Mistake] = {
    "flip": _not(Flip, "kernel"),
    "transpose": _not(Permute, "kernel"),
    "dense rows": _not(Reorder, "kernel", axis=0),
    "columns": _columns,
    "BN axis": _not(Reorder, "gamma", "beta", "mean", "statistic"),
    "PReLU axes": lambda move, role: () if role == "alpha" and move.steps else None,
}


def _moves(plan: Plan) -> Iterator[tuple[str, Move, str]]:
    assert plan.graph is not None
    for node in plan.graph.nodes:
        for tensor in node.tensors:
            yield tensor.address, plan.moves[tensor.address], tensor.role


def _applied(
    plan: Plan, arrays: Arrays, moves: Mapping[str, tuple[Step, ...] | None], shapes: Mapping[str, tuple[int, ...]]
) -> Arrays:
    """The arrays as a mistaken conversion leaves them; forced into the shape that their layer states."""

    def steps(address: str) -> tuple[Step, ...]:
        other = moves.get(address)
        return plan.moves[address].steps if other is None else other

    return {address: apply(steps(address), array).reshape(shapes[address]) for address, array in arrays.items()}


def _with_axes_left(graph: Graph, original: Graph, kind: type) -> Graph:
    """Layers of this kind keep the number of their axis, though the axis lies elsewhere now."""
    old = original.by_name()

    def left(node: Node) -> Node:
        if not isinstance(node.op, kind) or node.name not in old:
            return node
        op: Any = node.op
        before: Any = old[node.name].op
        if not isinstance(before, kind):
            return node
        return replace(node, op=replace(op, axis=before.axis))  # type: ignore[attr-defined]

    return replace(graph, nodes=tuple(left(node) for node in graph.nodes))


def _with_padding_of_tensorflow(graph: Graph) -> Graph:
    """What loading the same architecture on TensorFlow amounts to: its own 'same'."""

    def padded(node: Node) -> Node:
        op: Any = node.op
        same = isinstance(op, ops.Conv | ops.Pool) and op.padding == "theano-same"
        return replace(node, op=replace(op, padding="tf-same")) if same else node

    return replace(graph, nodes=tuple(padded(node) for node in graph.nodes))


def damage(entry: Entry, graph: Graph, arrays: Arrays, inputs: Sequence[Array], *, first: bool) -> Damage:
    """How far the predictions are from the right ones. first: what is run is in the original's layout."""
    checked = _reshaped(graph)
    if checked is None:
        return WOULD_NOT_LOAD
    feeds = dict(zip(checked.inputs, inputs, strict=True))
    try:
        values = run(checked, feeds, lambda tensor: arrays[tensor.address], keep=checked.outputs)
    except Refused:  # a window that does not fit into its map
        return WOULD_NOT_LOAD
    found = [values[name] for name in checked.outputs]
    of_original = first and [x.shape for x in inputs] == [x.shape for x in entry.inputs()]
    right = entry.predictions() if of_original and found[0].shape == entry.predictions()[0].shape else entry.expected()
    difference = largest_difference(found, right)
    return difference if np.isfinite(difference) else WOULD_NOT_LOAD


def _reshaped(graph: Graph) -> Graph | None:
    """The graph with its shapes computed anew; None where a layer does not fit its inputs or its arrays."""
    shapes: dict[str, ops.Shape] = {}
    nodes = []
    for node in graph.nodes:
        given = tuple(shapes[name] for name in node.inputs)
        shape = node.shape if isinstance(node.op, ops.Input) else _shape(node, given)
        if shape is None:
            return None
        shapes[node.name] = shape
        nodes.append(replace(node, shape=shape))
    return replace(graph, nodes=tuple(nodes))


def _shape(node: Node, given: tuple[ops.Shape, ...]) -> ops.Shape | None:
    if isinstance(node.op, ops.Merge) and not _joins(node.op, given):
        return None
    try:
        wanted = [weight.shape for weight in weights_of(node.op, given)]
        shape = output_shape(node.op, given)
    except (AssertionError, IndexError, ValueError):
        return None
    return shape if wanted == [_stored(tensor) for tensor in node.tensors] else None


def _joins(op: ops.Merge, given: tuple[ops.Shape, ...]) -> bool:
    """Concatenated maps agree on every axis but one, merged ones on all."""
    if op.mode in ("dot", "cos"):
        return True
    skip = op.axis if op.mode == "concat" else None
    return len({tuple(size for axis, size in enumerate(shape) if axis != skip) for shape in given}) == 1


def _stored(tensor: Tensor) -> tuple[int, ...]:
    return tensor.shape
