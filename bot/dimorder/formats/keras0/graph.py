"""Keras 0's Graph as a functional model of Keras 1.

A Graph's nodes stand in the order in which they were added, which is the order of its arrays; a node or output that
reads several others merges them first.
Source: Graph in keras/layers/containers.py at 0.2.0 and 0.3.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from dimorder.formats.keras0.naming import Names

Item = dict[str, Any]
MERGE = {"mode_type": "raw", "output_shape_type": "raw"}


class ReadItem(Protocol):
    """How one layer or container is told."""

    def __call__(self, item: Item, *, first: bool, name: str = "") -> Item: ...


@dataclass(frozen=True, slots=True)
class Telling:
    """What a Graph needs of the reading around it."""

    names: Names
    item: ReadItem


def functional(graph: Item, telling: Telling) -> Item:
    """The Graph as `class_name` Model; where it stands inside another container, its own inputs are fed from there."""
    work = _Graph(graph, telling, {}, [])
    for entry in graph["input_config"]:
        work.entrance(entry)
    for entry in graph["node_config"]:
        work.node(entry)
    outputs = [work.output(entry) for entry in graph["output_config"]]
    order = graph.get("input_order") or [entry["name"] for entry in graph["input_config"]]
    inputs = [_ref(work.known[name]) for name in order]
    ends = {"input_layers": inputs, "output_layers": [_ref(name) for name in outputs]}
    return {"class_name": "Model", "config": {"name": "graph", "layers": work.layers, **ends}}


@dataclass
class _Graph:
    graph: Item
    telling: Telling
    known: dict[str, str]
    """By the name that the Graph uses, that of the layer which yields the value."""
    layers: list[Item]

    def entrance(self, entry: Item) -> None:
        shape = entry.get("batch_input_shape") or ([None, *entry["input_shape"]] if entry.get("input_shape") else None)
        dtype = "int32" if entry.get("dtype") == "int" else "float32"
        name = self.known[entry["name"]] = self._own(entry["name"])
        config = {"name": name, "input_dtype": dtype, **({"batch_input_shape": list(shape)} if shape else {})}
        self._add({"class_name": "InputLayer", "config": config}, name, ())

    def node(self, entry: Item) -> None:
        source = self._source(entry, f"{entry['name']}_merged")
        name = self._own(entry["name"])
        written = self.graph["nodes"][entry["name"]]
        self._add(self.telling.item(written, first=False, name=name), name, (source,))
        self.known[entry["name"]] = name

    def output(self, entry: Item) -> str:
        """The layer that yields an output."""
        return self._source(entry, entry["name"])

    def _source(self, entry: Item, merged: str) -> str:
        """The layer whose value is read: the one named, or a Merge of several, made here."""
        if entry.get("input"):
            return self.known[entry["input"]]
        sources = tuple(self.known[name] for name in entry["inputs"])
        name = self._own(merged)
        own = {key: entry[key] for key in ("concat_axis", "dot_axes") if entry.get(key) is not None}
        config = {"name": name, "mode": entry.get("merge_mode", "concat"), **own, **MERGE}
        self._add({"class_name": "Merge", "config": config}, name, sources)
        return name

    def _own(self, name: str) -> str:
        return self.telling.names.give(name.replace("/", "_"))

    def _add(self, item: Item, name: str, sources: tuple[str, ...]) -> None:
        calls = [[_ref(source) for source in sources]] if sources else []
        self.layers.append({**item, "name": name, "inbound_nodes": calls})


def _ref(name: str) -> list[Any]:
    return [name, 0, 0]
