"""What the types of values may be: references to places in a file cannot be carried into another one."""

from __future__ import annotations

import h5py

from dimorder.errors import UnsafeContent

_PLAIN = frozenset({h5py.h5t.INTEGER, h5py.h5t.FLOAT, h5py.h5t.STRING, h5py.h5t.OPAQUE, h5py.h5t.BITFIELD})
_DEEPEST = 8


def check_type(kind: h5py.h5t.TypeID, place: str, path: str, depth: int = 0) -> None:
    """Raise UnsafeContent if values of this type point somewhere."""
    found = kind.get_class()
    if found in _PLAIN:
        return
    if found == h5py.h5t.REFERENCE:
        raise UnsafeContent(
            f"{path}: {place} holds references to other places of the file, which never lie where they did",
            code="hdf5.reference",
        )
    if depth > _DEEPEST:
        raise UnsafeContent(f"{path}: {place} has a type nested more than {_DEEPEST} deep", code="limits.depth")
    for part in _parts(kind, found):
        check_type(part, place, path, depth + 1)


def _parts(kind: h5py.h5t.TypeID, found: int) -> list[h5py.h5t.TypeID]:
    if found == h5py.h5t.COMPOUND:
        return [kind.get_member_type(number) for number in range(kind.get_nmembers())]
    return [kind.get_super()] if found in (h5py.h5t.ARRAY, h5py.h5t.VLEN) else []
