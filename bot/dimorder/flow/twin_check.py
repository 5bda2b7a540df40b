"""Whether a file is what converting another one yields: converted once more, and compared array by array.

Hashes and a certificate can be written by anybody; numbers that come out again cannot.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import BinaryIO

import numpy as np

from dimorder.engine.diagnosis.matching import fingerprint
from dimorder.errors import DimorderError
from dimorder.flow.certificate import Certificate
from dimorder.flow.convert import ordered
from dimorder.flow.opened import Opened
from dimorder.flow.options import Options
from dimorder.flow.order import Order
from dimorder.flow.reading import as_released, completed, open_bare, shards
from dimorder.flow.recheck import changed
from dimorder.flow.settling import judge
from dimorder.flow.standing import Verified
from dimorder.flow.writing import write
from dimorder.formats.reader import sha256
from dimorder.formats.texts import json_value
from dimorder.graph import Tensor
from dimorder.sandbox.outside import Outside
from dimorder.steps import Array
from dimorder.verdict import About

_BELIEVED = ("certain", "likely")
_AXES: tuple[About, ...] = ("dim_ordering", "kernels")
_ROUNDING = 1e-6
"""Relative: numbers that are computed anew are rounded anew by another version."""


def verify(
    files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Certificate, outside: Outside
) -> Verified:
    """Whether `converted` is what the certificate's conversion makes of `source`.

    `target` is an empty file to write that conversion into, under the converted file's name.
    """
    stated = {role: path for role, path in names.items() if role != "target"}
    other = next(changed(files, stated, options), "")
    if other:
        return Verified(other)
    try:
        return Verified(next(_differences(files, names, options, outside), ""))
    except DimorderError as problem:
        return Verified(f"the conversion cannot be made again: {problem.sentence}")


def _differences(
    files: Mapping[str, BinaryIO], names: Mapping[str, str], stated: Certificate, outside: Outside
) -> Iterator[str]:
    order, architecture = _again(files, names, stated)
    if misread := _misread(order, stated):
        yield misread
        return
    if "converted_architecture" in files and not _same_document(architecture, files["converted_architecture"]):
        yield "its architecture is not what this conversion writes"
    if sha256(files["target"]) == stated.sha256["converted"]:
        return
    files["target"].seek(0)
    files["converted"].seek(0)
    fresh, twin = (open_bare(files[role], names["target"], Options()) for role in ("target", "converted"))
    yield from _other_model(fresh, twin)
    tensors = list(zip(_stored(fresh), _stored(twin), strict=True))
    for done, (ours, theirs) in enumerate(tensors):
        outside.progress("twin", done, len(tensors))
        if not _same(order, fresh.read(ours), twin.read(theirs)):
            yield f"array {theirs.name!r} is not what this conversion makes of the original"


def _again(files: Mapping[str, BinaryIO], names: Mapping[str, str], stated: Certificate) -> tuple[Order, bytes]:
    """The conversion carried out once more, into `target`; and the architecture that it writes apart."""
    options = as_released(replace(stated.options, dialect=stated.dialect), names["source"])
    apart = io.BytesIO()
    if "converted_architecture" in files:
        files = {**files, "architecture_out": apart}
        names = {**names, "architecture_out": names["converted_architecture"]}
    bare = open_bare(files["source"], names["source"], options, shards(files, "source"))
    order, _ = ordered(completed(bare, files, names, options), files, names, options)
    write(order)
    return order, apart.getvalue()


def _misread(order: Order, stated: Certificate) -> str:
    """What the certificate, which anybody can write, says of layouts against what the file says itself; "" for nothing.

    That is the user's word where files convert; here nobody stands behind it.
    """
    found = judge(order.settled.opened, Options())
    taken = (("the file", order.settled.verdict.layout), *stated.options.layers)
    for what, layout in taken:
        for about in _AXES:
            ours, theirs = getattr(found.layout, about), getattr(layout, about)
            if found.confidence[about] in _BELIEVED and ours != theirs:
                words = about.replace("_", " ")
                return f"its certificate takes the {words} of {what} for {theirs}, which says {ours} by itself"
    wanted = order.plan.target
    return f"it is a conversion to {wanted}" if "th" in (wanted.dim_ordering, wanted.kernels) else ""


def _same_document(ours: bytes, theirs: BinaryIO) -> bool:
    theirs.seek(0)
    found = theirs.read(len(ours) * 2 + 1)
    return found == ours or bool(json_value(found.decode("utf-8", "replace"), "") == json_value(ours.decode(), ""))


def _other_model(fresh: Opened, twin: Opened) -> Iterator[str]:
    """What differs before any number is looked at."""
    if (fresh.model.kind, fresh.model.era, fresh.form) != (twin.model.kind, twin.model.era, twin.form):
        yield "it is another kind of file than this conversion writes"
    elif _outline(fresh) != _outline(twin):
        yield "it holds other arrays than this conversion writes"
    elif fresh.model.document != twin.model.document:
        yield "its architecture is not what this conversion writes"


def _outline(opened: Opened) -> list[tuple[str, tuple[int, ...], str]]:
    return [(tensor.name, tensor.shape, tensor.dtype) for tensor in _stored(opened)]


def _stored(opened: Opened) -> list[Tensor]:
    """Weights in the order in which the file lists them, and what of the optimizer's state could be told."""
    slots = (slot.tensor for slot in opened.model.slots)
    return list(chain.from_iterable(tensor.stored() for tensor in chain(opened.model.tensors(), slots)))


def _same(order: Order, ours: Array, theirs: Array) -> bool:
    """Bit for bit; numbers that the conversion computes anew as closely as rounding lets them be."""
    if ours.tobytes() == np.ascontiguousarray(theirs).tobytes():
        return True
    if order.plan.is_lossless() or not np.allclose(ours, theirs, rtol=_ROUNDING, atol=0):
        return False
    source = order.settled
    return fingerprint(ours) not in {fingerprint(source.opened.read(tensor)) for tensor in source.arrays()}
