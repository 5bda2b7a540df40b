"""The zip around a Keras 3 model: three known members, read within bounds."""

from __future__ import annotations

import io
import json
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from typing import IO, Any, BinaryIO

from dimorder.errors import UnreadableFile, UnsafeContent
from dimorder.formats.document import check_bounds

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
PICKLES = "model.weights.npz"
MAX_JSON = 64 << 20
MAX_WEIGHTS = 20_000_000_000
_MAX_EXPANSION = 100
"""Times its stored size that a member may declare: Keras stores, and weights hardly shrink."""
_CHUNK = 1 << 20
_LOCAL_HEADER = 30
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
)
"""What zipfile raises on bytes that make no sense (NotImplementedError is a RuntimeError)."""


class Archive:
    """One open `.keras` file. Members of other names are never looked at."""

    def __init__(self, file: BinaryIO, path: str) -> None:
        self.file = file
        self.path = path
        try:
            self.zip = zipfile.ZipFile(file)
        except _DAMAGE as problem:
            raise UnreadableFile(f"{path}: not a readable zip file ({problem})") from problem

    def json(self, name: str) -> Any:
        """A JSON member as plain values."""
        content = self._open(self._member(name, MAX_JSON))
        try:
            value = json.loads(content.read())
        except (ValueError, RecursionError) as problem:
            raise UnreadableFile(f"{self.path}: {name} is not JSON") from problem
        check_bounds(value, self.path)
        return value

    def mapping(self, name: str) -> Mapping[str, Any]:
        """A JSON member that is an object; empty if there is no such member."""
        value = self.json(name) if name in self.zip.namelist() else {}
        return value if isinstance(value, dict) else {}

    def weights(self) -> IO[bytes]:
        """model.weights.h5 as a file: in place if it is stored, else unpacked beside."""
        member = self._member(WEIGHTS, MAX_WEIGHTS)
        if member.compress_type == zipfile.ZIP_STORED:
            return io.BufferedReader(Window(self.file, self._start(member), member.file_size))
        return self._open(member)

    def _member(self, name: str, most: int) -> zipfile.ZipInfo:
        self._refuse_pickles()
        found = [member for member in self.zip.infolist() if member.filename == name]
        if len(found) != 1:
            what = "has no" if not found else "has more than one"
            raise UnreadableFile(f"{self.path}: {what} {name}")
        (member,) = found
        if member.flag_bits & 1:
            raise UnsafeContent(f"{self.path}: {name} is encrypted")
        if member.file_size > most or member.file_size > _MAX_EXPANSION * (member.compress_size + _CHUNK):
            raise UnsafeContent(f"{self.path}: {name} declares {member.file_size} bytes")
        return member

    def _refuse_pickles(self) -> None:
        """Keras 3 writes an `.npz` as Python objects, which run code when opened; its own loader takes none since."""
        names = self.zip.namelist()
        if PICKLES in names or (names and all(name.endswith(".npy") for name in names)):
            raise UnsafeContent(
                f"{self.path}: an .npz: Keras keeps Python objects in it (pickle), which are never opened",
                hint="load it in the program that wrote it, and save it as .keras or .weights.h5",
            )

    def _open(self, member: zipfile.ZipInfo) -> IO[bytes]:
        """The member's content, its checksum compared; a temporary file without a name."""
        content = tempfile.TemporaryFile()  # noqa: SIM115 (the caller reads from it)
        try:
            # zipfile stops at the declared size.
            with self.zip.open(member) as source:
                shutil.copyfileobj(source, content, _CHUNK)
        except _DAMAGE as problem:
            raise UnreadableFile(f"{self.path}: {member.filename} is damaged") from problem
        content.seek(0)
        return content

    def _start(self, member: zipfile.ZipInfo) -> int:
        """Where a stored member's bytes begin: behind its own header, name and extra field."""
        self.file.seek(max(0, member.header_offset))
        header = self.file.read(_LOCAL_HEADER)
        if len(header) != _LOCAL_HEADER or header[:4] != b"PK\x03\x04":
            raise UnreadableFile(f"{self.path}: {member.filename} is damaged")
        name, extra = (int.from_bytes(header[at : at + 2], "little") for at in (26, 28))
        return member.header_offset + _LOCAL_HEADER + name + extra


class Window(io.RawIOBase):
    """A stretch of an open file as a file of its own, for reading."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self.file, self.start, self.size = file, start, size
        self.at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.at = max(0, offset + {0: 0, 1: self.at, 2: self.size}[whence])
        return self.at

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        wanted = max(0, min(len(view), self.size - self.at, _CHUNK))
        self.file.seek(self.start + self.at)
        content = self.file.read(wanted)
        view[: len(content)] = content
        self.at += len(content)
        return len(content)
