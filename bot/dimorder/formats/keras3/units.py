"""The layers of a `.weights.h5` whose architecture is not known, by the names that Keras noted beside their arrays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from dimorder.errors import UnsafeContent
from dimorder.formats.hdf5 import names
from dimorder.formats.keras3.naming import snake_case
from dimorder.formats.keras3.operations import CLASSES
from dimorder.formats.keras3.places import CONTAINERS
from dimorder.formats.keras3.stored import Stored, Weights
from dimorder.graph import Tensor

_MAX_DEPTH = 16
_NOT_LAYERS = ("vars", "optimizer")
_CLASSES = {snake_case(name): name for name in CLASSES}
Unit = tuple[str, str, tuple[Tensor, ...]]
"""Name, class ("" where the group's name is that of none known here), arrays."""


def units(stored: Weights) -> Iterator[Unit]:
    """Every layer that owns arrays, those of nested models behind the model's name.

    A layer whose name was not noted (tf.keras) goes by its group's: its class, and which of that class it is.
    """
    yield from _below(stored, "", "", 0)


def holds_layers(stored: Stored) -> bool:
    """Whether this HDF5 file is weights in Keras 3's form: some layer in it owns numbered arrays."""
    if names(stored.root, "layer_names") is not None or not any(stored.has(name) for name in (*CONTAINERS, "vars")):
        return False
    return next(units(stored), None) is not None


def in_hdf5(file: BinaryIO) -> bool:
    """Whether Keras 3 wrote this HDF5 file, in either of its forms; leaves it at its start."""
    stored = Stored(file, "")
    found = holds_layers(stored) or stored.attribute("keras_version").startswith("3")
    stored.root.close()
    file.seek(0)
    return found


def _below(stored: Weights, group: str, prefix: str, depth: int) -> Iterator[Unit]:
    if depth > _MAX_DEPTH:
        raise UnsafeContent(f"{stored.path}: models nested more than {_MAX_DEPTH} deep")
    found = [name for name in CONTAINERS if stored.has(group + name)]
    parents = [f"{group}{name}/" for name in found] if found else [group]
    for parent in parents:
        for key in stored.children(parent.rstrip("/")):
            if key not in _NOT_LAYERS:
                yield from _unit(stored, parent + key, prefix, key, depth)


def _unit(stored: Weights, place: str, prefix: str, key: str, depth: int) -> Iterator[Unit]:
    name = prefix + (stored.owner(place) or key)
    if any(stored.has(f"{place}/{inside}") for inside in CONTAINERS):
        yield from _below(stored, f"{place}/", f"{name}/", depth + 1)
    elif stored.has(f"{place}/vars") and (tensors := stored.arrays(place)):
        yield name, _CLASSES.get(re.sub(r"_\d+$", "", key), ""), tensors
