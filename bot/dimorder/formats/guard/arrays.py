"""What an array of weights may be: plain numbers on at most six axes, none of them empty."""

from __future__ import annotations

import h5py

from dimorder.errors import UnreadableFile
from dimorder.formats.guard.damage import shown

CODE = "data.dtype-or-shape"
_MOST_AXES = 6
_WIDTHS = (2, 4, 8)
"""Bytes of floats: what numpy calls float128 is 80 bits on some machines."""


def check_array(dataset: h5py.Dataset, name: str, path: str) -> None:
    """Raise UnreadableFile for what no Keras wrote as a weight or an optimizer's state."""
    what = _type_trouble(dataset) or _shape_trouble(dataset.shape)
    if what:
        raise UnreadableFile(f"{path}: {shown(name)} {what}", code=CODE)


def _type_trouble(dataset: h5py.Dataset) -> str:
    try:
        dtype = dataset.dtype
    except (TypeError, ValueError, RuntimeError):
        return "is of a type that NumPy does not know, not plain numbers"
    if dtype.kind not in "fiub" or (dtype.kind == "f" and dtype.itemsize not in _WIDTHS):
        return f"holds {dtype}, not plain numbers"
    if dtype.kind != "b" and dataset.id.get_type() != h5py.h5t.py_create(dtype):
        return f"holds numbers of a form that would be read as {dtype}, and is not it"
    if dtype.kind != "f" and len(dataset.shape or ()) > 1:
        return f"holds {dtype} on {len(dataset.shape or ())} axes: quantised weights are not read"
    return ""


def _shape_trouble(shape: tuple[int, ...] | None) -> str:
    if shape is None:
        return "has no values at all (a null dataspace)"
    if 0 in shape:
        return f"has an axis of length 0: {shape}"
    return f"has {len(shape)} axes, at most {_MOST_AXES} are read" if len(shape) > _MOST_AXES else ""
