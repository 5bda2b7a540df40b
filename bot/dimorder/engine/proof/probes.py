"""The inputs tried: seeded, never constant, in ranges that a network of this kind may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dimorder import semantics as ops
from dimorder.engine.proof.entrances import masked_value, spatial_axes, token_table
from dimorder.engine.proof.signals import WITH_SPACE, WITHOUT_SPACE, Axes, Rng
from dimorder.engine.proof.sizes import (
    Inputs,
    Sizes,
    elements,
    input_sizes,
    multiply_adds,
    shapes_for,
)
from dimorder.engine.proof.steps import passed_over
from dimorder.errors import UsageError
from dimorder.graph import Graph
from dimorder.steps import Array

Batch = Mapping[str, Array]
"""One array (N, …) by input name, in the original's layout; all of one length N."""

MOST = 16
FEWEST = 4
BUDGET = 60e9
"""Multiplications of one pass over the probes of one size: 4 times VGG16 at 224×224."""
CHUNK = 1 << 25
"""Elements of activations held at once, for each of the two models."""


@dataclass(frozen=True, slots=True)
class Probes:
    """What is fed to both models. batches: one for each input size, then the samples."""

    batches: tuple[Batch, ...]
    told: dict[str, Any]
    chunk: int

    def chunks(self) -> Iterator[Batch]:
        """The batches cut so that all activations of one piece fit into memory."""
        for batch in self.batches:
            for start in range(0, length(batch), self.chunk):
                yield part(batch, start, start + self.chunk)

    def few(self) -> Batch:
        """The first half of the probes, for controls: still of several kinds."""
        return part(self.batches[0], 0, max(2, min(8, length(self.batches[0]) // 2)))


def length(batch: Batch) -> int:
    """Number of probes in a batch."""
    return len(next(iter(batch.values())))


def part(batch: Batch, start: int, stop: int) -> Batch:
    """Some probes of a batch."""
    return {name: values[start:stop] for name, values in batch.items()}


def probes(graph: Graph, seed: int, samples: Batch | None = None) -> Probes:
    """Probes for the original's inputs; the same for the same seed.

    samples: the user's own arrays (N, …) by input name, in the original's layout.
    """
    checked = _checked(graph, samples) if samples else None
    sizes = input_sizes(graph)
    rng = np.random.default_rng(seed)
    counts = [_count(graph, inputs) for inputs in sizes]
    drawn = [_draw(graph, inputs, n, rng, checked) for inputs, n in zip(sizes, counts, strict=True)]
    told = {
        "seed": seed,
        "counts": dict(_kinds(graph, counts)),
        "sizes": [{name: list(shape) for name, shape in inputs.items()} for inputs in sizes],
        "samples": length(checked) if checked else 0,
    }
    largest = max(elements(shapes_for(graph, inputs) or {}) for inputs in sizes)
    chunk = max(1, CHUNK // max(1, largest))
    return Probes((*drawn, *([checked] if checked else [])), told, chunk)


def _checked(graph: Graph, samples: Batch) -> Batch:
    """The samples, if there is an array of the right shape for every input."""
    nodes = graph.by_name()
    for name in graph.inputs:
        shape = nodes[name].shape
        given = samples[name].shape[1:] if name in samples else None
        same = given is not None and len(given) == len(shape)
        if not same or any(want not in (None, has) for want, has in zip(shape, given or (), strict=True)):
            raise UsageError(
                f"the samples for input {name!r} have shape {given}, the model reads {shape}",
                hint="give samples in the original model's layout, with a batch axis in front",
            )
    if len({len(samples[name]) for name in graph.inputs}) != 1 or not len(samples[graph.inputs[0]]):
        raise UsageError("the inputs have different numbers of samples", hint="give as many for each input")
    return {name: np.asarray(samples[name]) for name in graph.inputs}


def _count(graph: Graph, inputs: Inputs) -> int:
    shapes = shapes_for(graph, inputs)
    cost = multiply_adds(graph, shapes) if shapes else 1
    return int(min(MOST, max(FEWEST, BUDGET // max(1, cost))))


def _draw(graph: Graph, inputs: Inputs, count: int, rng: Rng, samples: Batch | None) -> Batch:
    return {
        name: _tokens(rng, table, (count, *shape))
        if (table := token_table(graph, name))
        else _signals(graph, name, shape, count, rng, samples)
        for name, shape in inputs.items()
    }


def _tokens(rng: Rng, table: ops.Embedding, shape: Sizes) -> Array:
    """Integers in [0, input_dim); where 0 masks, some steps of it."""
    if not table.mask_zero or len(shape) != 2 or table.input_dim < 2:
        return rng.integers(0, table.input_dim, shape, dtype=np.int64)
    tokens = rng.integers(1, table.input_dim, shape, dtype=np.int64)
    return np.where(passed_over(rng, *shape), 0, tokens)


def _signals(graph: Graph, name: str, shape: Sizes, count: int, rng: Rng, samples: Batch | None) -> Array:
    """Signals of every kind in turn, each at another scale of the plausible range; float32."""
    spatial = spatial_axes(graph, name)
    makers = list((WITH_SPACE if spatial else WITHOUT_SPACE).values())
    centre, scales = _range(shape, spatial, samples[name] if samples else None)
    made = [
        centre + scales[i // len(makers) % len(scales)] * makers[i % len(makers)](rng, shape, spatial)
        for i in range(count)
    ]
    batch = np.stack(made).astype(np.float32)
    masked = masked_value(graph, name)
    if masked is None or batch.ndim != 3:
        return batch
    return np.where(passed_over(rng, count, shape[0])[..., None], np.float32(masked), batch)


def _range(shape: Sizes, spatial: Axes, samples: Array | None) -> tuple[float, list[float]]:
    """Centre and scales: the samples' own; else 1 and up to ±128 for images, 1 for the rest."""
    if samples is not None:
        return float(samples.mean()), [float(samples.std()) or 1.0]
    lone = [size for axis, size in enumerate(shape) if axis not in spatial]
    return 0.0, [1.0, 60.0] if len(spatial) == 2 and lone in ([1], [3]) else [1.0, 2.0]


def _kinds(graph: Graph, counts: list[int]) -> Counter[str]:
    """How many probes of each kind, by the first input that takes signals."""
    for name in graph.inputs:
        if not token_table(graph, name):
            kinds = list(WITH_SPACE if spatial_axes(graph, name) else WITHOUT_SPACE)
            return Counter(kinds[i % len(kinds)] for count in counts for i in range(count))
    return Counter(tokens=sum(counts))
