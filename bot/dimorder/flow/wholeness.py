"""Every number of a file read once: damage shows only there, and so do NaN and infinity."""

from __future__ import annotations

import os
from typing import BinaryIO

import numpy as np

from dimorder.flow.opened import Opened
from dimorder.formats import guard
from dimorder.formats.hdf5 import Hdf5Store

LARGEST = 64 << 20
"""Bytes: `check` stays cheap on larger files, whose numbers `convert` reads anyway before it writes anything."""


def nonfinite(opened: Opened, file: BinaryIO) -> str:
    """Name of the first array with a NaN or an infinity, "" where there is none; files above LARGEST are not read.

    Raises UnreadableFile for data that cannot be read.
    """
    if os.fstat(file.fileno()).st_size > LARGEST:
        return ""
    holder = opened.store or opened.stored
    root = getattr(holder, "root", None)
    if isinstance(holder, Hdf5Store) or root is not None:
        guard.check_data(root, opened.model.path)
        return guard.nonfinite(root, opened.model.path) or ""
    arrays = ((tensor.name, opened.read(tensor)) for tensor in opened.model.tensors())
    return next((name for name, array in arrays if array.dtype.kind == "f" and not np.isfinite(array).all()), "")
