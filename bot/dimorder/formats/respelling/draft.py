"""The document while it is rewritten, and where in it things stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dimorder.errors import Refused
from dimorder.formats.containers import HELD, Pointer, Ref
from dimorder.formats.document import Document
from dimorder.formats.lower import Lowered
from dimorder.formats.respelling.spelling import spell
from dimorder.graph import Graph, Node
from dimorder.mapping import times_sliced
from dimorder.model import Era
from dimorder.semantics import Op


@dataclass
class Draft:
    """A document that describes `lowered`, on its way to describing `graph`.

    original:  nodes of the document as it was, by name; converted: those of the graph.
    refs:      per container path and value, the output of which layer it is there; grows with what is put in.
    behind:    by layer path and value, the layer that was put behind it.
    """

    document: Document
    lowered: Lowered
    graph: Graph
    era: Era
    version: str

    def __post_init__(self) -> None:
        self.original: Mapping[str, Node] = {node.name: node for node in self.lowered.nodes}
        self.converted = self.graph.by_name()
        self.refs = dict(self.lowered.refs)
        self.behind: dict[tuple[str, Ref], str] = {}

    def at(self, pointer: Pointer) -> Any:
        """The value a pointer leads to."""
        found: Any = self.document
        for key in pointer:
            found = found[key]
        return found

    def held(self, layer: str, level: int) -> dict[str, Any]:
        """The configuration inside so many TimeDistributed of the layer; pointers as in the document as it was."""
        spec = self.lowered.specs[layer]
        found: dict[str, Any] = self.at((*spec.pointer, *HELD * level))["config"]
        return found

    def pointer(self, layer: str) -> Pointer:
        """Where the layer stands now: pointers into lists move with what has been inserted in front."""
        spec, parent = self.lowered.specs[layer], layer.rpartition("/")[0]
        while parent and parent not in self.lowered.specs:
            parent = parent.rpartition("/")[0]
        inside = spec.pointer[len(self.lowered.specs[parent].pointer) :] if parent else spec.pointer
        pointer = (*self.pointer(parent), *inside) if parent else inside
        for number, item in enumerate(self.at(pointer[:-1])):
            if _name(item) == spec.name:
                return (*pointer[:-1], number)
        return pointer

    def is_sequential(self, anchor: Node) -> bool:
        """Whether the layer's container is a Sequential, which names no values."""
        return "inbound_nodes" not in self.at(self.pointer(anchor.layer))

    def item(self, node: Node, anchor: Node) -> dict[str, Any]:
        """An added layer as it stands beside the layer that it serves."""
        return spell(replace(node, op=sliced(node, self.lowered.depths[anchor.layer])), self.era)

    def keywords(self) -> list[Any]:
        """What a reference ends in: Keras 2 adds the arguments of the call."""
        return [{}] if self.era == "keras2" else []

    def reference(self, parent: str, value: str) -> list[Any]:
        """A value as the container's network names it."""
        ref = self.refs.get((parent, value)) or Ref(value.rpartition("/")[2])
        return [ref.layer, ref.node, ref.tensor, *self.keywords()]


def _name(item: Mapping[str, Any]) -> str | None:
    config = item["config"]
    return item.get("name") or (config.get("name") if isinstance(config, dict) else None)


def sliced(node: Node, depth: int) -> Op:
    """What the node does inside so many TimeDistributed."""
    found = times_sliced(node.op, depth)
    if found is None:
        raise Refused(
            f"layer {node.layer!r}: it no longer treats every slice of its TimeDistributed alike",
            hint="write the .keras form: -o NAME.keras",
        )
    return found
