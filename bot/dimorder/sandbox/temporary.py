"""A file being written beside its target, under a name of its own, gone again unless published."""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import BinaryIO

from dimorder.errors import UsageError
from dimorder.sandbox.files import explaining

SUFFIX = ".dimorder-tmp"
_RANDOM = 8
_ROOM = 255 - len("..") - 2 * _RANDOM - len(SUFFIX)
"""Bytes of the target's name that fit into the temporary's."""
_FRESH = 60.0
"""Seconds in which a temporary may not have been locked by its owner yet."""


@dataclass(frozen=True, slots=True)
class Temporary:
    """A file being written for `target`, open for writing and reading."""

    path: str
    target: str
    file: BinaryIO


@contextmanager
def temporary(target: str) -> Iterator[Temporary]:
    """A new file in the target's folder, mode 0600; its name is gone at the end of the block.

    Temporaries that a killed run left for the same target are swept away first.
    """
    target = os.path.realpath(target) if os.path.islink(target) else target  # the link stays
    folder, name = os.path.split(target)
    if not name or os.path.isdir(target):
        raise UsageError(f"{target!r} is a folder", hint="name the file to write")
    _sweep(folder or ".", _start(name))
    path = os.path.join(folder, _start(name) + secrets.token_hex(_RANDOM) + SUFFIX)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    # The file is made inside the block that removes it: a signal may come between any two lines.
    try:
        with explaining(f"cannot write into the folder of {target!r}"):
            number = os.open(path, flags, 0o600)
        with os.fdopen(number, "w+b") as file:
            with suppress(OSError):  # a disk without locks: there nobody sweeps either
                fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield Temporary(path, target, file)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(path)


def _start(name: str) -> str:
    """`.NAME.`, cut where the whole would be longer than a file system takes."""
    return f".{os.fsdecode(os.fsencode(name)[:_ROOM])}."


def _sweep(folder: str, start: str) -> None:
    with suppress(OSError):
        for entry in list(os.scandir(folder)):
            if entry.name.startswith(start) and entry.name.endswith(SUFFIX):
                _remove_if_dead(entry)


def _remove_if_dead(entry: os.DirEntry[str]) -> None:
    """Dead means that nobody holds its lock: the kernel drops it with the process, however that ends."""
    with suppress(OSError):
        found = entry.stat(follow_symlinks=False)
        if not stat.S_ISREG(found.st_mode) or time.time() - found.st_ctime < _FRESH:
            return
        number = os.open(entry.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(entry.path)
        finally:
            os.close(number)
