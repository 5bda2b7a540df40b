"""The superblock, with which every HDF5 file begins: where the file ends, and whether its writer finished.

Source: HDF5 file format specification, version 3.0, section II.A.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from dimorder.errors import UnreadableFile, UnsafeContent

SIGNATURE = b"\x89HDF\r\n\x1a\n"
_LONGEST = 128
_AGAIN = "download or copy it again: its end is missing"
_WRITING = 0b101
"""Opened for writing, or for writing while others read; a program that closes the file takes them away."""
_NEWEST = 3


@dataclass(frozen=True, slots=True)
class _Form:
    """Where things stand in a superblock: the size of an address, the first address (the end is the third)."""

    size_at: int
    addresses_at: int


_FORMS = {0: _Form(13, 24), 1: _Form(13, 28), 2: _Form(9, 12), 3: _Form(9, 12)}


def check_beginning(file: IO[bytes], path: str) -> None:
    """Raise unless a whole HDF5 file begins at the first byte; leaves the file at its start."""
    length = file.seek(0, 2)
    file.seek(0)
    start = file.read(_LONGEST)
    if not start.startswith(SIGNATURE):
        _refuse_other(file, length, path)
    file.seek(0)
    if len(start) < len(SIGNATURE) + 1:
        raise _cut(path, f"it has {length} bytes")
    form = _FORMS.get(start[8])
    if form is None:
        raise UnreadableFile(f"{path}: HDF5 of an unknown form ({start[8]})", code="input.corrupt")
    _check_end(start, form, length, path)
    if start[8] == _NEWEST and start[11] & _WRITING:
        raise UnreadableFile(
            f"{path}: a program was writing this HDF5 file and never finished",
            hint="save it again; h5clear -s clears the mark if the file is known to be whole",
            code="input.unclean",
        )


def hidden(file: IO[bytes]) -> int:
    """Offset of HDF5 behind something else, 0 where there is none; leaves the file at its start.

    HDF5 looks for its signature at 512 and at each double of it.
    """
    length = file.seek(0, 2)
    offset, found = 512, 0
    while not found and offset < length:
        file.seek(offset)
        found = offset if file.read(len(SIGNATURE)) == SIGNATURE else 0
        offset *= 2
    file.seek(0)
    return found


def _refuse_other(file: IO[bytes], length: int, path: str) -> None:
    if not length:
        raise UnreadableFile(f"{path}: is empty", code="input.empty")
    offset = hidden(file)
    if offset:
        raise UnsafeContent(
            f"{path}: {offset} bytes of something else stand before the HDF5 in it",
            hint="take them off: h5unjam -i OLD -o NEW",
            code="input.polyglot",
        )
    raise UnreadableFile(f"{path}: no HDF5 file", code="input.not-hdf5")


def _check_end(start: bytes, form: _Form, length: int, path: str) -> None:
    if len(start) <= form.size_at:
        raise _cut(path, f"it has {length} bytes")
    size = start[form.size_at]
    if size not in (2, 4, 8):
        raise UnreadableFile(f"{path}: HDF5 with addresses of {size} bytes", code="input.corrupt")
    at = form.addresses_at + 2 * size
    if len(start) < at + size:
        raise _cut(path, f"it has {length} bytes")
    end = int.from_bytes(start[at : at + size], "little")
    if end > length:
        raise _cut(path, f"{length} of {end} bytes are there")


def _cut(path: str, what: str) -> UnreadableFile:
    return UnreadableFile(f"{path}: not a whole HDF5 file: {what}", hint=_AGAIN, code="input.truncated")
