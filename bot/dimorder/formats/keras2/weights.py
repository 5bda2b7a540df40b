"""The arrays of a whole-model h5, under the names that Keras 2 gives them, and attributes as old h5py reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import h5py
import numpy as np

from dimorder.errors import Refused
from dimorder.formats.keras3.network import Layer, Network
from dimorder.formats.keras3.weights import Read, as_keras
from dimorder.graph import Graph
from dimorder.semantics import Shape
from dimorder.steps import Array
from dimorder.weights import weights_of

LARGEST_ATTRIBUTE = 64512
"""Bytes; longer lists of names are cut into numbered pieces. Source: HDF5_OBJECT_HEADER_LIMIT in keras 2.3.1."""
NAMES = {
    "mean": "moving_mean", "statistic": "moving_variance", "recurrent": "recurrent_kernel",
    "depthwise": "depthwise_kernel", "pointwise": "pointwise_kernel",
}  # fmt: skip
"""Keras 2's names of arrays, where they are not our roles."""


def write_weights(group: h5py.Group, network: Network, graph: Graph, read: Read) -> None:
    """`<layer>/<layer>/kernel:0` for every array, one in memory at a time. graph: what the network was made of."""
    shapes = {node.name: node.shape for node in graph.nodes}
    set_names(group, "layer_names", [layer.name for layer in network.layers])
    for layer in network.layers:
        own = group.create_group(layer.name)
        written: list[str] = []
        for name, array in _arrays(layer, shapes, read):
            own.create_dataset(name, data=array, track_times=False)
            written.append(name)
        set_names(own, "weight_names", written)


def _arrays(layer: Layer, shapes: Mapping[str, Shape], read: Read) -> Iterator[tuple[str, Array]]:
    """Arrays in Keras's order, each with its name in the file."""
    if layer.owner is not None:
        # An array that another layer owned once goes by its new part.
        owned = weights_of(layer.owner.op, tuple(shapes[name] for name in layer.owner.inputs))
        for weight, tensor in zip(owned, layer.owner.tensors, strict=True):
            yield f"{layer.name}/{_name(weight.role)}:0", as_keras(layer.owner, tensor, read(tensor))
    for number, array in enumerate(layer.constants):
        yield f"{layer.name}/{('kernel', 'bias')[number]}:0", array


def _name(role: str) -> str:
    """`recurrent_kernel`, `forward_recurrent_kernel`."""
    way, _, own = role.rpartition(" ")
    spelled = NAMES.get(own, own)
    return f"{way}_{spelled}" if way else spelled


def set_names(group: h5py.Group, attribute: str, names: Sequence[str]) -> None:
    """A list of names as fixed-length bytes; an empty one as Keras leaves it."""
    data = np.array([name.encode() for name in names]) if names else np.zeros(0)
    if data.nbytes <= LARGEST_ATTRIBUTE:
        group.attrs[attribute] = data
        return
    if data.dtype.itemsize > LARGEST_ATTRIBUTE:
        raise Refused(f"a name of {data.dtype.itemsize} bytes does not fit into an attribute of HDF5")
    count = -(-data.nbytes // LARGEST_ATTRIBUTE)
    while any(piece.nbytes > LARGEST_ATTRIBUTE for piece in np.array_split(data, count)):
        count += 1
    for number, piece in enumerate(np.array_split(data, count)):
        group.attrs[f"{attribute}{number}"] = piece


def set_attributes(group: h5py.Group, attributes: Mapping[str, Any]) -> None:
    """Text as bytes, which Keras 2 decodes itself (traps 42)."""
    for key in sorted(attributes):
        value = attributes[key]
        group.attrs[key] = np.bytes_(value if isinstance(value, bytes) else str(value).encode())
