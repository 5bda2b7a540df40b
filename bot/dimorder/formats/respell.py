"""An architecture's document, rewritten for the converted graph in the spelling of the Keras that wrote it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dimorder.errors import Refused
from dimorder.formats.behind import put_behind
from dimorder.formats.containers import HELD, WRAPPER, Pointer, Ref
from dimorder.formats.document import Document
from dimorder.formats.layers import (
    conv,
    conv_recurrent,
    conv_transpose,
    dense,
    depthwise,
    legacy,
    merge,
    plain,
    pooling,
    resize,
)
from dimorder.formats.lower import Lowered
from dimorder.graph import Graph, Node
from dimorder.mapping import innermost, times_sliced
from dimorder.model import Era
from dimorder.semantics import (
    Activate,
    BatchNorm,
    Conv,
    ConvRecurrent,
    ConvTranspose,
    Crop,
    Depthwise,
    GlobalPool,
    Identity,
    LocallyConnected,
    Mapped,
    Merge,
    Op,
    ParametricSoftplus,
    Permute,
    Pool,
    PReLU,
    Separable,
    SReLU,
    UpSample,
    ZeroPad,
)  # fmt: skip

NETWORK = "branches"
"""Ending of the name of a model that stands for one layer of a Sequential."""
_DTYPE = {"keras1": "input_dtype", "keras2": "dtype"}
WITH_CHANNELS = (Conv, Pool, GlobalPool, ZeroPad, Crop, UpSample, Identity, LocallyConnected, ConvRecurrent,
                 ConvTranspose, Depthwise, Separable)  # fmt: skip


def respell(document: Document, lowered: Lowered, graph: Graph, era: Era, version: str) -> Document:
    """A copy of `document` that describes `graph`; everything that has not to change stays as it is."""
    work = _Respelling(copy.deepcopy(document), lowered, graph, era, version)
    work.layers()
    work.declared_shapes()
    work.held_shapes()
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
        self.refs = dict(self.lowered.refs)
        self.behind: dict[tuple[str, Ref], str] = {}
        self.added = [node for node in self.graph.nodes if node.name not in self.original]

    def layers(self) -> None:
        """Keys of layers whose operation has changed."""
        for node in self.graph.nodes:
            before = self.original.get(node.name)
            if before is None or before.op == node.op or not before.inputs:
                continue
            config, op, depth = self._held(node), self._slice(node), self._depth(node)
            if isinstance(op, Activate) and (node.name.endswith("/activation") or "axis" not in config):
                raise Refused(
                    f"layer {node.layer!r}: this form of softmax works along the last axis only",
                    hint="write the .keras form: -o NAME.keras",
                )
            config.update(_changed(op, config, len(node.shape) - depth))
            config.update(self._ordering(op, config))

    def _held(self, node: Node) -> dict[str, Any]:
        """The configuration inside all TimeDistributed of the node's layer."""
        spec = self.lowered.specs[node.layer]
        found: dict[str, Any] = at(self.document, (*spec.pointer, *HELD * spec.mapped))["config"]
        return found

    def _depth(self, node: Node) -> int:
        """How many TimeDistributed are wrapped around the layer, its own and those of models around it."""
        return self.lowered.depths[node.layer] + self.lowered.specs[node.layer].mapped

    def _slice(self, node: Node) -> Op:
        return _sliced(node, self._depth(node))

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
            config[key] = [config[key][0], *after[self.lowered.depths[place] :]]

    def held_shapes(self) -> None:
        """Input shapes that layers inside a TimeDistributed state of their slices; nothing reads them there."""
        for node in self.lowered.nodes:
            spec = self.lowered.specs[node.layer]
            if spec.inner or not node.inputs or node.name.endswith("/activation"):
                continue
            shape = self.converted[self.converted[node.name].inputs[0]].shape[self.lowered.depths[node.layer] :]
            for level in range(1, spec.mapped + 1):
                config = at(self.document, (*spec.pointer, *HELD * level))["config"]
                if config.get("batch_input_shape"):
                    config["batch_input_shape"] = [None, *shape[level:]]

    def containers(self) -> None:
        """Layers that the conversion added, put in front of the layer they serve."""
        served: dict[str, list[Node]] = {}
        behind = [node for node in self.added if self._is_behind(node)]
        for node in behind:
            self._insert_behind(node)
        for node in self.added:
            if node in behind:
                continue
            if self.era == "keras1":
                check_padding(innermost(node.op)[0], self.version, node.layer)
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

    def _is_behind(self, node: Node) -> bool:
        """Whether the node crops the margin of a layer: it alone reads it, whoever else did before."""
        source = self.original.get(node.inputs[0])
        crops = isinstance(innermost(node.op)[0], Crop) and source is not None
        alone = len(self.graph.readers()[node.inputs[0]]) == 1 and node.inputs[0] not in self.graph.outputs
        return crops and source is not None and alone and node.layer.startswith(f"{source.layer}_crop")

    def _insert_behind(self, node: Node) -> None:
        """A container that is called twice has its layers once."""
        source = self.original[node.inputs[0]]
        if self.era == "keras1" and self.version.startswith("1.0.7"):
            because = f"layer {source.layer!r}: Keras 1.0.7 has no Cropping to put behind it"
            raise Refused(because, hint="write the .keras form: -o NAME.keras")
        parent, pointer = source.layer.rpartition("/")[0], self._pointer(source.layer)
        ref = self.lowered.refs.get((parent, source.name), Ref(source.layer.rpartition("/")[2]))
        item = self._item(node, source)
        known = self.behind.setdefault((source.layer, ref), item["config"]["name"])
        if known == item["config"]["name"]:
            inside = at(self.document, pointer[:-1])
            container = inside if pointer[-2:-1] != ("layers",) else at(self.document, pointer[:-2])
            put_behind(container, int(pointer[-1]), item, ref, [{}] if self.era == "keras2" else [])
        own = {(path, node.name): found for (path, value), found in self.refs.items() if value == source.name}
        self.refs |= {**own, (parent, node.name): Ref(known)}

    def _anchor(self, node: Node) -> Node:
        """The original layer behind an added node."""
        readers = self.graph.readers()
        while node.name not in self.original:
            node = readers[node.name][0]
        return node

    def _is_sequential(self, anchor: Node) -> bool:
        return "inbound_nodes" not in at(self.document, self._pointer(anchor.layer))

    def _pointer(self, layer: str) -> Pointer:
        """Where the layer stands now: pointers into lists move with what has been inserted in front."""
        spec, parent = self.lowered.specs[layer], layer.rpartition("/")[0]
        while parent and parent not in self.lowered.specs:
            parent = parent.rpartition("/")[0]
        inside = spec.pointer[len(self.lowered.specs[parent].pointer) :] if parent else spec.pointer
        pointer = (*self._pointer(parent), *inside) if parent else inside
        for number, item in enumerate(at(self.document, pointer[:-1])):
            name = item.get("name") or (item["config"].get("name") if isinstance(item["config"], dict) else None)
            if name == spec.name:
                return (*pointer[:-1], number)
        return pointer

    def _item(self, node: Node, anchor: Node) -> dict[str, Any]:
        """An added layer as it stands beside the layer that it serves."""
        return spell(replace(node, op=_sliced(node, self.lowered.depths[anchor.layer])), self.era)

    def _is_chain(self, added: list[Node]) -> bool:
        readers = self.graph.readers()
        names = {node.name for node in added}
        entries = [name for node in added for name in node.inputs if name not in names]
        single = all(len(node.inputs) == 1 and len(readers[node.name]) == 1 for node in added)
        return single and len(entries) == 1 and len(readers[entries[0]]) == 1

    def _insert_in_sequence(self, node: Node, anchor: Node) -> None:
        pointer = self._pointer(anchor.layer)
        siblings, number = at(self.document, pointer[:-1]), pointer[-1]
        assert isinstance(number, int)
        item = self._item(node, anchor)
        config = siblings[number]["config"]
        for key in ("batch_input_shape", "input_dtype"):
            if key in config and number == 0:
                item["config"][key] = config.pop(key)
        siblings.insert(number, item)

    def _replace_by_network(self, added: list[Node], anchor: Node) -> None:
        """A Sequential model holds no branches, but it holds a model that does; this one owns no arrays."""
        pointer = self._pointer(anchor.layer)
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
        shape = [None, *self.converted[entry].shape[self.lowered.depths[anchor.layer] :]]
        refs = {entry: entrance, anchor.name: own} | {node.name: node.layer.rpartition("/")[2] for node in added}
        items = [(node.inputs, self._item(node, anchor)) for node in added]
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
        pointer = self._pointer(anchor.layer)
        siblings, number = at(self.document, pointer[:-1]), pointer[-1]
        item = self._item(node, anchor)
        call = [self._written_ref(parent, value) for value in node.inputs]
        siblings.insert(number, {"name": item["config"]["name"], **item, "inbound_nodes": [call]})
        for reader in self.graph.readers()[node.name]:
            if reader.name in self.original:
                self._rewire(reader, parent)

    def _rewire(self, reader: Node, parent: str) -> None:
        written = at(self.document, self._pointer(reader.layer))["inbound_nodes"][reader.call]
        for number, value in enumerate(reader.inputs):
            keywords = written[number][3:]
            written[number] = self._written_ref(parent, value)[:3] + keywords

    def _written_ref(self, parent: str, value: str) -> list[Any]:
        ref = self.refs.get((parent, value)) or Ref(value.rpartition("/")[2])
        keywords: list[Any] = [{}] if self.era == "keras2" else []
        return [ref.layer, ref.node, ref.tensor, *keywords]


def _sliced(node: Node, depth: int) -> Op:
    """What the node does inside so many TimeDistributed."""
    found = times_sliced(node.op, depth)
    if found is None:
        raise Refused(
            f"layer {node.layer!r}: it no longer treats every slice of its TimeDistributed alike",
            hint="write the .keras form: -o NAME.keras",
        )
    return found


def _changed(op: Op, config: dict[str, Any], rank: int) -> dict[str, Any]:
    match op:
        case Conv():
            return conv.respell(op, config)
        case ConvRecurrent():
            return conv_recurrent.respell(op, config)
        case ConvTranspose():
            return conv_transpose.respell(op, config)
        case Depthwise() | Separable():
            return depthwise.respell(op, config)
        case Pool() | GlobalPool():
            return pooling.respell(op, config)
        case BatchNorm() | PReLU():
            return dense.respell(op, config, rank)
        case SReLU() | ParametricSoftplus():
            return legacy.respell(op, config)
        case Merge():
            return merge.respell(op, config, rank)
    if isinstance(op, Activate):
        return {"axis": -1 if op.axis is None else op.axis + 1}
    return plain.spell_changed(op, config)


def spell(node: Node, era: Era) -> dict[str, Any]:
    """A layer that the conversion added, as that era writes it."""
    name, op = node.layer.rpartition("/")[2], node.op
    if isinstance(op, Mapped) and isinstance(op.inner, Permute):
        op = Permute((0, *(axis + 1 for axis in op.inner.order)))
    if isinstance(op, Mapped):
        inside = spell(replace(node, layer=f"{name}_slice", op=op.inner), era)
        return {"class_name": WRAPPER, "config": {"name": name, "trainable": True, "layer": inside}}
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
