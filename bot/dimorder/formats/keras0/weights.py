"""Weights of Keras 0: numbered groups of numbered arrays, no names.

Source: save_weights in keras/models.py at 0.1.0, 0.2.0 and 0.3.3.
"""

from __future__ import annotations

import h5py

from dimorder.errors import UnreadableFile, UnsafeContent
from dimorder.formats.hdf5 import Hdf5Store, tensor_of
from dimorder.model import Layer

GRAPH = "graph"
LARGEST = 100_000
"""More layers or arrays than any model has: a count is read from the file before anything else is."""


def weights_group(store: Hdf5Store) -> h5py.Group | None:
    """The group that holds a Sequential's layers, or a Graph's arrays; None in other files."""
    if "nb_layers" in store.root.attrs:
        return store.root
    graph = store.root.get(GRAPH)
    return graph if isinstance(graph, h5py.Group) and "nb_params" in graph.attrs else None


def layers(store: Hdf5Store, group: h5py.Group) -> tuple[Layer, ...]:
    """All layers in file order, those without arrays too; a Graph is one group for all of its layers."""
    if "nb_layers" not in group.attrs:
        return (_layer(store, group, GRAPH),)
    names = [f"layer_{number}" for number in range(_count(store, group, "nb_layers"))]
    return tuple(_layer(store, _group(store, group, name), name) for name in names)


def _group(store: Hdf5Store, parent: h5py.Group, name: str) -> h5py.Group:
    found = parent.get(name)
    if not isinstance(found, h5py.Group):
        raise UnreadableFile(f"{store.path}: counts a layer {name!r} that has no group", code="keras.names")
    return found


def _layer(store: Hdf5Store, group: h5py.Group, name: str) -> Layer:
    count = _count(store, group, "nb_params")
    return Layer(name, "", tuple(tensor_of(store, group, f"param_{number}") for number in range(count)))


def _count(store: Hdf5Store, group: h5py.Group, name: str) -> int:
    try:
        count = int(group.attrs[name])
    except (KeyError, TypeError, ValueError) as problem:
        raise UnreadableFile(
            f"{store.path}: {group.name} does not say how many ({name})", code="keras.names"
        ) from problem
    if not 0 <= count <= LARGEST:
        raise UnsafeContent(f"{store.path}: {group.name} says {name} = {count}", code="keras.names")
    return count
