"""The header in front of each member, compared with what the directory says: other programs read only the first.

Source: APPNOTE.TXT of PKWARE, 4.3.7 and 4.5.3.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from dimorder.errors import UnreadableFile, UnsafeContent
from dimorder.formats.recognised import ZIP_MAGIC
from dimorder.formats.zips.ending import Ending

_HEADER = struct.Struct("<4s5H3L2H")
_SIZES_FOLLOW, _UTF8 = 0x8, 0x800
_FULL, _LARGE = 0xFFFFFFFF, 1
_LONGEST_DESCRIPTOR = 24
"""Bytes behind a member whose sizes follow it."""


@dataclass(frozen=True, slots=True)
class Local:
    """start, end: where the member's own bytes begin and end."""

    start: int
    end: int


def check_locals(file: BinaryIO, members: Sequence[zipfile.ZipInfo], end: Ending, path: str) -> dict[str, Local]:
    """Where the bytes of each member lie, by name; members and directory follow one another without gaps."""
    found: dict[str, Local] = {}
    before, slack = 0, 0
    for member in sorted(members, key=lambda member: member.header_offset):
        _check_gap(member.header_offset - before, slack, member.filename, path, first=not found)
        local = _local(file, member, path)
        found[member.filename] = local
        before, slack = local.end, _LONGEST_DESCRIPTOR if member.flag_bits & _SIZES_FOLLOW else 0
    _check_gap(end.start - before, slack, "its directory", path, first=not found)
    return found


def _check_gap(gap: int, slack: int, what: str, path: str, *, first: bool) -> None:
    if gap < 0:
        raise UnsafeContent(f"{path}: {what} begins inside another member", code="archive.overlap")
    if gap > slack:
        code = "input.polyglot" if first else "archive.inconsistent"
        raise UnsafeContent(f"{path}: bytes in front of {what} belong to nobody", code=code)


def _local(file: BinaryIO, member: zipfile.ZipInfo, path: str) -> Local:
    file.seek(member.header_offset)
    header = file.read(_HEADER.size)
    if len(header) < _HEADER.size or not header.startswith(ZIP_MAGIC):
        raise UnreadableFile(f"{path}: {member.filename} is damaged: it does not begin there", code="input.corrupt")
    _, _, flags, method, _, _, checksum, packed, size, of_name, of_extra = _HEADER.unpack(header)
    name, extra = file.read(of_name), file.read(of_extra)
    if _FULL in (packed, size):
        size, packed = _large_sizes(extra, (size, packed))
    said = (checksum, packed, size)
    stated = (member.CRC, member.compress_size, member.file_size)
    later = bool(flags & _SIZES_FOLLOW)
    same = all(here == there or (later and not here) for here, there in zip(said, stated, strict=True))
    raw = member.orig_filename.encode("utf-8" if member.flag_bits & _UTF8 else "cp437", "replace")
    if name != raw or method != member.compress_type or flags & 1 != member.flag_bits & 1 or not same:
        raise UnsafeContent(
            f"{path}: {member.filename} is described otherwise in front of its bytes than in the directory",
            code="archive.inconsistent",
        )
    start = member.header_offset + _HEADER.size + of_name + of_extra
    return Local(start, start + member.compress_size)


def _large_sizes(extra: bytes, small: tuple[int, int]) -> tuple[int, int]:
    """Size and packed size from the field for more than 4 GiB, as far as it says them."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<2H", extra, at)
        if kind == _LARGE and size >= 16 and at + 20 <= len(extra):
            first, second = struct.unpack_from("<2Q", extra, at + 4)
            return int(first), int(second)
        at += 4 + size
    return small
