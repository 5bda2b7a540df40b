"""What lies in an HDF5 file, read with plain h5py: datasets by path, and attributes by path and name."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

import h5py
import numpy as np

from dimorder.steps import Array


def datasets(path: Path | BinaryIO) -> dict[str, Array]:
    """Every array, in the file's order."""
    found: dict[str, Array] = {}

    def visit(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            found[name] = item[()]

    with h5py.File(path, "r") as file:
        file.visititems(visit)
    return found


def weights(path: Path) -> dict[str, Array]:
    """The weights by name, in the order in which Keras lists layers and weights."""
    with h5py.File(path, "r") as file:
        return {
            name: file[layer][name][()]
            for layer in map(_plain, file.attrs["layer_names"])
            for name in map(_plain, file[layer].attrs["weight_names"])
        }


def attributes(path: Path) -> dict[tuple[str, str], Any]:
    """Every attribute of every group and dataset."""
    found: dict[tuple[str, str], Any] = {}

    def visit(name: str, item: Any) -> None:
        found.update({(name, key): _plain(value) for key, value in item.attrs.items()})

    with h5py.File(path, "r") as file:
        visit("", file)
        file.visititems(visit)
    return found


def _plain(value: Any) -> Any:
    """Bytes and str alike, arrays as lists: old h5py stored what new h5py reads as either."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, np.ndarray):
        return [_plain(one) for one in value.tolist()]
    return value


def same_bits(first: Array, second: Array) -> bool:
    return first.dtype == second.dtype and first.shape == second.shape and first.tobytes() == second.tobytes()


def differing(first: dict[str, Array], second: dict[str, Array]) -> list[str]:
    """Paths of arrays that are missing on one side or not the same bit for bit."""
    paths = {**first, **second}
    alike = (path in first and path in second and same_bits(first[path], second[path]) for path in paths)
    return [path for path, is_alike in zip(paths, alike, strict=True) if not is_alike]
