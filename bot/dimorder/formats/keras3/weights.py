"""The model.weights.h5 of a .keras file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from typing import IO

import h5py
import numpy as np

from dimorder.errors import WeightsDoNotFit
from dimorder.formats.keras3.naming import groups
from dimorder.formats.keras3.network import Layer, Network
from dimorder.graph import Node, Tensor
from dimorder.layout import SPATIAL, permutation
from dimorder.mapping import innermost
from dimorder.semantics import Conv
from dimorder.steps import Array

Read = Callable[[Tensor], Array]


def write_weights(network: Network, read: Read, file: IO[bytes], *, name: str, attributes: Mapping[str, bytes]) -> None:
    """Each layer's arrays under `layers/<class>[_n]/vars`, one in memory at a time."""
    with h5py.File(file, "w") as root:
        for key in sorted(attributes):
            root.attrs[key] = np.bytes_(attributes[key])
        _vars(root, name)
        layers = root.create_group("layers")
        places = groups(layer.class_name for layer in network.layers)
        for layer, place in zip(network.layers, places, strict=True):
            _write_layer(layer, _vars(layers.create_group(place), layer.name), read)


def _vars(group: h5py.Group, name: str) -> h5py.Group:
    """The group of a layer's own arrays; Keras notes there whose they are, and never reads it."""
    inner = group.create_group("vars")
    inner.attrs["name"] = name
    return inner


def _write_layer(layer: Layer, group: h5py.Group, read: Read) -> None:
    """group: the `vars` of the layer itself; those of layers inside it lie beside it under their own names."""
    left = iter(layer.owner.tensors if layer.owner else ())
    for inside, count in layer.homes if layer.owner else ():
        home = group.parent.require_group(inside).require_group("vars") if inside else group
        for number, tensor in enumerate(islice(left, count)):
            assert layer.owner is not None
            array = as_keras(layer.owner, tensor, read(tensor))
            home.create_dataset(str(number), data=array, track_times=False)
    inside = layer.homes[-1][0] if layer.constants and layer.homes else ""
    home = group.parent.require_group(inside).require_group("vars") if inside else group
    for number, array in enumerate(layer.constants, len(home)):
        home.create_dataset(str(number), data=array, track_times=False)


def as_keras(node: Node, tensor: Tensor, array: Array) -> Array:
    """An array with its axes in Keras 3's order: kernels (spatial…, inputs, filters)."""
    op = innermost(node.op)[0]
    if not isinstance(op, Conv) or tensor != node.tensors[0]:
        return array
    axes = op.axes
    if array.ndim != len(axes):
        raise WeightsDoNotFit(f"layer {node.layer!r}: kernel {tensor.name!r} has {array.ndim} axes, not {axes!r}")
    dummies = tuple(place for place, letter in enumerate(axes) if letter == "1")
    wanted = SPATIAL[op.rank] + "IO"
    return array.squeeze(dummies).transpose(permutation(axes.replace("1", ""), wanted))
