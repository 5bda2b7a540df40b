"""A layer put behind another one in an architecture's document: all that read the one read the other from now on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dimorder.formats.containers import Ref

Written = dict[str, Any]


def put_behind(container: Any, number: int, item: Written, ref: Ref, keywords: list[Any]) -> None:
    """Insert `item` behind the layer at `number` of a container's layers.

    container: the configuration around the layers; a Sequential's may be the list of them itself.
    ref:       the value that the new layer reads, as the container's network names it; a Sequential names none.
    keywords:  what a reference ends in (Keras 2).
    """
    layers = container if isinstance(container, list) else container["layers"]
    if "inbound_nodes" not in layers[number]:
        layers.insert(number + 1, item)
        return
    name = item["config"]["name"]
    for written in _references(container):
        if tuple(written[:3]) == (ref.layer, ref.node, ref.tensor):
            written[:3] = [name, 0, 0]
    call = [ref.layer, ref.node, ref.tensor, *keywords]
    layers.insert(number + 1, {"name": name, **item, "inbound_nodes": [[call]]})


def _references(container: Written) -> Iterator[list[Any]]:
    """Every place of a network that names a value: what layers read, and the network's outputs."""
    for layer in container["layers"]:
        for call in layer["inbound_nodes"]:
            yield from call
    yield from container["output_layers"]
