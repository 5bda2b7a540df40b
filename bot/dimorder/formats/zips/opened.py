"""One open zip: which members there are, and their bytes when asked, checksum compared before anybody believes them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, BinaryIO

from dimorder.errors import DimorderError, UnreadableFile, UnsafeContent
from dimorder.formats.memory import unnamed_file
from dimorder.formats.zips.ending import ending
from dimorder.formats.zips.local import check_locals
from dimorder.formats.zips.rules import check_members
from dimorder.formats.zips.window import Window

MAX_UNPACKED = 2 << 30
"""Bytes of a deflated member: unpacked, it takes memory."""
_CHUNK = 1 << 20
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, ValueError, RuntimeError, LookupError)
"""What zipfile raises on bytes that make no sense (NotImplementedError is a RuntimeError)."""


class Zip:
    """Every member has been checked when this exists; their bytes have not."""

    def __init__(self, file: BinaryIO, path: str) -> None:
        self.file, self.path = file, path
        end = ending(file, path)
        try:
            self.zip = zipfile.ZipFile(file)
            members = self.zip.infolist()
            check_members(members, path)
            self.places = check_locals(file, members, end, path)
        except DimorderError:
            raise
        except _DAMAGE as problem:
            raise UnreadableFile(f"{path}: not a readable zip file ({problem})", code="input.corrupt") from problem

    def names(self) -> list[str]:
        return self.zip.namelist()

    def member(self, name: str, most: int) -> zipfile.ZipInfo:
        """The member of this name, of at most so many bytes."""
        if name not in self.places:
            raise UnreadableFile(f"{self.path}: has no {name}", code="archive.missing")
        member = self.zip.getinfo(name)
        packed = member.compress_type != zipfile.ZIP_STORED
        if member.file_size > (min(most, MAX_UNPACKED) if packed else most):
            raise UnsafeContent(
                f"{self.path}: {name} declares {member.file_size} bytes", code="limits.declared-size"
            )
        return member

    def content(self, name: str, most: int) -> bytes:
        """All bytes of a member."""
        target = io.BytesIO()
        self._copy(self.member(name, most), target)
        return target.getvalue()

    def opened(self, name: str, most: int) -> IO[bytes]:
        """A member as a file: in place if it is stored, else unpacked without a name."""
        member = self.member(name, most)
        if member.compress_type == zipfile.ZIP_STORED:
            self._copy(member, None)
            place = self.places[name]
            return io.BufferedReader(Window(self.file, place.start, member.file_size))
        target = unnamed_file()
        self._copy(member, target)
        target.seek(0)
        return target

    def _copy(self, member: zipfile.ZipInfo, target: IO[bytes] | None) -> None:
        """All bytes, counted and their checksum compared; target: None to look at them only."""
        seen = 0
        for block in self._blocks(member):
            seen += len(block)
            if target is not None:
                target.write(block)
        if seen != member.file_size:
            raise UnreadableFile(
                f"{self.path}: {member.filename} is damaged: {seen} bytes, not {member.file_size}",
                code="data.unreadable",
            )

    def _blocks(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        name = f"{self.path}: {member.filename}"
        try:
            with self.zip.open(member) as source:
                while block := source.read(_CHUNK):
                    yield block
        except zipfile.BadZipFile as problem:
            raise UnreadableFile(f"{name} is damaged ({problem})", code="data.checksum") from problem
        except _DAMAGE as problem:
            raise UnreadableFile(f"{name} is damaged", code="data.unreadable") from problem
