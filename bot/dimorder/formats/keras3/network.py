"""A graph as the layers of one flat functional Keras model."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dimorder.errors import Refused
from dimorder.formats.keras3.activations import word
from dimorder.formats.keras3.call import Call, Place
from dimorder.formats.keras3.fusion import Word, fused_words
from dimorder.formats.keras3.mapped import with_word
from dimorder.formats.keras3.order import Use, computable_order, layer_order
from dimorder.formats.keras3.settings import carried
from dimorder.formats.keras3.spelling import spell
from dimorder.graph import Graph, Node, unique_name
from dimorder.semantics import Op, Shape
from dimorder.steps import Array

Settings = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Language:
    """How one Keras spells a model.

    spell:   an operation as layers. word: an activation as one word, None where no word states it.
    carried: of a layer's training-time settings, those that its class takes.
    """

    spell: Callable[[Op, Place], Call]
    word: Word
    carried: Callable[[str, Mapping[str, Any]], dict[str, Any]]


KERAS3 = Language(spell, word, carried)


@dataclass(slots=True)
class Layer:
    """A Keras layer: what each of its calls reads and yields, and the node whose arrays it owns.

    path: of the graph's layer that it was made for, alone or with others.
    homes, constants: as of the `Call` that it was made for.
    """

    name: str
    class_name: str
    config: dict[str, Any]
    owner: Node | None
    homes: tuple[tuple[str, int], ...] = ()
    constants: tuple[Array, ...] = ()
    reads: list[tuple[Use, ...]] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    path: str = ""


@dataclass(frozen=True, slots=True)
class Network:
    """Layers in Keras's own order, with the calls that are the model's inputs and outputs."""

    layers: tuple[Layer, ...]
    inputs: tuple[Use, ...]
    outputs: tuple[Use, ...]


def network(graph: Graph, settings: Settings, language: Language = KERAS3) -> Network:
    """The layers that compute the graph; nodes that lead to no output are left out."""
    growing = _Growing(graph, settings, language)
    parents = {(node.name, 0): [(name, 0) for name in node.inputs] for node in graph.nodes}
    needed = {name for name, _ in computable_order(parents, [(n, 0) for n in graph.outputs])}
    for node in graph.nodes:
        if node.name in needed or node.name in graph.inputs:
            growing.add(node)
    return growing.finished()


class _Growing:
    """The network while its nodes are added one after the other."""

    def __init__(self, graph: Graph, settings: Settings, language: Language) -> None:
        self.graph = graph
        self.settings = settings
        self.language = language
        self.nodes = graph.by_name()
        self.fused = fused_words(graph, language.word)
        self.names = _names(graph.nodes)
        self.layers: dict[str, Layer] = {}
        self.values: dict[str, Use] = {}

    def add(self, node: Node) -> None:
        if node.inputs and node.inputs[0] in self.fused and self._is_fused(node):
            self.values[node.name] = self.values[node.inputs[0]]
            return
        place = Place(
            node.layer,
            node.inputs,
            tuple(self.nodes[name].shape for name in node.inputs),
            node.shape,
            self.settings.get(node.layer, {}),
        )
        call = self.language.spell(node.op, place)
        self.values[node.name] = self._use(node, call, self._config(node, call, place))

    def _is_fused(self, node: Node) -> bool:
        source = self.nodes[node.inputs[0]]
        return (source.layer, source.call) == (node.layer, node.call)

    def _config(self, node: Node, call: Call, place: Place) -> dict[str, Any]:
        config = {**call.config, **self.language.carried(call.class_name, place.settings)}
        # Keras checks these in the constructor; what the operation needs is not a setting.
        config.update(call.config)
        if node.name in self.fused:
            config = with_word(config, call.class_name, self.fused[node.name])
        return config

    def _use(self, node: Node, call: Call, config: dict[str, Any]) -> Use:
        """One more call of the layer, after those that stand between."""
        reads = tuple(
            self._use(node, value, {**self.language.carried(value.class_name, {}), **value.config})
            if isinstance(value, Call)
            else self.values[value]
            for value in call.inputs
        )
        layer = self._layer(node, call, config)
        layer.reads.append(reads)
        layer.shapes.append(call.shape)
        return layer.name, len(layer.reads) - 1

    def _layer(self, node: Node, call: Call, config: dict[str, Any]) -> Layer:
        name = self._name(node, call.suffix)
        layer = self.layers.get(name)
        if layer is None:
            owner = node if node.tensors and (call.homes or not call.suffix) else None
            homes = call.homes or (("", len(node.tensors)),)
            layer = self.layers[name] = Layer(
                name, call.class_name, config, owner, homes, call.constants, path=node.layer
            )  # fmt: skip
        if (layer.class_name, layer.config) != (call.class_name, config):
            raise Refused(f"layer {node.layer!r} is shared, and its calls ask for different layers")
        return layer

    def _name(self, node: Node, suffix: str) -> str:
        key = _key(node)
        if not suffix:
            return self.names[key]
        return self.names.setdefault((*key, suffix), unique_name(f"{self.names[key]}_{suffix}", self.names.values()))

    def finished(self) -> Network:
        parents = {
            (layer.name, number): reads for layer in self.layers.values() for number, reads in enumerate(layer.reads)
        }
        inputs = tuple(self.values[name] for name in self.graph.inputs)
        outputs = tuple(self.values[name] for name in self.graph.outputs)
        order = layer_order(parents, inputs, outputs)
        return Network(tuple(self.layers[name] for name in order), inputs, outputs)


def _key(node: Node) -> tuple[str, ...]:
    """What the calls of a shared layer have in common: its path, and the part that a node plays."""
    name = re.sub(rf"@{node.call}'*(?=/|$)", "", node.name) if node.call else node.name
    own = node.layer.rpartition("/")[2]
    parts = name.split("/")
    part = parts[len(parts) - parts[::-1].index(own) :] if own in parts else parts
    return (node.layer, *part)


def _names(nodes: Sequence[Node]) -> dict[tuple[str, ...], str]:
    """A name for every layer: the last part of its path; first come those of layers in the file."""
    names: dict[tuple[str, ...], str] = {}
    for key in sorted((_key(node) for node in nodes), key=len):
        if key not in names:
            own = key[0].rpartition("/")[2]
            names[key] = unique_name("_".join((own, *key[1:])), names.values())
    return names
