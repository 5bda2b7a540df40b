"""The arrays of a `.weights.h5`, alone or inside a `.keras`: listed without their data, read one by one when asked."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Protocol

import h5py
import numpy as np

from dimorder.errors import UnreadableFile, UnsafeContent
from dimorder.graph import Tensor
from dimorder.steps import Array

_MAX_DEPTH = 16
_MAX_ARRAYS = 200_000
_LARGE = 16 << 20
_MAX_EXPANSION = 100
_SEEDS = "seed_generator"
"""Where a layer that drops out keeps the state of its random numbers: no weights."""
_FILTERS = frozenset({1, 2, 3, 32000})
"""HDF5's numbers of gzip, shuffle, fletcher32 and lzf."""
_BFLOAT16, _TWO_BYTES = "bfloat16", "|V2"
"""tf.keras stores such arrays without a note: they are listed, and refused when read."""


class Weights(Protocol):
    """Where numbered arrays lie, in one file or in several."""

    @property
    def path(self) -> str: ...

    def has(self, address: str) -> bool:
        """Whether there is a group or array."""

    def owner(self, address: str) -> str:
        """The layer's name that Keras noted beside its arrays; "" where it did not."""

    def attribute(self, name: str) -> str:
        """A text attribute of the root, "" where there is none."""

    def arrays(self, address: str) -> tuple[Tensor, ...]:
        """All arrays of a layer, and of layers inside it, by number."""

    def children(self, address: str) -> tuple[str, ...]:
        """Names of the groups below an address, "" being the root."""

    def read_array(self, tensor: Tensor) -> Array:
        """The data of one array that was listed here, axes as stored."""


class Stored:
    """The open weights of one file."""

    def __init__(self, file: IO[bytes], path: str) -> None:
        self.path = path
        self.file = file
        try:
            self.root = h5py.File(file, "r")
        except (OSError, RuntimeError, ValueError) as problem:
            raise UnreadableFile(f"{path}: weights are no readable HDF5 ({problem})") from problem

    def read_array(self, tensor: Tensor) -> Array:
        """The data of one array that was listed here, axes as stored."""
        with self._undamaged(tensor.address):
            dataset = self._dataset(tensor.address)
            if dataset.dtype.str == _TWO_BYTES and not _is_bfloat16(dataset):
                raise self._no_numbers(tensor.address, dataset)
            array = np.asarray(dataset[()])
            return widened(array) if _is_bfloat16(dataset) else array

    def close(self) -> None:
        self.root.close()
        self.file.close()

    def has(self, address: str) -> bool:
        with self._undamaged(address):
            return self._find(address) is not None

    def owner(self, address: str) -> str:
        """The layer's name that Keras noted beside its arrays; "" where it did not."""
        with self._undamaged(address):
            group = self._find(f"{address}/vars")
            return _text(group.attrs.get("name", "")) if isinstance(group, h5py.Group) else ""

    def attribute(self, name: str) -> str:
        """A text attribute of the root, "" where there is none."""
        with self._undamaged(name):
            return _text(self.root.attrs.get(name, ""))

    def arrays(self, address: str) -> tuple[Tensor, ...]:
        """All arrays of a layer, and of layers inside it, by number."""
        with self._undamaged(address):
            return tuple(self._tensor(at) for at in self._below(address, 0))

    def children(self, address: str) -> tuple[str, ...]:
        """Names of the groups below an address, "" being the root."""
        with self._undamaged(address or "/"):
            found = self._find(address) if address else self.root
            if not isinstance(found, h5py.Group) or len(found) > _MAX_ARRAYS:
                return ()
            links = {key: found.get(key, getlink=True) for key in found}
            plain = [key for key, link in links.items() if isinstance(link, h5py.HardLink)]
            return tuple(sorted((k for k in plain if isinstance(found[k], h5py.Group)), key=lambda k: (len(k), k)))

    @contextmanager
    def _undamaged(self, address: str) -> Iterator[None]:
        """What h5py raises where bytes make no sense becomes an error that names the place."""
        try:
            yield
        except (KeyError, OSError, RuntimeError, ValueError, TypeError) as problem:
            raise UnreadableFile(f"{self.path}: {address} is damaged ({problem})") from problem

    def _below(self, address: str, depth: int) -> Iterator[str]:
        found = self._find(address)
        if isinstance(found, h5py.Dataset):
            yield address
        if not isinstance(found, h5py.Group):
            return
        if depth > _MAX_DEPTH or len(found) > _MAX_ARRAYS:
            raise UnsafeContent(f"{self.path}: {address} holds more than a layer can")
        for key in sorted(found, key=lambda key: (len(key), key)):
            if key == _SEEDS:
                continue
            yield from self._below(f"{address}/{key}", depth + 1)

    def _tensor(self, address: str) -> Tensor:
        dataset = self._dataset(address)
        dtype = _BFLOAT16 if _is_bfloat16(dataset) else str(dataset.dtype)
        return Tensor(address, address, tuple(dataset.shape or ()), dtype)

    def _find(self, address: str) -> Any:
        """What lies there, reached by plain links only; None if nothing does."""
        found: Any = self.root
        for part in address.split("/"):
            if not isinstance(found, h5py.Group) or part not in found:
                return None
            if not isinstance(found.get(part, getlink=True), h5py.HardLink):
                raise UnsafeContent(f"{self.path}: {address} is a link to somewhere else")
            found = found[part]
        return found

    def _dataset(self, address: str) -> h5py.Dataset:
        dataset = self._find(address)
        if not isinstance(dataset, h5py.Dataset):
            raise UnreadableFile(f"{self.path}: no array at {address}")
        if dataset.is_virtual or dataset.external:
            raise UnsafeContent(f"{self.path}: {address} keeps its data in other files")
        if dataset.dtype.kind not in "fiub" and dataset.dtype.str != _TWO_BYTES:
            raise self._no_numbers(address, dataset)
        if not _filters(dataset) <= _FILTERS:
            raise UnsafeContent(f"{self.path}: {address} is packed by an unknown filter")
        declared = math.prod(dataset.shape or ()) * dataset.dtype.itemsize
        if declared > _LARGE and declared > _MAX_EXPANSION * dataset.id.get_storage_size():
            raise UnsafeContent(f"{self.path}: {address} declares {declared} bytes")
        return dataset


    def _no_numbers(self, address: str, dataset: h5py.Dataset) -> UnreadableFile:
        return UnreadableFile(f"{self.path}: {address} holds {dataset.dtype}, not plain numbers")


def widened(array: Array) -> Array:
    """bfloat16, which numpy does not know, as float32: the same numbers, their low 16 bits zero."""
    bits = np.ascontiguousarray(array).view("<u2").astype("<u4") << np.uint32(16)
    return bits.view("<f4").reshape(array.shape)


def _is_bfloat16(dataset: h5py.Dataset) -> bool:
    """HDF5 has no such type either: Keras stores two opaque bytes and notes what they are."""
    return dataset.dtype.str == _TWO_BYTES and _text(dataset.attrs.get("dtype", "")) == _BFLOAT16


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _filters(dataset: h5py.Dataset) -> set[int]:
    made = dataset.id.get_create_plist()
    return {made.get_filter(number)[0] for number in range(made.get_nfilters())}
