"""What stands where a temporary is to go: nothing, the same bytes, or another's file."""

from __future__ import annotations

import os
import stat
from itertools import zip_longest
from typing import BinaryIO

from dimorder.errors import UsageError
from dimorder.sandbox.files import blocks, explaining
from dimorder.sandbox.temporary import Temporary

_LOOK = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def stands_already(temp: Temporary) -> bool:
    """Whether the target is there with the same bytes."""
    try:
        number = os.open(temp.target, _LOOK)
    except OSError:  # not there, or nothing that could be compared
        return False
    with os.fdopen(number, "rb") as there:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            return False
        with explaining(f"cannot read {temp.target!r} back"):
            return _same_bytes(there, temp.file)


def check_free(temp: Temporary, *, force: bool) -> None:
    """Refuse to replace another file, unless forced; folders and devices are never replaced."""
    try:
        found = os.lstat(temp.target)
    except FileNotFoundError:
        return
    if not stat.S_ISREG(found.st_mode):
        raise UsageError(f"{temp.target!r} is not a regular file", hint="name another target")
    if not force:
        raise another(temp.target)


def is_ours(temp: Temporary) -> bool:
    """Whether the target's name leads to the very file that was written."""
    try:
        found = os.lstat(temp.target)
    except OSError:
        return False
    return os.path.samestat(found, os.fstat(temp.file.fileno()))


def other_names(target: str) -> int:
    """How many further names (hard links) the file at the target has; they keep it when the target is replaced."""
    try:
        found = os.lstat(target)
    except OSError:
        return 0
    return found.st_nlink - 1 if stat.S_ISREG(found.st_mode) else 0


def another(target: str) -> UsageError:
    """Somebody else's file is in the way."""
    way = "--force replaces it, -o TARGET writes elsewhere"
    return UsageError(f"another file is already at {target!r}", hint=way)


def _same_bytes(first: BinaryIO, second: BinaryIO) -> bool:
    second.flush()
    if os.fstat(first.fileno()).st_size != os.fstat(second.fileno()).st_size:
        return False
    return all(one == other for one, other in zip_longest(blocks(first), blocks(second)))
