"""All data of a file read once, so that damage shows before half a file is written."""

from __future__ import annotations

from collections.abc import Iterator

import h5py
import numpy as np

from dimorder.errors import UnreadableFile
from dimorder.formats.guard.damage import DAMAGE, shown, undamaged
from dimorder.formats.guard.pieces import pieces
from dimorder.formats.guard.unfolding import check_unfolding
from dimorder.formats.guard.walk import objects

_AGAIN = "download or copy the file again"


def check_data(root: h5py.File, path: str) -> None:
    """Raise UnreadableFile, naming the dataset, unless every stored chunk unpacks to what it should; bounded memory."""
    for dataset, name in _datasets(root, path):
        check_unfolding(dataset, path)
        with undamaged(path, name, "data.unreadable"):
            _read_all(dataset, name, path)


def nonfinite(root: h5py.File, path: str) -> str | None:
    """Name of the first array that holds a NaN or an infinity, None if none does; bounded memory."""
    for dataset, name in _datasets(root, path):
        with undamaged(path, name, "data.unreadable"):
            if dataset.dtype.kind == "f" and not _is_finite(dataset):
                return name
    return None


def _is_finite(dataset: h5py.Dataset) -> bool:
    return all(bool(np.isfinite(dataset[region]).all()) for region in pieces(dataset))


def _read_all(dataset: h5py.Dataset, name: str, path: str) -> None:
    try:
        for region in pieces(dataset):
            dataset[region]
    except DAMAGE as problem:
        raise _told(dataset, name, path, problem) from problem


def _datasets(root: h5py.File, path: str) -> Iterator[tuple[h5py.Dataset, str]]:
    with undamaged(path, "its structure"):
        for found in objects(root, path):
            if isinstance(found.object, h5py.h5d.DatasetID):
                yield h5py.Dataset(found.object), shown(found.place)


def _told(dataset: h5py.Dataset, name: str, path: str, problem: BaseException) -> UnreadableFile:
    # HDF5 says only that a filter failed; gzip was tried before, and shuffle cannot fail.
    if dataset.fletcher32 and "filter" in str(problem):
        what, code = "its checksum does not match its data", "data.checksum"
    else:
        what, code = f"its data cannot be read ({shown(str(problem))})", "data.unreadable"
    return UnreadableFile(f"{path}: {name}: {what}", hint=_AGAIN, code=code)
