"""In which order Keras lists the layers of a model: by depth from the outputs, then as they are met.

Source: _map_graph_network in keras/engine/network.py at 2.2.4; Container in engine/topology.py at 1.2.2 does the same
for all but layers that are called several times: see order_of_keras1.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dimorder.source.keras_api.applying import Applied, Node
from dimorder.source.keras_api.order_of_keras1 import listed
from dimorder.source.keras_api.tensor import Tensor


@dataclass
class Order:
    """What lies between a model's inputs and outputs.

    layers: as Keras lists them. nodes: of each layer (by id), the numbers of its calls inside the model.
    calls:  the same calls, each behind those that it reads.
    old:    layers as Keras 1 lists them; None where nobody tells.
    """

    layers: list[Applied] = field(default_factory=list)
    nodes: dict[int, list[int]] = field(default_factory=dict)
    calls: list[tuple[Applied, int]] = field(default_factory=list)
    old: list[Applied] | None = field(default_factory=list)

    def listed(self, style: str) -> list[Applied] | None:
        """The layers in the order of this Keras."""
        return self.old if style == "keras1" else self.layers


Key = tuple[int, int]


@dataclass
class _Walk:
    met: dict[int, int] = field(default_factory=dict)
    layers: dict[int, Applied] = field(default_factory=dict)
    finished: list[tuple[Applied, int]] = field(default_factory=list)
    begun: set[Key] = field(default_factory=set)


def order(outputs: list[Tensor], inputs: list[Tensor]) -> Order:
    """The layers and calls between inputs and outputs."""
    walk = _walked(outputs, {_key(one) for one in inputs})
    depths = _depths(walk, {_key(one) for one in inputs})
    layers = sorted(walk.layers.values(), key=lambda layer: (-depths[id(layer)], walk.met[id(layer)]))
    nodes: dict[int, list[int]] = {}
    for layer, number in walk.finished:
        nodes.setdefault(id(layer), []).append(number)
    shared = any(len(numbers) > 1 for numbers in nodes.values())
    old = listed(outputs, {_key(one) for one in inputs}) if shared else layers
    return Order(layers, {key: sorted(numbers) for key, numbers in nodes.items()}, walk.finished, old)


def _key(tensor: Tensor) -> Key:
    return (id(tensor.layer), tensor.node)


def _read(layer: Applied, number: int, ends: set[Key]) -> list[Tensor]:
    node: Node = layer.nodes[number]
    return [] if (id(layer), number) in ends else node.inputs


def _walked(outputs: list[Tensor], ends: set[Key]) -> _Walk:
    """Depth first from the outputs, without recursion: models are deep."""
    walk = _Walk()
    waiting: list[tuple[Applied, int, bool]] = [(one.layer, one.node, False) for one in reversed(outputs)]
    while waiting:
        layer, number, done = waiting.pop()
        if done:
            walk.finished.append((layer, number))
            continue
        if (id(layer), number) in walk.begun:
            continue
        walk.begun.add((id(layer), number))
        walk.met.setdefault(id(layer), len(walk.met))
        walk.layers[id(layer)] = layer
        waiting.append((layer, number, True))
        waiting += [(one.layer, one.node, False) for one in reversed(_read(layer, number, ends))]
    return walk


def _depths(walk: _Walk, ends: set[Key]) -> dict[int, int]:
    by_node: dict[Key, int] = {}
    by_layer: dict[int, int] = {}
    for layer, number in reversed(walk.finished):
        depth = max(by_node.get((id(layer), number), 0), by_layer.get(id(layer), 0))
        by_layer[id(layer)] = by_node[id(layer), number] = depth
        for one in _read(layer, number, ends):
            by_node[_key(one)] = max(depth + 1, by_node.get(_key(one), 0))
    return by_layer
