"""The one way in which an HDF5 file is opened for reading: its beginning checked, then its structure."""

from __future__ import annotations

from typing import IO

import h5py

from dimorder.errors import UnreadableFile
from dimorder.formats.guard.beginning import check_beginning
from dimorder.formats.guard.damage import shown
from dimorder.formats.guard.structure import check_structure

_AGAIN = "download or copy it again"


def opened(file: IO[bytes], path: str) -> h5py.File:
    """The file, open for reading and checked; data is read by whoever asks for it.

    Raises UnreadableFile for what is no whole HDF5 file, UnsafeContent for what no honest model file holds.
    """
    check_beginning(file, path)
    try:
        root = h5py.File(file, "r")
    except (OSError, RuntimeError, ValueError, MemoryError, OverflowError) as problem:
        raise UnreadableFile(
            f"{path}: not a readable HDF5 file ({shown(str(problem))})", hint=_AGAIN, code="input.corrupt"
        ) from problem
    try:
        check_structure(root, path)
    except BaseException:
        root.close()
        raise
    return root
