"""The code of a repository as one open file: modules import each other, and whoever reads them can open nothing."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import BinaryIO, cast

from dimorder.errors import DimorderError
from dimorder.sandbox.files import explaining, open_input

LARGEST = 8 << 20
"""Bytes of one file."""
MOST = 256 << 20
"""Bytes of all of them."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Where one file's bytes lie in the bundle."""

    path: str
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """An open file with the bytes of many. left_out: those that would have made it too large."""

    file: BinaryIO
    pieces: tuple[Piece, ...]
    left_out: tuple[str, ...]


def bundled(stack: ExitStack, paths: Iterable[tuple[str, str]]) -> Bundle:
    """The files at these (path to show, path to open) in one, closed with the stack; their bytes are not looked at.

    A file that cannot be opened any more is left out like one that is too large: whoever judges files says so.
    """
    file = nameless(stack)
    pieces: list[Piece] = []
    left_out: list[str] = []
    for shown, real in paths:
        start = file.tell()
        content = _content(real)
        if content is None or start + len(content) > MOST:
            left_out.append(shown)
            continue
        with explaining("cannot gather the code"):
            file.write(content)
        pieces.append(Piece(shown, start, len(content)))
    with explaining("cannot gather the code"):
        file.flush()
    return Bundle(file, tuple(pieces), tuple(left_out))


def nameless(stack: ExitStack) -> BinaryIO:
    """A file to write to and read from that lies nowhere, closed with the stack."""
    return cast(BinaryIO, stack.enter_context(tempfile.TemporaryFile()))


def _content(path: str) -> bytes | None:
    try:
        with open_input(path, follow=False) as opened:
            return opened.file.read() if opened.identity.size <= LARGEST else None
    except (DimorderError, OSError):
        return None


def piece(file: BinaryIO, one: Piece) -> bytes:
    """The bytes of one of its files."""
    return os.pread(file.fileno(), one.size, one.start)
