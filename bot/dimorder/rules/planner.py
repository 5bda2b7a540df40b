"""A settled graph and a goal become a Plan: one pass of index tracing, repeated until every reader is content."""

from __future__ import annotations

import shlex

from dimorder.errors import Refused
from dimorder.graph import Graph
from dimorder.layout import Layout
from dimorder.plan import Plan, Port
from dimorder.rules import masks
from dimorder.rules.table import RULES
from dimorder.rules.tracing import Goal, NeedsOriginalOrder, Traced, Tracing, WantsColumns, view
from dimorder.steps import Index


def plan_graph(graph: Graph, source: Layout, target: Layout, goal: Goal) -> Plan:
    """The whole conversion of a model whose architecture is known.

    Every choice that some reader cannot live with is taken back and the pass repeated; each pass settles at least
    one node for good, so there are at most twice as many passes as nodes.
    """
    kept_order: frozenset[str] = frozenset()
    columns: dict[str, Index] = {}
    refused: frozenset[str] = frozenset()
    for _ in range(2 * len(graph.nodes) + 2):
        tracing = Tracing(graph, goal, kept_order, dict(columns), refused)
        try:
            _trace(tracing)
        except WantsColumns as wish:
            columns[wish.dense] = wish.index
        except NeedsOriginalOrder as conflict:
            refused |= conflict.origins & columns.keys()
            kept_order |= conflict.origins - columns.keys()
            columns = {name: index for name, index in columns.items() if name not in conflict.origins}
        else:
            return _plan(tracing, source, target)
    raise AssertionError("index tracing did not settle")


def _trace(tracing: Tracing) -> None:
    for node in tracing.source.nodes:
        RULES[type(node.op)](tracing, node, node.op)
        tracing.crop_margins(node)
    for name in tracing.source.outputs:
        if tracing.values[name].index:
            raise NeedsOriginalOrder(tracing.values[name].origins)


def _plan(tracing: Tracing, source: Layout, target: Layout) -> Plan:
    original = tracing.source
    outputs = tuple(tracing.values[name].name for name in original.outputs)
    converted = Graph(tuple(tracing.nodes), original.inputs, outputs)
    shapes = {node.name: node.shape for node in original.nodes}
    ports = {name: _port(name, tracing.values[name], shapes[name]) for name in (*original.inputs, *original.outputs)}
    return Plan(
        source=source,
        target=target,
        moves=tracing.moves,
        graph=converted,
        views={name: view(value) for name, value in tracing.values.items() if name not in tracing.wider},
        edits=tuple(tracing.edits),
        refusals=(*tracing.refusals, *masks.refusals(original, converted, tracing.goal.dialect)),
        kept=tuple(tracing.kept),
        heirs=dict(tracing.heirs),
        inputs=tuple(ports[name] for name in original.inputs),
        outputs=tuple(ports[name] for name in original.outputs),
    )


def _port(name: str, value: Traced, shape: tuple[int | None, ...]) -> Port:
    return Port(name, shape, value.shape, value.order)


def check(plan: Plan) -> None:
    """Raise with every refusal of a plan at once."""
    found = tuple(dict.fromkeys((one.layer, one.because, one.hint) for one in plan.refusals))
    if not found:
        return
    hint = found[0][2]
    layers = dict.fromkeys(layer for layer, _, _ in found)
    if len(layers) > 1:
        keep = " ".join(f"--keep {shlex.quote(layer)}" for layer in layers)
        before = "" if plan.graph is not None else "pass --architecture, or "
        hint = f"{before}{keep} copies them as they are and states them as unproven"
    listed = "; ".join(f"layer {layer!r}: {because}" for layer, because, _ in found)
    code = next((one.code for one in plan.refusals if one.code), "")
    raise Refused(listed, hint=hint, code=code, refusals=found)
