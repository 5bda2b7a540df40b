"""A layer of a Sequential model that becomes several branches: a model of its own in its place."""

from __future__ import annotations

from typing import Any

from dimorder.errors import Refused
from dimorder.formats.respelling.draft import Draft
from dimorder.graph import Node

NETWORK = "branches"
"""Ending of the name of a model that stands for one layer of a Sequential."""
_DTYPE = {"keras1": "input_dtype", "keras2": "dtype"}


def replace_by_network(draft: Draft, added: list[Node], anchor: Node) -> None:
    """A Sequential model holds no branches, but it holds a model that does; this one owns no arrays."""
    pointer = draft.pointer(anchor.layer)
    layer = draft.at(pointer)
    if anchor.tensors or "batch_input_shape" in layer["config"]:
        raise Refused(
            f"layer {anchor.layer!r} becomes several branches, which a Sequential model cannot begin with",
            hint="write the .keras form: -o NAME.keras",
        )
    draft.at(pointer[:-1])[pointer[-1]] = {"class_name": "Model", "config": _network(draft, added, anchor, layer)}


def _network(draft: Draft, added: list[Node], anchor: Node, layer: dict[str, Any]) -> dict[str, Any]:
    names = {node.name for node in added}
    entry = next(name for node in added for name in node.inputs if name not in names)
    own = layer["config"]["name"]
    entrance = f"{own}_input"
    refs = {entry: entrance, anchor.name: own} | {node.name: node.layer.rpartition("/")[2] for node in added}
    items = [(node.inputs, draft.item(node, anchor)) for node in added]
    items.append((draft.converted[anchor.name].inputs, layer))
    layers = [_entrance(draft, entrance, draft.converted[entry].shape[draft.lowered.depths[anchor.layer] :])]
    layers += [
        {"name": item["config"]["name"], **item, "inbound_nodes": [[_call(draft, refs[name]) for name in inputs]]}
        for inputs, item in items
    ]
    ends = {"input_layers": [[entrance, 0, 0]], "output_layers": [[own, 0, 0]]}
    return {"name": f"{own}_{NETWORK}", "layers": layers, **ends}


def _entrance(draft: Draft, name: str, shape: tuple[int | None, ...]) -> dict[str, Any]:
    """The layer that the network begins with; shape: without the batch."""
    dtype = _DTYPE[draft.era]
    config = {"batch_input_shape": [None, *shape], "name": name, dtype: "float32", "sparse": False}
    return {"name": name, "class_name": "InputLayer", "config": config, "inbound_nodes": []}


def _call(draft: Draft, layer: str) -> list[Any]:
    return [layer, 0, 0, *draft.keywords()]
