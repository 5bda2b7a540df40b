"""A stretch of an open file as a file of its own."""

from __future__ import annotations

import io
from typing import Any, BinaryIO

_CHUNK = 1 << 20


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
