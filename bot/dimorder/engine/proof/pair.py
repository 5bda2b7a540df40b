"""Both models side by side, fed with the same probes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dimorder.engine.proof.peel import Peeled
from dimorder.engine.proof.probes import Batch
from dimorder.engine.run import Reader, run
from dimorder.layout import inverse
from dimorder.plan import Plan, Port
from dimorder.steps import Array

DType = npt.DTypeLike
FLOAT32: DType = np.float32
FLOAT64: DType = np.float64

Step = Callable[[int, int], None]
"""Told after each piece of work: how much is done, how much there is."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two peeled graphs with their readers; inputs and outputs pair up by position."""

    original: Peeled
    read_original: Reader
    converted: Peeled
    read_converted: Reader
    plan: Plan

    def outputs(self) -> tuple[tuple[str, str], ...]:
        """Names of the outputs that belong together."""
        return tuple(zip(self.original.graph.outputs, self.converted.graph.outputs, strict=True))

    def squashed(self, output: str, other: str) -> str | None:
        """What squashes both outputs; None if nothing does, or not the same in both."""
        kind = self.original.squashing[output]
        return kind if kind == self.converted.squashing[other] else None

    def compared(self, output: str, other: str) -> tuple[str, str]:
        """Nodes that show both outputs before the squashing that they share."""
        if self.squashed(output, other) is None:
            return output, other
        return self.original.before[output], self.converted.before[other]


def feeds(plan: Plan, originals: tuple[str, ...], converted: tuple[str, ...], batch: Batch) -> Batch:
    """A batch in the original's layout as the converted model's inputs take it."""
    return {
        theirs: _transposed(batch[ours], _permutation(plan.inputs, ours))
        for ours, theirs in zip(originals, converted, strict=True)
    }


def original_view(plan: Plan, output: str, batch: Array) -> Array:
    """A converted output (N, …) in the original's layout."""
    order = _permutation(plan.outputs, output)
    return _transposed(batch, inverse(order) if order else None)


def _permutation(ports: tuple[Port, ...], name: str) -> tuple[int, ...] | None:
    return next((port.permutation for port in ports if port.name == name), None)


def _transposed(batch: Array, order: tuple[int, ...] | None) -> Array:
    """Values whose rank does not fit stay as they are: the comparison says that shapes differ."""
    if order is None or len(order) != batch.ndim - 1:
        return batch
    return batch.transpose((0, *(axis + 1 for axis in order)))


def run_original(pair: Pair, batch: Batch, keep: Collection[str], dtype: DType) -> Mapping[str, Array]:
    """Values of the original model."""
    return run(pair.original.graph, batch, pair.read_original, dtype=dtype, keep=keep)


def run_converted(
    pair: Pair, batch: Batch, keep: Collection[str], dtype: DType, read: Reader | None = None
) -> Mapping[str, Array]:
    """Values of the converted model for a batch in the original's layout."""
    graph = pair.converted.graph
    fed = feeds(pair.plan, pair.original.graph.inputs, graph.inputs, batch)
    return run(graph, fed, read or pair.read_converted, dtype=dtype, keep=keep)


def wanted(pair: Pair, side: int) -> set[str]:
    """Outputs of one side (0 the original, 1 the converted) and what they were before squashing."""
    return {found[side] for pairs in pair.outputs() for found in (pairs, pair.compared(*pairs))}
