"""HDF5 files that keep arrays by the name of their layer: which there are, and their data when asked."""

from __future__ import annotations

from typing import Any, BinaryIO

import h5py
import numpy as np

from dimorder.errors import UnreadableFile, UnsafeContent
from dimorder.graph import Tensor
from dimorder.model import Layer
from dimorder.steps import Array


class Hdf5Store:
    """The arrays of one open HDF5 file, read one by one."""

    def __init__(self, file: BinaryIO, path: str) -> None:
        self.path = path
        try:
            self.root = h5py.File(file, "r")
        except (OSError, ValueError) as problem:
            hint = "download or copy it again: its end is missing" if "truncated" in str(problem) else ""
            raise UnreadableFile(f"{path}: not a readable HDF5 file ({problem})", hint=hint) from problem

    def read(self, tensor: Tensor) -> Array:
        """The data of one array, axes as stored; of one kept in parts, these joined."""
        if tensor.parts:
            return np.concatenate([self.read(part) for part in tensor.parts], axis=tensor.axis)
        dataset = self.dataset(tensor.address)
        if dataset.dtype.kind not in "fiub":
            # Keras notes nowhere in such files that two opaque bytes are a bfloat16.
            raise UnreadableFile(f"{self.path}: {tensor.name} holds {dataset.dtype}, not plain numbers")
        return np.asarray(dataset[()])

    def dataset(self, address: str) -> h5py.Dataset:
        """The dataset at an address that this store itself listed."""
        found = self.root[address]
        assert isinstance(found, h5py.Dataset)
        return found


def text(value: object) -> str:
    """A name or JSON attribute: bytes, numpy bytes and str all occur (h5py 2 and 3, Python 2 and 3)."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def attribute(group: h5py.Group, name: str) -> str | None:
    """A text attribute, or None where it is absent or empty."""
    if name not in group.attrs:
        return None
    value = group.attrs[name]
    return None if isinstance(value, h5py.Empty) else text(value)


def names(group: h5py.Group, attribute_name: str) -> list[str] | None:
    """A list of names, plain or cut into numbered pieces (above 64,512 bytes, Keras from 2.2.0 on)."""
    if attribute_name in group.attrs:
        return _strings(group.attrs[attribute_name])
    pieces: list[str] = []
    number = 0
    while f"{attribute_name}{number}" in group.attrs:
        pieces += _strings(group.attrs[f"{attribute_name}{number}"])
        number += 1
    return pieces if number else None


def _strings(value: Any) -> list[str]:
    # An empty layer has an empty float64 array here: [] passed through numpy.
    if isinstance(value, h5py.Empty):
        return []
    return [text(item) for item in np.asarray(value).ravel().tolist()]


def weights_group(store: Hdf5Store) -> h5py.Group | None:
    """Where the weights lie: the root of a weights file, `model_weights` of a whole model; None in other HDF5."""
    for candidate in (store.root.get("model_weights"), store.root):
        if isinstance(candidate, h5py.Group) and names(candidate, "layer_names") is not None:
            return candidate
    return None


def contents(store: Hdf5Store) -> str:
    """What lies at the root of a file that is no model, in words."""
    found = list(store.root)[:3]
    if not found:
        return "nothing"
    more = len(store.root) - len(found)
    return ", ".join(map(repr, found)) + (f" and {more} more" if more else "")


def layers(store: Hdf5Store, group: h5py.Group) -> tuple[Layer, ...]:
    """All layers in file order with their arrays, no data read."""
    return tuple(_layer(store, group, name) for name in names(group, "layer_names") or [])


def _layer(store: Hdf5Store, group: h5py.Group, name: str) -> Layer:
    found = group.get(name)
    if not isinstance(found, h5py.Group):
        raise UnreadableFile(f"{store.path}: lists a layer {name!r} that has no group")
    stored = names(found, "weight_names") or []
    return Layer(name, "", tuple(tensor_of(store, found, weight) for weight in stored))


def tensor_of(store: Hdf5Store, group: h5py.Group, name: str) -> Tensor:
    """One array of a group, no data read; links to elsewhere are refused."""
    link = group.get(name, getlink=True) if name in group else None
    if link is not None and not isinstance(link, h5py.HardLink):
        raise UnsafeContent(f"{store.path}: array {name!r} is a link to somewhere else")
    found = group.get(name)
    if not isinstance(found, h5py.Dataset):
        raise UnreadableFile(f"{store.path}: lists an array {name!r} that is not there")
    if found.is_virtual or found.external:
        raise UnsafeContent(f"{store.path}: array {name!r} keeps its data in other files")
    return Tensor(name, str(found.name), tuple(found.shape or ()), str(found.dtype))


def optimizer_tensors(store: Hdf5Store) -> tuple[Tensor, ...]:
    """The optimizer's arrays in the order the file lists them."""
    group = store.root.get("optimizer_weights")
    if not isinstance(group, h5py.Group):
        return ()
    return tuple(tensor_of(store, group, name) for name in names(group, "weight_names") or [])
