"""The arrays of a `.weights.h5`, alone or inside a `.keras`: listed without their data, read one by one when asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any, Protocol

import h5py
import numpy as np

from dimorder.errors import UnreadableFile, UnsafeContent
from dimorder.formats.guard import check_array, check_unfolding, opened, undamaged
from dimorder.graph import Tensor
from dimorder.steps import Array

_MAX_DEPTH = 16
_MAX_ARRAYS = 200_000
_SEEDS = "seed_generator"
"""Where a layer that drops out keeps the state of its random numbers: no weights."""
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
        self.root = opened(file, path)

    def read_array(self, tensor: Tensor) -> Array:
        """The data of one array that was listed here, axes as stored."""
        with undamaged(self.path, tensor.address, "data.unreadable"):
            dataset = self._dataset(tensor.address)
            if dataset.dtype.str == _TWO_BYTES and not _is_bfloat16(dataset):
                raise self._no_numbers(tensor.address, dataset)
            check_unfolding(dataset, self.path)
            array = np.asarray(dataset[()])
            return widened(array) if _is_bfloat16(dataset) else array

    def close(self) -> None:
        self.root.close()
        self.file.close()

    def has(self, address: str) -> bool:
        with undamaged(self.path, address):
            return self._find(address) is not None

    def owner(self, address: str) -> str:
        """The layer's name that Keras noted beside its arrays; "" where it did not."""
        with undamaged(self.path, address):
            group = self._find(f"{address}/vars")
            return _text(group.attrs.get("name", "")) if isinstance(group, h5py.Group) else ""

    def attribute(self, name: str) -> str:
        """A text attribute of the root, "" where there is none."""
        with undamaged(self.path, name):
            return _text(self.root.attrs.get(name, ""))

    def arrays(self, address: str) -> tuple[Tensor, ...]:
        """All arrays of a layer, and of layers inside it, by number."""
        with undamaged(self.path, address):
            return tuple(self._tensor(at) for at in self._below(address, 0))

    def children(self, address: str) -> tuple[str, ...]:
        """Names of the groups below an address, "" being the root."""
        with undamaged(self.path, address or "/"):
            found = self._find(address) if address else self.root
            if not isinstance(found, h5py.Group) or len(found) > _MAX_ARRAYS:
                return ()
            groups = (key for key in found if isinstance(found[key], h5py.Group))
            return tuple(sorted(groups, key=lambda key: (len(key), key)))

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
        """What lies there; None if nothing does."""
        found: Any = self.root
        for part in address.split("/"):
            if not isinstance(found, h5py.Group) or part not in found:
                return None
            found = found[part]
        return found

    def _dataset(self, address: str) -> h5py.Dataset:
        dataset = self._find(address)
        if not isinstance(dataset, h5py.Dataset):
            raise UnreadableFile(f"{self.path}: no array at {address}")
        if dataset.dtype.str != _TWO_BYTES:
            check_array(dataset, address, self.path)
        return dataset

    def _no_numbers(self, address: str, dataset: h5py.Dataset) -> UnreadableFile:
        return UnreadableFile(
            f"{self.path}: {address} holds {dataset.dtype}, not plain numbers", code="data.dtype-or-shape"
        )


def widened(array: Array) -> Array:
    """bfloat16, which numpy does not know, as float32: the same numbers, their low 16 bits zero."""
    bits = np.ascontiguousarray(array).view("<u2").astype("<u4") << np.uint32(16)
    return bits.view("<f4").reshape(array.shape)


def _is_bfloat16(dataset: h5py.Dataset) -> bool:
    """HDF5 has no such type either: Keras stores two opaque bytes and notes what they are."""
    return dataset.dtype.str == _TWO_BYTES and _text(dataset.attrs.get("dtype", "")) == _BFLOAT16


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
