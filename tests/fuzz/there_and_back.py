"""A file converted to the other layout and back, by the flow itself in this process, and what is not as it was."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import h5py
import numpy as np

from dimorder.errors import DimorderError
from dimorder.flow.convert import convert
from dimorder.flow.options import Options
from dimorder.layout import parse_layout
from dimorder.sandbox.outside import Outside
from fuzz.generated import Generated

TH, TF = parse_layout("th/th/chw"), parse_layout("tf/tf/hwc")
PROVENANCE = "dimorder"
_TEXTS = frozenset({"model_config"})
"""Attributes that are JSON: the same values may be spaced otherwise."""


def there_and_back(one: Generated) -> tuple[str, list[str]]:
    """Both verdicts, or the refusal; and every difference between the file and what came back."""
    try:
        there, first, beside = _converted(one, one.content, one.architecture, Options(stated=TH, target=TF, **_LIKE))
        if first == "unchanged":
            return first, []
        back, second, _ = _converted(one, there, beside, Options(stated=TF, target=TH, **_LIKE))
    except DimorderError as refusal:
        return f"{type(refusal).__name__}: {refusal.sentence}", []
    return f"{first}, {second}", [*_unmoved(one, there), *differences(one.content, back)]


_LIKE: dict[str, Any] = {"dialect": "same", "unproven": True, "referee": "numpy"}


def _converted(one: Generated, content: bytes, architecture: bytes, options: Options) -> tuple[bytes, str, bytes]:
    """The target's bytes, the verdict, and the new architecture."""
    files = {"source": io.BytesIO(content), "target": io.BytesIO()}
    if architecture:
        files |= {"architecture": io.BytesIO(architecture), "architecture_out": io.BytesIO()}
    names = {role: "w.h5" if role in ("source", "target") else "a.json" for role in files}
    report = convert(files, names, options, Outside(lambda stage, done, total: None))
    written = files["architecture_out"].getvalue() if architecture else b""
    return files["target"].getvalue(), report.verdict, written


def _unmoved(one: Generated, there: bytes) -> Iterator[str]:
    """A trip that changes nothing shows nothing."""
    if one.content == there or not there:
        yield "the conversion wrote nothing new"


def differences(before: bytes, after: bytes) -> list[str]:
    """Of objects and their order, arrays bit for bit, how they are stored, attributes and their order."""
    with h5py.File(io.BytesIO(before), "r") as first, h5py.File(io.BytesIO(after), "r") as second:
        return list(_different(first, second))


def _different(first: Any, second: Any) -> Iterator[str]:
    yield from _different_attributes(first, second)
    if isinstance(first, h5py.Dataset):
        yield from (f"{first.name}: {what} differs" for what in _FACTS if _FACTS[what](first) != _FACTS[what](second))
        return
    if list(first) != list(second):
        yield f"{first.name}: objects {list(first)} became {list(second)}"
        return
    for name in first:
        yield from _different(first[name], second[name])


_FACTS: dict[str, Any] = {
    "bits": lambda d: d[()].tobytes(),
    "type": lambda d: d.dtype.str,
    "shape": lambda d: d.shape,
    "largest shape": lambda d: d.maxshape,
    "chunks": lambda d: d.chunks,
    "packing": lambda d: (d.compression, d.compression_opts, d.shuffle, d.fletcher32),
    "fill value": lambda d: d.fillvalue.tobytes(),
}


def _different_attributes(first: Any, second: Any) -> Iterator[str]:
    names = list(first.attrs)
    left = [name for name in second.attrs if name != PROVENANCE]
    if names != left:
        yield f"{first.name}: attributes {names} became {left}"
        return
    for name in names:
        if _stored(first, name) != _stored(second, name) and not _same_text(name, first, second):
            yield f"{first.name}: attribute {name!r} differs"


def _stored(item: Any, name: str) -> tuple[object, ...]:
    """Type, space and content as HDF5 keeps them."""
    attribute = item.attrs.get_id(name)
    kind, space, value = attribute.get_type(), attribute.get_space(), item.attrs[name]
    content = value.tobytes() if isinstance(value, np.ndarray) and value.dtype != object else repr(value)
    return kind, space.get_simple_extent_type(), space.shape, content


def _same_text(name: str, first: Any, second: Any) -> bool:
    return name in _TEXTS and json.loads(first.attrs[name]) == json.loads(second.attrs[name])
