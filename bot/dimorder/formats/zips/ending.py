"""Where the directory of a zip stands, read before anything believes what it says.

Source: APPNOTE.TXT of PKWARE, 4.3.14 to 4.3.16.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

from dimorder.errors import UnreadableFile, UnsafeContent
from dimorder.formats.recognised import LONGEST_COMMENT, ZIP_END, ZIP_END_SIZE, ZIP_MAGIC, ends_a_zip

MAX_MEMBERS = 10_000
MAX_DIRECTORY = 4 << 20
_LOCAL_HEADER = 30
_METHODS = (0, 8)
_FULL = 0xFFFFFFFF
_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_LARGE_END = struct.Struct("<4sQ2H2L4Q")


@dataclass(frozen=True, slots=True)
class Ending:
    """start, size: of the directory in bytes."""

    start: int
    size: int


def ending(file: BinaryIO, path: str) -> Ending:
    """Where the directory stands, and that nothing but a zip stands in the file."""
    whole = file.seek(0, 2)
    file.seek(max(0, whole - ZIP_END_SIZE - LONGEST_COMMENT))
    tail = file.read()
    at = ends_a_zip(tail)
    if at is None:
        raise _no_end(file, path, tail)
    where = whole - len(tail) + at
    _, _, _, _, count, size, start, _ = _END.unpack(tail[at : at + ZIP_END_SIZE])
    if _FULL in (size, start) or count == 0xFFFF:
        where, count, size, start = _large(file, path, where)
    if count > MAX_MEMBERS or size > MAX_DIRECTORY:
        raise UnsafeContent(f"{path}: a zip of {count} members is not read", code="limits.objects")
    if start + size < where:
        raise UnsafeContent(
            f"{path}: a zip behind something else, which other programs take for the file", code="input.polyglot"
        )
    if start + size > where:
        raise UnreadableFile(f"{path}: not a readable zip file (its directory lies outside)", code="input.corrupt")
    return Ending(start, size)


def _large(file: BinaryIO, path: str, where: int) -> tuple[int, int, int, int]:
    """The same from the record for more than 4 GiB: its own place, members, size and start of the directory."""
    file.seek(max(0, where - _LOCATOR.size))
    magic, _, at, _ = _LOCATOR.unpack(file.read(_LOCATOR.size).ljust(_LOCATOR.size, b"\0"))
    file.seek(min(at, where))
    content = file.read(_LARGE_END.size).ljust(_LARGE_END.size, b"\0")
    found = _LARGE_END.unpack(content)
    if magic != b"PK\x06\x07" or found[0] != b"PK\x06\x06" or at + 12 + found[1] != where - _LOCATOR.size:
        raise UnreadableFile(f"{path}: not a readable zip file (its ending is damaged)", code="input.corrupt")
    return at, found[7], found[8], found[9]


def _no_end(file: BinaryIO, path: str, tail: bytes) -> UnreadableFile:
    if ZIP_END in tail:
        return UnreadableFile(
            f"{path}: not a readable zip file (it goes on behind its end)", code="archive.inconsistent"
        )
    file.seek(0)
    if _begins(file.read(_LOCAL_HEADER + 255)):
        return UnreadableFile(
            f"{path}: not a readable zip file (its end is missing)",
            hint="download or copy it again",
            code="input.truncated",
        )
    return UnreadableFile(f"{path}: not a readable zip file", code="input.not-zip")


def _begins(start: bytes) -> bool:
    """Whether a member really begins here, not just its first four letters."""
    method, size = (int.from_bytes(start[at : at + 2], "little") for at in (8, 26))
    name = start[_LOCAL_HEADER : _LOCAL_HEADER + size]
    return start.startswith(ZIP_MAGIC) and method in _METHODS and 0 < size == len(name) and name.isascii()
