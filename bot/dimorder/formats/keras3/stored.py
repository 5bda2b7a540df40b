"""The arrays in model.weights.h5: listed without their data, read one by one when asked."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import h5py
import numpy as np

from dimorder.errors import UnreadableFile, UnsafeContent
from dimorder.graph import Tensor
from dimorder.plan import Array

_MAX_DEPTH = 16
_MAX_ARRAYS = 200_000
_LARGE = 16 << 20
_MAX_EXPANSION = 100
_FILTERS = frozenset({1, 2, 3, 32000})
"""HDF5's numbers of gzip, shuffle, fletcher32 and lzf."""


class Stored:
    """The open weights of one `.keras` file."""

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
            return np.asarray(self._dataset(tensor.address)[()])

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
            yield from self._below(f"{address}/{key}", depth + 1)

    def _tensor(self, address: str) -> Tensor:
        dataset = self._dataset(address)
        return Tensor(address, address, tuple(dataset.shape or ()), str(dataset.dtype))

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
        if dataset.dtype.kind not in "fiub" or dataset.attrs.get("dtype") == "bfloat16":
            raise UnreadableFile(f"{self.path}: {address} holds {dataset.dtype}, not plain numbers")
        if not _filters(dataset) <= _FILTERS:
            raise UnsafeContent(f"{self.path}: {address} is packed by an unknown filter")
        declared = math.prod(dataset.shape or ()) * dataset.dtype.itemsize
        if declared > _LARGE and declared > _MAX_EXPANSION * dataset.id.get_storage_size():
            raise UnsafeContent(f"{self.path}: {address} declares {declared} bytes")
        return dataset


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _filters(dataset: h5py.Dataset) -> set[int]:
    made = dataset.id.get_create_plist()
    return {made.get_filter(number)[0] for number in range(made.get_nfilters())}
