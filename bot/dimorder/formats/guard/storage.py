"""Where a dataset keeps its data, and how packed: in this file, by filters that every HDF5 has."""

from __future__ import annotations

import h5py

from dimorder.errors import UnsafeContent
from dimorder.formats.guard.damage import shown

DEFLATE, SHUFFLE, FLETCHER32, LZF = 1, 2, 3, 32000
"""HDF5's numbers of filters; gzip is deflate."""
_FILTERS = frozenset({DEFLATE, SHUFFLE, FLETCHER32, LZF})
_ELSEWHERE = "a model file holds its own data; copy it by loading and saving the model again"


def check_storage(made: h5py.h5p.PropDCID, place: bytes, path: str) -> frozenset[int]:
    """The filters of a dataset. Raises UnsafeContent for data kept elsewhere, and for filters not known here.

    made: how the dataset was created; asking it opens no other file, as asking for the shape of a virtual one would.
    """
    if made.get_layout() == h5py.h5d.VIRTUAL:
        raise UnsafeContent(
            f"{path}: {shown(place)} shows data of other datasets (virtual)",
            hint=_ELSEWHERE,
            code="hdf5.virtual-dataset",
        )
    if made.get_external_count():
        raise UnsafeContent(
            f"{path}: {shown(place)} keeps its data in other files", hint=_ELSEWHERE, code="hdf5.external-storage"
        )
    return _filters(made, place, path)


def _filters(made: h5py.h5p.PropDCID, place: bytes, path: str) -> frozenset[int]:
    numbers = [made.get_filter(at)[0] for at in range(made.get_nfilters())]
    unknown = set(numbers) - _FILTERS
    if unknown:
        raise UnsafeContent(
            f"{path}: {shown(place)} is packed by filter {min(unknown)}; known are gzip, lzf, shuffle, fletcher32",
            hint="write it again without it: h5repack -f NONE OLD NEW",
            code="hdf5.filter",
        )
    if len(set(numbers)) < len(numbers) or {DEFLATE, LZF} <= set(numbers):
        raise UnsafeContent(f"{path}: {shown(place)} is packed twice over", code="limits.expansion")
    return frozenset(numbers)
