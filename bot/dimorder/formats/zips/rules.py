"""What the members of a zip may be called, where they may lie, and how large they may say that they are."""

from __future__ import annotations

import re
import stat
import zipfile
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from dimorder.errors import UnreadableFile, UnsafeContent

MAX_EXPANSION = 100
"""Times its stored size that a member may declare: Keras stores, and weights hardly shrink."""
FREE = 1 << 20
"""Bytes that any member may unpack to."""
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def check_members(members: Sequence[zipfile.ZipInfo], path: str) -> None:
    """Raise for the first member that no zip of Keras or NumPy has."""
    for member in members:
        _check_name(member, path)
        _check_kind(member, path)
        _check_size(member, path)
    _check_apart(members, path)
    ((name, times),) = Counter(member.filename for member in members).most_common(1) or [("", 0)]
    if times > 1:
        raise UnsafeContent(f"{path}: has more than one {name}", code="archive.duplicate")


def _check_name(member: zipfile.ZipInfo, path: str) -> None:
    name = member.orig_filename
    leads_out = name.startswith("/") or "\\" in name or ".." in name.split("/") or _DRIVE.match(name)
    if leads_out or _CONTROL.search(name) or not name:
        raise UnsafeContent(f"{path}: its member {name!r} leads out of it", code="archive.path")
    if member.filename != name:
        raise UnsafeContent(f"{path}: its member {name!r} has a second name", code="archive.inconsistent")


def _check_kind(member: zipfile.ZipInfo, path: str) -> None:
    if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise UnsafeContent(f"{path}: its member {member.filename!r} is a link or device", code="archive.link")
    if member.flag_bits & _ENCRYPTED:
        raise UnsafeContent(f"{path}: {member.filename} is encrypted", code="archive.encrypted")
    if member.compress_type not in METHODS:
        raise UnreadableFile(
            f"{path}: {member.filename} is packed by method {member.compress_type}",
            hint="pack it anew: stored, or deflated",
            code="archive.inconsistent",
        )


def _check_size(member: zipfile.ZipInfo, path: str) -> None:
    if member.file_size > MAX_EXPANSION * member.compress_size + FREE:
        raise UnsafeContent(
            f"{path}: {member.filename} declares {member.file_size} bytes, and holds {member.compress_size}",
            code="limits.expansion",
        )


def _check_apart(members: Sequence[zipfile.ZipInfo], path: str) -> None:
    """Two members never share bytes; the rest of the layout is compared where local headers are read."""
    ordered = sorted(members, key=lambda member: member.header_offset)
    for first, second in pairwise(ordered):
        if first.header_offset + first.compress_size >= second.header_offset:
            raise UnsafeContent(
                f"{path}: its members {first.filename!r} and {second.filename!r} share bytes", code="archive.overlap"
            )
