"""A small graph is planned, its arrays are moved, and both graphs are run: every value must be the planned view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from dimorder import semantics as ops
from dimorder.engine.run import run
from dimorder.graph import Graph, Node
from dimorder.layout import Layout
from dimorder.plan import Plan
from dimorder.rules.planner import check, plan_graph
from dimorder.rules.tracing import Goal
from dimorder.steps import Array, Reorder, apply, undo
from engine.proof.nets import filled

TH, TF = Layout("th", "th"), Layout("tf", "tf")
TO_TF = Goal(channels="last", orientation="correlation", source_channels="first")
TO_TH = Goal(channels="first", orientation="convolution", source_channels="last")
SAMPLES = 3


def planned(graph: Graph, goal: Goal = TO_TF) -> Plan:
    source, target = (TH, TF) if goal.channels == "last" else (TF, TH)
    plan = plan_graph(graph, source, target, goal)
    check(plan)
    return plan


def predictions_survive(graph: Graph, goal: Goal = TO_TF) -> Plan:
    """Gives the plan, for what else is to be said of it."""
    plan = planned(graph, goal)
    assert plan.graph is not None
    arrays = filled(graph)
    if not plan.is_lossless():
        # Numbers computed anew are rounded anew: in float64 too little to be seen here.
        arrays = {address: array.astype(np.float64) for address, array in arrays.items()}
    feeds = {name: _batch(graph.by_name()[name], number) for number, name in enumerate(graph.inputs)}
    old = run(graph, feeds, lambda tensor: arrays[tensor.address], dtype=np.float64)
    moved = {address: apply(plan.moves[address].steps, array) for address, array in arrays.items()}
    _arrays_fit(plan, moved)
    fed = {port.name: _moved(feeds[port.name], port.permutation) for port in plan.inputs}
    new = run(plan.graph, fed, lambda tensor: moved[tensor.address], dtype=np.float64)
    for port, name in zip(plan.outputs, plan.graph.outputs, strict=True):
        _equal(new[name], _moved(old[port.name], port.permutation), port.name)
    for name, view in plan.views.items():
        _equal(new[name], view.apply(old[name]), name)
        _equal(view.undo(new[name]), old[name], name)
    _arrays_come_back(plan, arrays, moved)
    return plan


def _moved(batch: Array, permutation: tuple[int, ...]) -> Array:
    return batch.transpose((0, *(axis + 1 for axis in permutation)))


def _batch(node: Node, seed: int) -> Array:
    rng = np.random.default_rng(100 + seed)
    shape = (SAMPLES, *(size or 7 for size in node.shape))
    return rng.standard_normal(shape)


def _equal(found: Array, right: Array, name: str) -> None:
    assert found.shape == right.shape, name
    np.testing.assert_allclose(found, right, rtol=1e-9, atol=1e-9, err_msg=name)


def _arrays_fit(plan: Plan, moved: Mapping[str, Array]) -> None:
    assert plan.graph is not None
    for node in plan.graph.nodes:
        for tensor in node.tensors:
            assert moved[tensor.address].shape == tensor.shape, tensor.address


def _arrays_come_back(plan: Plan, arrays: Mapping[str, Array], moved: Mapping[str, Array]) -> None:
    for address, array in arrays.items():
        back = undo(plan.moves[address].steps, moved[address])
        near = not plan.is_lossless() and np.allclose(back, array, 1e-12, 1e-12)
        assert near or np.array_equal(back, array), address


def op_of(plan: Plan, name: str) -> ops.Op:
    assert plan.graph is not None
    return plan.graph.by_name()[name].op


def kinds(plan: Plan) -> list[str]:
    """Operations of the converted graph in order."""
    assert plan.graph is not None
    return [type(node.op).__name__ for node in plan.graph.nodes]


def added(graph: Graph, plan: Plan) -> list[str]:
    """Names of nodes that the original has not."""
    assert plan.graph is not None
    return [node.name for node in plan.graph.nodes if node.name not in graph.by_name()]


def reordered(plan: Plan, address: str) -> list[int]:
    """Axes of an array whose elements are picked in another order."""
    return [step.axis for step in plan.moves[address].steps if isinstance(step, Reorder)]


def shared(graph: Graph, name: str, other: str) -> Graph:
    """The node `other` as a second call of the layer `name`: it owns the same arrays."""
    owner = graph.by_name()[name]
    return replace(
        graph,
        nodes=tuple(
            replace(node, layer=owner.layer, tensors=owner.tensors, call=1) if node.name == other else node
            for node in graph.nodes
        ),
    )
