"""Both models against what the user knows about the samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dimorder.engine.proof.classes import class_axis
from dimorder.engine.proof.expectation import Agreement, Expectation, agreement
from dimorder.engine.proof.pair import FLOAT32, Pair, original_view, run_converted, run_original
from dimorder.engine.proof.pictures import confusions
from dimorder.engine.proof.probes import Batch, length, part
from dimorder.engine.run import Reader, run
from dimorder.errors import UsageError
from dimorder.graph import Graph
from dimorder.pictures import Confusion
from dimorder.steps import Array

Agreements = Mapping[str, Agreement]


def reproduces(graph: Graph, read: Reader, samples: Batch, expect: Expectation, chunk: int = 16) -> Agreements:
    """How well one model, as read, gives the known answers; by output name."""
    outputs = [
        run(graph, part(samples, start, start + chunk), read, keep=expect.values)
        for start in range(0, length(samples), chunk)
    ]
    return _agreements(graph, expect, _joined(outputs))


@dataclass(frozen=True, slots=True)
class Known:
    """told: the field `expectation` of a proof: each side's agreement by output, and both together."""

    told: dict[str, Any]
    confusions: tuple[Confusion, ...]


def compare_both(pair: Pair, samples: Batch | None, expect: Expectation, chunk: int) -> Known:
    """Both models' answers to the samples beside those that are known."""
    if not samples:
        raise UsageError("known answers need the samples they belong to", hint="give --samples too")
    names = dict(pair.outputs())
    unknown = [name for name in expect.values if name not in names]
    if unknown:
        known = ", ".join(names)
        raise UsageError(f"no output is called {unknown[0]!r}", hint=f"the outputs are: {known}")
    ours, theirs = [], []
    for start in range(0, length(samples), chunk):
        batch = part(samples, start, start + chunk)
        ours.append(run_original(pair, batch, names.keys(), FLOAT32))
        found = run_converted(pair, batch, names.values(), FLOAT32)
        theirs.append({n: original_view(pair.plan, n, found[other]) for n, other in names.items()})
    sides = {"original": _joined(ours), "converted": _joined(theirs)}
    graph = pair.original.graph
    told = {side: _agreements(graph, expect, values) for side, values in sides.items()}
    words = [one.reproduced for each in told.values() for one in each.values()]
    agreed = {side: {name: one.as_dict() for name, one in each.items()} for side, each in told.items()}
    seen = confusions(graph, expect.values, sides["original"], sides["converted"])
    return Known({**agreed, "reproduced": reproduced(words)}, seen)


def reproduced(words: list[bool | None]) -> bool | None:
    """One no is no; without a no, one yes among the undecided is yes."""
    if False in words:
        return False
    return True if True in words else None


def _agreements(graph: Graph, expect: Expectation, outputs: Mapping[str, Array]) -> Agreements:
    found = {}
    for name, known in expect.values.items():
        if len(known) != len(outputs[name]):
            raise UsageError(
                f"{len(known)} known answers for {len(outputs[name])} samples",
                hint="give one answer for each sample",
            )
        found[name] = agreement(np.asarray(known), outputs[name], class_axis(graph, name))
    return found


def _joined(parts: Sequence[Mapping[str, Array]]) -> dict[str, Array]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
