"""An architecture's document, rewritten for the converted graph in the spelling of the Keras that wrote it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dimorder.errors import Refused
from dimorder.formats.containers import Pointer, Ref
from dimorder.formats.document import Document
from dimorder.formats.layers import conv, dense, merge, plain, pooling, resize
from dimorder.formats.lower import Lowered
from dimorder.graph import Graph, Node
from dimorder.model import Era
from dimorder.semantics import (
    Activate,
    BatchNorm,
    Conv,
    Crop,
    GlobalPool,
    Identity,
    Merge,
    Op,
    Permute,
    Pool,
    PReLU,
    UpSample,
    ZeroPad,
)  # fmt: skip

NETWORK = "branches"
"""Ending of the name of a model that stands for one layer of a Sequential."""
_DTYPE = {"keras1": "input_dtype", "keras2": "dtype"}
WITH_CHANNELS = (Conv, Pool, GlobalPool, ZeroPad, Crop, UpSample, Identity)


def respell(document: Document, lowered: Lowered, graph: Graph, era: Era, version: str) -> Document:
    """A copy of `document` that describes `graph`; everything that has not to change stays as it is."""
    work = _Respelling(copy.deepcopy(document), lowered, graph, era, version)
    work.layers()
    work.declared_shapes()
    work.containers()
    return work.document


def at(document: Document, pointer: Pointer) -> Any:
    """The value a pointer leads to."""
    found: Any = document
    for key in pointer:
        found = found[key]
    return found


@dataclass
class _Respelling:
    document: Document
    lowered: Lowered
    graph: Graph
    era: Era
    version: str

    def __post_init__(self) -> None:
        self.original: Mapping[str, Node] = {node.name: node for node in self.lowered.nodes}
        self.converted = self.graph.by_name()
        self.added = [node for node in self.graph.nodes if node.name not in self.original]

    def layers(self) -> None:
        """Keys of layers whose operation has changed."""
        for node in self.graph.nodes:
            before = self.original.get(node.name)
            if before is None or before.op == node.op or not before.inputs:
                continue
            config = at(self.document, self.lowered.specs[node.layer].pointer)["config"]
            if isinstance(node.op, Activate) and (node.name.endswith("/activation") or "axis" not in config):
                raise Refused(
                    f"layer {node.layer!r}: this form of softmax works along the last axis only",
                    hint="write the .keras form: -o NAME.keras",
                )
            config.update(_changed(node.op, config, len(node.shape)))
            config.update(self._ordering(node.op, config))

    def _ordering(self, op: Op, config: Mapping[str, Any]) -> dict[str, str]:
        if not isinstance(op, WITH_CHANNELS) or op.channels is None:
            return {}
        rank = getattr(op, "rank", 2)
        if self.era == "keras1":
            return {"dim_ordering": "tf" if op.channels == "last" else "th"} if rank > 1 else {}
        return {"data_format": f"channels_{op.channels}"} if rank > 1 or "data_format" in config else {}

    def declared_shapes(self) -> None:
        """Input shapes, wherever a layer states the shape of what it reads."""
        for place, value in self.lowered.declared:
            config = at(self.document, self.lowered.specs[place].pointer)["config"]
            before, after = self.original[value].shape, self.converted[value].shape
            if before == after:
                continue
            key = "batch_input_shape" if "batch_input_shape" in config else "batch_shape"
            config[key] = [config[key][0], *after]

    def containers(self) -> None:
        """Layers that the conversion added, put in front of the layer they serve."""
        served: dict[str, list[Node]] = {}
        for node in self.added:
            if self.era == "keras1":
                check_padding(node.op, self.version, node.layer)
            served.setdefault(self._anchor(node).name, []).append(node)
        for name, added in served.items():
            anchor = self.original[name]
            if not self._is_sequential(anchor):
                for node in added:
                    self._insert_in_network(node, anchor, node.layer.rpartition("/")[0])
            elif self._is_chain(added):
                for node in added:
                    self._insert_in_sequence(node, anchor)
            else:
                self._replace_by_network(added, anchor)

    def _anchor(self, node: Node) -> Node:
        """The original layer behind an added node."""
        readers = self.graph.readers()
        while node.name not in self.original:
            node = readers[node.name][0]
        return node

    def _is_sequential(self, anchor: Node) -> bool:
        return "inbound_nodes" not in at(self.document, self._pointer(anchor))

    def _pointer(self, node: Node) -> Pointer:
        """Where the layer stands now: pointers into lists move with what has been inserted in front."""
        spec = self.lowered.specs[node.layer]
        siblings = at(self.document, spec.pointer[:-1])
        for number, item in enumerate(siblings):
            name = item.get("name") or (item["config"].get("name") if isinstance(item["config"], dict) else None)
            if name == spec.name:
                return (*spec.pointer[:-1], number)
        return spec.pointer

    def _is_chain(self, added: list[Node]) -> bool:
        readers = self.graph.readers()
        names = {node.name for node in added}
        entries = [name for node in added for name in node.inputs if name not in names]
        single = all(len(node.inputs) == 1 and len(readers[node.name]) == 1 for node in added)
        return single and len(entries) == 1 and len(readers[entries[0]]) == 1

    def _insert_in_sequence(self, node: Node, anchor: Node) -> None:
        pointer = self._pointer(anchor)
        siblings, number = at(self.document, pointer[:-1]), pointer[-1]
        assert isinstance(number, int)
        item = spell(node, self.era)
        config = siblings[number]["config"]
        for key in ("batch_input_shape", "input_dtype"):
            if key in config and number == 0:
                item["config"][key] = config.pop(key)
        siblings.insert(number, item)

    def _replace_by_network(self, added: list[Node], anchor: Node) -> None:
        """A Sequential model holds no branches, but it holds a model that does; this one owns no arrays."""
        pointer = self._pointer(anchor)
        layer = at(self.document, pointer)
        names = {node.name for node in added}
        entry = next(name for node in added for name in node.inputs if name not in names)
        if anchor.tensors or "batch_input_shape" in layer["config"]:
            raise Refused(
                f"layer {anchor.layer!r} becomes several branches, which a Sequential model cannot begin with",
                hint="write the .keras form: -o NAME.keras",
            )
        own = layer["config"]["name"]
        entrance = f"{own}_input"
        shape = [None, *self.converted[entry].shape]
        refs = {entry: entrance, anchor.name: own} | {node.name: node.layer.rpartition("/")[2] for node in added}
        items = [(node.inputs, spell(node, self.era)) for node in added]
        items.append((self.converted[anchor.name].inputs, layer))
        config = {"batch_input_shape": shape, "name": entrance, _DTYPE[self.era]: "float32", "sparse": False}
        layers: list[dict[str, Any]] = [
            {"name": entrance, "class_name": "InputLayer", "config": config, "inbound_nodes": []}
        ]
        layers += [
            {"name": item["config"]["name"], **item, "inbound_nodes": [[self._call(refs[name]) for name in inputs]]}
            for inputs, item in items
        ]
        ends = {"input_layers": [[entrance, 0, 0]], "output_layers": [[own, 0, 0]]}
        model = {"name": f"{own}_{NETWORK}", "layers": layers, **ends}
        siblings = at(self.document, pointer[:-1])
        siblings[pointer[-1]] = {"class_name": "Model", "config": model}

    def _call(self, layer: str) -> list[Any]:
        keywords: list[Any] = [{}] if self.era == "keras2" else []
        return [layer, 0, 0, *keywords]

    def _insert_in_network(self, node: Node, anchor: Node, parent: str) -> None:
        pointer = self._pointer(anchor)
        siblings, number = at(self.document, pointer[:-1]), pointer[-1]
        item = spell(node, self.era)
        call = [self._written_ref(parent, value) for value in node.inputs]
        siblings.insert(number, {"name": item["config"]["name"], **item, "inbound_nodes": [call]})
        for reader in self.graph.readers()[node.name]:
            if reader.name in self.original:
                self._rewire(reader, parent)

    def _rewire(self, reader: Node, parent: str) -> None:
        written = at(self.document, self._pointer(reader))["inbound_nodes"][reader.call]
        for number, value in enumerate(reader.inputs):
            keywords = written[number][3:]
            written[number] = self._written_ref(parent, value)[:3] + keywords

    def _written_ref(self, parent: str, value: str) -> list[Any]:
        ref = self.lowered.refs.get((parent, value)) or Ref(value.rpartition("/")[2])
        keywords: list[Any] = [{}] if self.era == "keras2" else []
        return [ref.layer, ref.node, ref.tensor, *keywords]


def _changed(op: Op, config: dict[str, Any], rank: int) -> dict[str, Any]:
    match op:
        case Conv():
            return conv.respell(op, config)
        case Pool() | GlobalPool():
            return pooling.respell(op, config)
        case BatchNorm() | PReLU():
            return dense.respell(op, config, rank)
        case Merge():
            return merge.respell(op, config, rank)
    if isinstance(op, Activate):
        return {"axis": -1 if op.axis is None else op.axis + 1}
    return plain.spell_changed(op, config)


def spell(node: Node, era: Era) -> dict[str, Any]:
    """A layer that the conversion added, as that era writes it."""
    name, op = node.layer.rpartition("/")[2], node.op
    ordering = _spelled_ordering(op, era)
    match op:
        case Permute(order):
            class_name, config = "Permute", {"dims": [axis + 1 for axis in order]}
        case ZeroPad(rank):
            class_name, config = f"ZeroPadding{rank}D", {"padding": resize.spell_amounts(op, era)}
        case Crop(rank):
            class_name, config = f"Cropping{rank}D", {"cropping": resize.spell_amounts(op, era)}
        case Pool(rank):
            class_name, config = _spelled_pool(op, era)
        case Merge("concat"):
            class_name, config = _spelled_concat(op, era)
        case _:
            raise Refused(f"layer {name!r}: {type(op).__name__} has no form in {era}")
    # Keras 1's Merge is the one layer whose constructor takes no `trainable`.
    trainable = {} if class_name == "Merge" else {"trainable": True}
    return {"class_name": class_name, "config": {"name": name, **trainable, **config, **ordering}}


def check_padding(op: Op, version: str, name: str) -> None:
    """Keras 1 pads three axes alike on both sides only, and before 1.2 any axes: more numbers would be passed over."""
    uneven = isinstance(op, ZeroPad) and any(before != after for before, after in op.amounts)
    if uneven and (getattr(op, "rank", 2) == 3 or not version.startswith("1.2")):
        raise Refused(
            f"layer {name!r}: Keras {version or '1'} has no padding that differs before and after",
            hint="write the .keras form: -o NAME.keras",
        )


def _spelled_ordering(op: Op, era: Era) -> dict[str, str]:
    if not isinstance(op, WITH_CHANNELS) or getattr(op, "rank", 2) == 1:
        return {}
    if era == "keras1":
        return {"dim_ordering": "tf" if op.channels == "last" else "th"}
    return {"data_format": f"channels_{op.channels}"}


def _spelled_pool(op: Pool, era: Era) -> tuple[str, dict[str, Any]]:
    class_name = f"{'Max' if op.kind == 'max' else 'Average'}Pooling{op.rank}D"
    size, strides = list(op.size), list(op.strides)
    if era == "keras1" and op.rank == 1:
        return class_name, {"pool_length": size[0], "stride": strides[0], "border_mode": "valid"}
    return class_name, {"pool_size": size, "strides": strides, _MODE[era]: "valid"}


_MODE = {"keras1": "border_mode", "keras2": "padding"}


def _spelled_concat(op: Merge, era: Era) -> tuple[str, dict[str, Any]]:
    assert op.axis is not None
    if era == "keras1":
        raw = {f"{key}_type": "raw" for key in ("mode", "output_shape", "output_mask")}
        nothing: dict[str, Any] = {"output_shape": None, "output_mask": None, "arguments": {}, "dot_axes": -1}
        return "Merge", {"mode": "concat", "concat_axis": op.axis + 1, **raw, **nothing}
    return "Concatenate", {"axis": op.axis + 1}
