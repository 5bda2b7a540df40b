"""All probes through both models: how far their values lie apart."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from dimorder.engine.proof.classes import class_axis
from dimorder.engine.proof.compare import Ranking, Tally
from dimorder.engine.proof.pair import (
    DType,
    Pair,
    Step,
    original_view,
    run_converted,
    run_original,
    wanted,
)
from dimorder.engine.proof.probes import Probes
from dimorder.engine.proof.sampled import Sampled
from dimorder.pictures import Points
from dimorder.steps import Array


@dataclass(slots=True)
class Measured:
    """Errors of outputs before and after squashing, of classes, of layers; names as the original's.

    squashed: outputs that are compared before squashing too, so that their final values are a gate.
    points: some of the values that `before` compares.
    """

    before: dict[str, Tally]
    final: dict[str, Tally]
    ranking: dict[str, Ranking]
    layers: dict[str, Tally]
    squashed: tuple[str, ...]
    points: dict[str, Sampled]


def shared_layers(pair: Pair) -> tuple[str, ...]:
    """Nodes of both graphs that the plan has a view for, in the converted graph's order."""
    known = {node.name for node in pair.original.graph.nodes}
    return tuple(
        node.name for node in pair.converted.graph.nodes if node.name in pair.plan.views and node.name in known
    )


def measure(pair: Pair, probes: Probes, dtype: DType, told: Step) -> Measured:
    """All probes through both models."""
    layers = shared_layers(pair)
    gathered = _empty(pair, layers)
    total = sum(1 for _ in probes.chunks())
    for done, batch in enumerate(probes.chunks(), 1):
        ours = run_original(pair, batch, {*layers, *wanted(pair, 0)}, dtype)
        theirs = run_converted(pair, batch, {*layers, *wanted(pair, 1)}, dtype)
        _add_outputs(pair, gathered, ours, theirs)
        for name in layers:
            gathered.layers[name].add(pair.plan.views[name].apply(ours[name]), theirs[name])
        told(done, total)
    return gathered


def _empty(pair: Pair, layers: tuple[str, ...]) -> Measured:
    graph = pair.original.graph
    return Measured(
        before={name: Tally() for name in graph.outputs},
        final={name: Tally() for name in graph.outputs},
        ranking={name: Ranking(class_axis(graph, name)) for name in graph.outputs},
        layers={name: Tally() for name in layers},
        squashed=tuple(name for name, other in pair.outputs() if pair.squashed(name, other)),
        points={name: Sampled() for name in graph.outputs},
    )


def _add_outputs(pair: Pair, gathered: Measured, ours: Mapping[str, Array], theirs: Mapping[str, Array]) -> None:
    for output, other in pair.outputs():
        name, its = pair.compared(output, other)
        seen = original_view(pair.plan, output, theirs[its])
        gathered.before[output].add(ours[name], seen)
        gathered.ranking[output].add(ours[name], seen)
        gathered.points[output].add(ours[name], seen)
        gathered.final[output].add(ours[output], original_view(pair.plan, output, theirs[other]))


def outputs_apart(
    pair: Pair, ours: Mapping[str, Array], theirs: Mapping[str, Array]
) -> tuple[Tally, Ranking, Points]:
    """The output that lies furthest apart, before squashing: its errors, its classes, some of its values."""
    gathered = _empty(pair, ())
    _add_outputs(pair, gathered, ours, theirs)
    worst = max(pair.original.graph.outputs, key=lambda name: _order(gathered.before[name]))
    return gathered.before[worst], gathered.ranking[worst], gathered.points[worst].points(worst)


def _order(tally: Tally) -> float:
    return math.inf if not tally.comparable else tally.relative_l2 or 0.0
