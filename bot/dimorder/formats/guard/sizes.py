"""What datasets declare against what they store: nothing is allocated that the file does not account for."""

from __future__ import annotations

import math
from dataclasses import dataclass

import h5py

from dimorder.errors import UnsafeContent
from dimorder.formats.guard.damage import shown
from dimorder.formats.guard.storage import DEFLATE, LZF

FLOOR = 16 << 20
"""Bytes below which a dataset, or all together, may declare what they like."""
RATIO = 100
"""Times its stored bytes that a dataset may declare. Keras 0 to 3 write none packed; 12 was the most seen."""
LARGEST = 20_000_000_000
"""Bytes in sum, whatever is stored."""
_UNPACK = "if the file is trusted, unpack it: h5repack -f NONE OLD NEW"


@dataclass(frozen=True, slots=True)
class Size:
    """Bytes of one dataset. declared: unpacked, whole chunks counted; stored: in the file; packed: may unfold."""

    declared: int
    stored: int
    packed: bool


def size(dataset: h5py.h5d.DatasetID, made: h5py.h5p.PropDCID, filters: frozenset[int]) -> Size:
    """Without reading; Python's integers do not overflow."""
    shape = dataset.get_space().get_simple_extent_dims() or ()
    chunks = made.get_chunk() if made.get_layout() == h5py.h5d.CHUNKED else (1,) * len(shape)
    stored = dataset.get_storage_size()
    whole = [_rounded_up(length, chunk) for length, chunk in zip(shape, chunks, strict=True)]
    # HDF5 allocates a whole chunk even where the dataset is smaller.
    declared = max(math.prod(whole), math.prod(chunks) if stored else 0) * dataset.get_type().get_size()
    return Size(declared, stored, bool(filters & {DEFLATE, LZF}))


def check_size(found: Size, place: bytes, path: str) -> None:
    """Raise UnsafeContent for one dataset that unfolds to far more than it stores."""
    if found.declared > FLOOR and found.declared > RATIO * found.stored:
        raise UnsafeContent(
            f"{path}: {shown(place)} declares {found.declared} bytes and stores {found.stored}",
            hint=_UNPACK if found.packed and found.stored else "",
            code=_code(found),
        )


def check_total(found: Size, length: int, path: str) -> None:
    """The same of all datasets together. length: bytes of the file.

    Datasets may share what they store, so that the sum of stored bytes proves nothing.
    """
    if found.declared > LARGEST or found.declared > max(FLOOR, RATIO * length):
        raise UnsafeContent(
            f"{path}: its arrays declare {found.declared} bytes together, the file has {length}", code=_code(found)
        )


def added(first: Size, second: Size) -> Size:
    return Size(first.declared + second.declared, first.stored + second.stored, first.packed or second.packed)


def _code(found: Size) -> str:
    return "limits.expansion" if found.packed and found.stored else "limits.declared-size"


def _rounded_up(length: int, chunk: int) -> int:
    return -(-length // chunk) * chunk
