"""HDF5 files that keep arrays by the name of their layer: which there are, and their data when asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, BinaryIO

import h5py
import numpy as np

from dimorder.errors import UnreadableFile
from dimorder.formats.guard import check_array, check_is_text, check_listed, check_unfolding, opened, shown, undamaged
from dimorder.graph import Tensor
from dimorder.model import Layer
from dimorder.steps import Array


class Hdf5Store:
    """The arrays of one open HDF5 file, read one by one."""

    def __init__(self, file: BinaryIO, path: str, root: h5py.File | None = None) -> None:
        """root: the file where it has been opened, and checked, before."""
        self.path = path
        self.root = root or opened(file, path)

    def read(self, tensor: Tensor) -> Array:
        """The data of one array, axes as stored; of one kept in parts, these joined."""
        if tensor.parts:
            return np.concatenate([self.read(part) for part in tensor.parts], axis=tensor.axis)
        dataset = self.dataset(tensor.address)
        check_unfolding(dataset, self.path)
        with undamaged(self.path, tensor.name, "data.unreadable"):
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


def architecture_text(store: Hdf5Store) -> str | None:
    """The architecture that the file carries, as it stands there; None where there is none."""
    value = store.root.attrs.get("model_config")
    if value is None or isinstance(value, h5py.Empty):
        return None
    plain = value.item() if isinstance(value, np.ndarray) and value.size == 1 else value
    try:
        return plain.decode("utf-8") if isinstance(plain, bytes) else _unbroken(plain, store.path)
    except UnicodeError as problem:
        raise UnreadableFile(f"{store.path}: model_config is not UTF-8", code="config.encoding") from problem


def _unbroken(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise UnreadableFile(f"{path}: model_config holds {type(value).__name__}, not text", code="config.type")
    value.encode("utf-8")  # h5py hides bytes that are not UTF-8 as surrogates
    return value


def names(group: h5py.Group, attribute_name: str) -> list[str] | None:
    """A list of names, plain or cut into numbered pieces (above 64,512 bytes, Keras from 2.2.0 on)."""
    stored = _stored(group, attribute_name)
    return None if stored is None else [name for value in stored for name in _strings(value)]


def _stored(group: h5py.Group, attribute_name: str) -> list[Any] | None:
    """The attribute's value, or its pieces'; None where there is neither."""
    if attribute_name in group.attrs:
        return [group.attrs[attribute_name]]
    pieces: list[Any] = []
    while f"{attribute_name}{len(pieces)}" in group.attrs:
        pieces.append(group.attrs[f"{attribute_name}{len(pieces)}"])
    return pieces or None


def _strings(value: Any) -> Iterable[str]:
    return () if isinstance(value, h5py.Empty) else map(text, np.asarray(value).ravel().tolist())


def _listed(store: Hdf5Store, group: h5py.Group, attribute_name: str) -> list[str]:
    """A list of names that are what Keras lists; [] where there is none."""
    what = f"{attribute_name} of {group.name}"
    for value in _stored(group, attribute_name) or []:
        if not isinstance(value, h5py.Empty):
            check_is_text(value, what, store.path)
    found = names(group, attribute_name) or []
    check_listed(found, what, store.path)
    return found


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
    return ", ".join(map(repr, map(shown, found))) + (f" and {more} more" if more else "")


def layers(store: Hdf5Store, group: h5py.Group) -> tuple[Layer, ...]:
    """All layers in file order with their arrays, no data read."""
    if isinstance(group.attrs.get("layer_names"), h5py.Empty):
        raise UnreadableFile(f"{store.path}: layer_names of {group.name} holds nothing", code="keras.names")
    found = tuple(_layer(store, group, name) for name in _listed(store, group, "layer_names"))
    addresses = [tensor.address.lstrip("/") for layer in found for tensor in layer.tensors]
    check_listed(addresses, "weight_names of all layers together", store.path)
    return found


def _layer(store: Hdf5Store, group: h5py.Group, name: str) -> Layer:
    found = group.get(name)
    if not isinstance(found, h5py.Group):
        raise UnreadableFile(
            f"{store.path}: lists a layer {shown(name)!r} (layer_names) that has no group", code="keras.names"
        )
    return Layer(name, "", tuple(tensor_of(store, found, weight) for weight in _listed(store, found, "weight_names")))


def tensor_of(store: Hdf5Store, group: h5py.Group, name: str) -> Tensor:
    """One array of a group, no data read."""
    found = group.get(name)
    if not isinstance(found, h5py.Dataset):
        raise UnreadableFile(
            f"{store.path}: {group.name} lists an array {shown(name)!r} that is not there", code="keras.names"
        )
    check_array(found, name, store.path)
    return Tensor(name, str(found.name), tuple(found.shape), str(found.dtype))


def optimizer_tensors(store: Hdf5Store) -> tuple[Tensor, ...]:
    """The optimizer's arrays in the order the file lists them."""
    group = store.root.get("optimizer_weights")
    if not isinstance(group, h5py.Group):
        return ()
    return tuple(tensor_of(store, group, name) for name in _listed(store, group, "weight_names"))
