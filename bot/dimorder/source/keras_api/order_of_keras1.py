"""In which order Keras 1 lists the layers of a model where some are called at several depths.

Source: build_map_of_graph in Container, keras/engine/topology.py at 1.2.2: what is read lies one deeper than the layer
lay at when it was met, so that the order in which calls are met decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from dimorder.source.keras_api.applying import Applied
from dimorder.source.keras_api.tensor import Tensor

MOST = 100_000
"""Calls that are met; Keras meets each once for each depth."""
Key = tuple[int, int]


@dataclass
class _Walk:
    ends: set[Key]
    depths: dict[int, int] = field(default_factory=dict)
    layers: dict[int, Applied] = field(default_factory=dict)
    seen: set[tuple[int, int, int]] = field(default_factory=set)
    left: int = MOST


def listed(outputs: list[Tensor], ends: set[Key]) -> list[Applied] | None:
    """The layers by depth from the outputs, then as they are met; None where that takes too long to find out."""
    walk = _Walk(ends)
    for one in outputs:
        walk.seen.clear()
        waiting = [_met(walk, one.layer, one.node, 0)]
        while waiting:
            found = next(waiting[-1], None)
            if found is None:
                waiting.pop()
            else:
                waiting.append(_met(walk, *found))
            if walk.left < 0:
                return None
    met = {key: number for number, key in enumerate(walk.layers)}
    return sorted(walk.layers.values(), key=lambda layer: (-walk.depths[id(layer)], met[id(layer)]))


def _met(walk: _Walk, layer: Applied, number: int, depth: int) -> Iterator[tuple[Applied, int, int]]:
    """Meet a call; then those that it reads and that were not met at this depth before."""
    walk.left -= 1
    walk.seen.add((id(layer), number, depth))
    walk.layers.setdefault(id(layer), layer)
    below = walk.depths[id(layer)] = max(depth, walk.depths.get(id(layer), depth))
    return _below(walk, layer, number, below + 1)


def _below(walk: _Walk, layer: Applied, number: int, depth: int) -> Iterator[tuple[Applied, int, int]]:
    for one in [] if (id(layer), number) in walk.ends else layer.nodes[number].inputs:
        if (id(one.layer), one.node, depth) not in walk.seen:
            yield one.layer, one.node, depth
