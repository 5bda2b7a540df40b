"""Temporaries becoming their targets: whole or not at all, and never over another's file.

The order survives a crash: fsync of the file, rename, fsync of the folder.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from typing import BinaryIO

from dimorder.errors import UsageError
from dimorder.sandbox.files import CHUNK, explaining
from dimorder.sandbox.temporary import Temporary

_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV}


def publish_together(temps: Sequence[tuple[Temporary, bool]], mode: int = 0o644) -> bool:
    """All of them, in this order, or none. False: all stood there already, byte for byte.

    temps: each with whether it may replace another file. The last is the one whose appearance
           counts. A failure in between removes what is new; it cannot bring back what was replaced.
    """
    for temp, force in reversed(temps):
        if not stands_already(temp):
            check_free(temp, force=force)
    made: list[Temporary] = []
    written = False
    try:
        for temp, force in temps:
            is_new = not os.path.lexists(temp.target)
            done = publish(temp, force=force, mode=mode)
            written |= done
            made += [temp] if done and is_new else []
    except BaseException:
        for temp in made:
            with suppress(OSError):
                os.unlink(temp.target)
        raise
    return written


def publish(temp: Temporary, *, force: bool, mode: int = 0o644) -> bool:
    """The temporary becomes its target. False: the same bytes stood there already, nothing was written.

    mode: permission bits; setuid, setgid and sticky are never given.
    """
    if stands_already(temp):
        return False
    check_free(temp, force=force)
    with explaining(f"cannot write {temp.target!r}"):
        temp.file.flush()
        os.fchmod(temp.file.fileno(), mode & 0o777)
        os.fsync(temp.file.fileno())
        if force:
            os.replace(temp.path, temp.target)
        elif not _link(temp):
            return False
        _sync_folder(os.path.dirname(temp.target) or ".")
    return True


def stands_already(temp: Temporary) -> bool:
    """Whether the target is there with the same bytes."""
    try:
        if not stat.S_ISREG(os.lstat(temp.target).st_mode):
            return False
        with open(temp.target, "rb") as there:
            return _same_bytes(there, temp.file)
    except OSError:
        return False


def check_free(temp: Temporary, *, force: bool) -> None:
    """Refuse to replace another file, unless forced; folders and devices are never replaced."""
    try:
        found = os.lstat(temp.target)
    except FileNotFoundError:
        return
    if not stat.S_ISREG(found.st_mode):
        raise UsageError(f"{temp.target!r} is not a regular file", hint="name another target")
    if not force:
        raise _another(temp.target)


def _link(temp: Temporary) -> bool:
    """Give the file its target's name, which nobody may have taken meanwhile."""
    try:
        os.link(temp.path, temp.target, follow_symlinks=False)
    except FileExistsError:
        if stands_already(temp):
            return False
        raise _another(temp.target) from None
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # A disk without hard links: the look and the rename are two steps there, the best it offers.
        check_free(temp, force=False)
        os.rename(temp.path, temp.target)
    return True


def _another(target: str) -> UsageError:
    way = "--force replaces it, -o TARGET writes elsewhere"
    return UsageError(f"another file is already at {target!r}", hint=way)


def _same_bytes(first: BinaryIO, second: BinaryIO) -> bool:
    second.flush()
    if os.fstat(first.fileno()).st_size != os.fstat(second.fileno()).st_size:
        return False
    first.seek(0)
    second.seek(0)
    while block := first.read(CHUNK):
        if block != second.read(CHUNK):
            return False
    return True


def _sync_folder(folder: str) -> None:
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(number)
    finally:
        os.close(number)
