"""Attributes of one object: what they declare, before any of them is read."""

from __future__ import annotations

import math
from typing import TypeAlias

import h5py

from dimorder.errors import UnsafeContent
from dimorder.formats.guard.damage import shown, undamaged
from dimorder.formats.guard.names import check_names
from dimorder.formats.guard.types import check_type

MOST = 1000
LARGEST = 16 << 20
"""Bytes. The largest honest one is an architecture as text; longest one seen 0.3 MB."""
Owner: TypeAlias = "h5py.h5g.GroupID | h5py.h5d.DatasetID | h5py.h5t.TypeID"


def check_attributes(owner: Owner, place: bytes, path: str) -> None:
    """Raise UnsafeContent for too many, too large, strangely named or pointing attributes."""
    count = h5py.h5a.get_num_attrs(owner)
    if count > MOST:
        raise UnsafeContent(f"{path}: {shown(place)} has {count} attributes", code="limits.objects")
    opened = [h5py.h5a.open(owner, index=number) for number in range(count)]
    check_names([one.get_name() for one in opened], place + b"@", path)
    for one in opened:
        where = f"attribute {shown(one.get_name())!r} of {shown(place)}"
        kind = one.get_type()
        check_type(kind, where, path)
        if kind.detect_class(h5py.h5t.VLEN):
            raise UnsafeContent(f"{path}: {where} holds lists of any length", code="data.dtype-or-shape")
        size = math.prod(one.get_space().get_simple_extent_dims() or ()) * kind.get_size()
        if size > LARGEST:
            raise UnsafeContent(f"{path}: {where} declares {size} bytes", code="limits.declared-size")
        _check_readable(owner, one, where, path)


def _check_readable(owner: Owner, one: h5py.h5a.AttrID, where: str, path: str) -> None:
    """What can be read now can be read again, by whoever needs it."""
    with undamaged(path, where):
        h5py.HLObject(owner).attrs[one.get_name()]
