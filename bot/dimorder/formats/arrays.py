"""Arrays in an `.npy` or `.npz`: numbers only, and never more than the file really holds."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from dimorder.errors import UnreadableFile, UnsafeContent
from dimorder.formats.recognised import recognised, refuse
from dimorder.formats.zips import Zip
from dimorder.steps import Array

MAX_BYTES = 2 << 30
MAX_HEADER = 4096
_MAGIC = b"\x93NUMPY"
_LENGTHS = {1: 2, 2: 4, 3: 4}
"""Bytes that hold the header's length, by version. Source: numpy/lib/format.py at 1.26."""
_HEADER = re.compile(
    r"\{\s*'descr':\s*(?P<descr>.+?),\s*'fortran_order':\s*(?P<fortran>True|False),"
    r"\s*'shape':\s*\((?P<shape>[\d,L ]*)\),?\s*\}\s*"
)
_NUMBERS = re.compile(r"'[<>|=](?:b1|[iu][1248]|f[248])'")
_TEXTS = re.compile(r"'[<>|=]?[US]\d+'")
_OBJECT = re.compile(r"\|?O")
_MAX_AXES = 32


@dataclass(frozen=True, slots=True)
class _Header:
    """start: where the numbers begin, in bytes. descr: what they are, as it is written."""

    start: int
    descr: str
    shape: tuple[int, ...]
    fortran: bool


def read_arrays(file: BinaryIO, path: str) -> dict[str, Array]:
    """All arrays of numbers by name; "" is the only one of an `.npy`. Texts that lie beside them are left out.

    Raises UnreadableFile, with npz.pickle for Python objects, npz.header, limits.declared-size, input.truncated,
    data.dtype-or-shape, or a reason of a zip's own.
    """
    found = recognised(file)
    refuse(found, path, "samples")
    if found.kind == "zip":
        return _from_zip(Zip(file, path), path)
    if file.seek(0, 2) > MAX_BYTES:
        raise UnsafeContent(f"{path}: more than {MAX_BYTES} bytes of samples", code="input.too-large")
    file.seek(0)
    data = file.read()  # a bound here would be allocated at once
    return {"": _array(data, _header(data, path), path, cut=True)}


def _from_zip(archive: Zip, path: str) -> dict[str, Array]:
    arrays: dict[str, Array] = {}
    left = MAX_BYTES
    for name in archive.names():
        data = archive.content(name, left)
        left -= len(data)
        header = _header(data, f"{path} ({name})")
        if not _TEXTS.fullmatch(header.descr):
            arrays[name.removesuffix(".npy")] = _array(data, header, f"{path} ({name})", cut=False)
    return arrays


def _array(data: bytes, header: _Header, where: str, *, cut: bool) -> Array:
    """The array in the bytes of an `.npy`. cut: whether its end may be missing, which a zip would have told."""
    dtype = _dtype(header.descr, where)
    held, size = len(data) - header.start, math.prod(header.shape) * dtype.itemsize
    if size > held:
        missing = cut and size <= MAX_BYTES
        raise UnreadableFile(
            f"{where}: declares an array of {size} bytes, and holds {held}",
            hint="download or copy it again: its end is missing" if missing else "",
            code="input.truncated" if missing else "limits.declared-size",
        )
    if size < held:
        raise UnreadableFile(f"{where}: {held - size} bytes stand behind its array", code="npz.header")
    flat = np.frombuffer(data, dtype, math.prod(header.shape), header.start)
    return flat.reshape(header.shape, order="F" if header.fortran else "C")


def _header(data: bytes, where: str) -> _Header:
    """The header, read without evaluating it, as numpy's own reader does."""
    if not data.startswith(_MAGIC):
        raise UnreadableFile(f"{where}: not an array that NumPy saved", code="npz.header")
    width = _LENGTHS.get(data[6] if len(data) > 6 else 0, 0)
    begin = 8 + width
    length = int.from_bytes(data[8:begin], "little")
    if not width or length > MAX_HEADER:
        raise UnreadableFile(f"{where}: its header is none that NumPy writes", code="npz.header")
    if len(data) < begin + length:
        raise UnreadableFile(f"{where}: ends inside its header", code="input.truncated")
    text = data[begin : begin + length].decode("latin-1")
    match = _HEADER.fullmatch(text)
    if match is None:
        raise UnreadableFile(f"{where}: its header is none that NumPy writes", code="npz.header")
    shape = _shape(match["shape"], where)
    return _Header(begin + length, match["descr"], shape, fortran=match["fortran"] == "True")


def _dtype(written: str, where: str) -> np.dtype[np.generic]:
    if _NUMBERS.fullmatch(written):
        return np.dtype(written.strip("'"))
    if _OBJECT.search(written):
        raise UnsafeContent(
            f"{where}: holds Python objects (pickle), which are never opened",
            hint="save it as an array of numbers",
            code="npz.pickle",
        )
    raise UnreadableFile(f"{where}: holds {written[:60]}, not plain numbers", code="data.dtype-or-shape")


def _shape(written: str, where: str) -> tuple[int, ...]:
    parts = [part.strip().removesuffix("L") for part in written.split(",")]
    sizes = [part for part in parts if part]
    if len(sizes) > _MAX_AXES or not all(size.isdigit() and len(size) < 20 for size in sizes):
        raise UnreadableFile(f"{where}: its header states no shape", code="npz.header")
    return tuple(map(int, sizes))
