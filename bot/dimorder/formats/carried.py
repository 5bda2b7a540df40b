"""What comes along with an object of an HDF5 file when it is written anew: its attributes, as they are stored."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

import h5py
import numpy as np

from dimorder.errors import Refused
from dimorder.steps import Array

Owner: TypeAlias = "h5py.Group | h5py.Dataset | h5py.Datatype"


def check_carried(source: Owner, path: str) -> None:
    """Raise Refused for an object that would lose something: its type's name, values that lie apart."""
    if isinstance(source, h5py.Dataset) and source.id.get_type().committed():
        raise Refused(f"{path}: {source.name} shares a named type, and would lose its name")
    for name in source.attrs:
        kind = source.attrs.get_id(name).get_type()
        if kind.committed():
            raise Refused(f"{path}: attribute {name!r} of {source.name} shares a named type, and would lose its name")
        if kind.get_class() != h5py.h5t.STRING and kind.detect_class(h5py.h5t.STRING):
            raise Refused(f"{path}: attribute {name!r} of {source.name} is of a type that is not carried over")


def carry_attributes(
    source: Owner, target: Owner, path: str, changed: Mapping[str, bytes] = MappingProxyType({})
) -> None:
    """Attribute by attribute in stored form: type, size and string kind stay. changed: texts that become others."""
    check_carried(source, path)
    for name in source.attrs:
        attribute = source.attrs.get_id(name)
        if name in changed:
            _write_text(target, name, changed[name], attribute.get_type())
            continue
        made = h5py.h5a.create(target.id, name.encode(), attribute.get_type(), attribute.get_space())
        if attribute.get_space().get_simple_extent_type() != h5py.h5s.NULL:
            made.write(content(attribute))


def _write_text(target: Owner, name: str, text: bytes, kind: h5py.h5t.TypeID) -> None:
    """A text in the kind of string that stood there: of any length or of one, in its encoding."""
    is_text = kind.get_class() == h5py.h5t.STRING
    encoding = "utf-8" if is_text and kind.get_cset() == h5py.h5t.CSET_UTF8 else "ascii"
    variable = is_text and kind.is_variable_str()
    stored = kind.copy() if is_text else h5py.h5t.C_S1.copy()
    if not variable:
        stored.set_size(len(text) + (stored.get_strpad() == h5py.h5t.STR_NULLTERM))
    made = h5py.h5a.create(target.id, name.encode(), stored, h5py.h5s.create(h5py.h5s.SCALAR))
    made.write(np.array(text, dtype=h5py.string_dtype(encoding, None if variable else len(text))))


def content(attribute: h5py.h5a.AttrID) -> Array:
    """An attribute's values as stored; texts of any length as bytes, whatever their encoding."""
    data: Array = np.empty(attribute.shape, dtype=attribute.dtype)
    attribute.read(data)
    return data
