"""An opened HDF5 file, seen whole before anything is read from it."""

from __future__ import annotations

import h5py

from dimorder.formats.guard.attributes import check_attributes
from dimorder.formats.guard.damage import undamaged
from dimorder.formats.guard.sizes import Size, added, check_size, check_total, size
from dimorder.formats.guard.storage import check_storage
from dimorder.formats.guard.types import check_type
from dimorder.formats.guard.walk import objects


def check_structure(file: h5py.File, path: str) -> None:
    """Raise UnsafeContent for what no honest model file holds, UnreadableFile for damage; reads no data.

    Each refusal names the object and carries its code (`hdf5.soft-link`, `limits.depth`, ...).
    """
    total = Size(0, 0, False)
    with undamaged(path, "its structure"):
        for found in objects(file, path):
            check_attributes(found.object, found.place, path)
            if isinstance(found.object, h5py.h5d.DatasetID):
                total = added(total, _checked(found.object, found.place, path))
        check_total(total, file.id.get_filesize(), path)


def _checked(dataset: h5py.h5d.DatasetID, place: bytes, path: str) -> Size:
    made = dataset.get_create_plist()
    filters = check_storage(made, place, path)
    check_type(dataset.get_type(), place.decode(), path)
    found = size(dataset, made, filters)
    check_size(found, place, path)
    return found
