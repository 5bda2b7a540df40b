"""A folder while files appear in it: one run at a time, and its names safe on the disk."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from dimorder.errors import EnvironmentProblem
from dimorder.sandbox.files import explaining

_PATIENCE = 30.0
"""Seconds for which another run may be publishing: it syncs two files that are written already."""
_PAUSE = 0.01
_CANNOT_SYNC = {errno.EINVAL, errno.EOPNOTSUPP, errno.ENOSYS, errno.EBADF}
"""What disks answer that sync no folders; their names are as safe as they get."""


@contextmanager
def alone_in(folder: str) -> Iterator[None]:
    """Keep other runs from publishing into the folder meanwhile, so that files that go together stay together.

    Where a folder cannot be locked, the rest holds: nothing is replaced unasked, nothing appears half.
    """
    number = _opened(folder)
    try:
        if number is not None:
            _lock(number, folder)
        yield
    finally:
        if number is not None:
            os.close(number)


def sync_folder(folder: str) -> None:
    """Have the disk keep the folder's names. A folder that may be written but not read is left to the system."""
    number = _opened(folder)
    if number is None:
        return
    try:
        with explaining(f"cannot write into {folder!r}"):
            _sync(number)
    finally:
        os.close(number)


def _sync(number: int) -> None:
    try:
        os.fsync(number)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC:
            raise


def _opened(folder: str) -> int | None:
    with suppress(PermissionError):
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    return None


def _lock(number: int, folder: str) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > end:
                raise EnvironmentProblem(f"another program keeps {folder!r} locked", hint="try again later") from None
        except OSError:  # a disk without locks
            return
        time.sleep(_PAUSE)
