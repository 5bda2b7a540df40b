"""Removing the temporaries that killed runs left behind, and no other file."""

from __future__ import annotations

import fcntl
import os
import stat
import time
from contextlib import suppress

from dimorder.sandbox.hidden import is_for, is_hidden

_FRESH = 60.0
"""Seconds for which temporaries of other targets stay: machines that share a disk may not share its locks."""


def sweep(target: str) -> None:
    """Remove what dead runs left in the target's folder: for this target at once, for others after a while."""
    folder = os.path.dirname(target) or "."
    with suppress(OSError):
        for entry in list(os.scandir(folder)):
            if is_hidden(entry.name):
                _remove_if_dead(entry, at_once=is_for(entry.name, target))


def _remove_if_dead(entry: os.DirEntry[str], *, at_once: bool) -> None:
    """Dead means that nobody holds its lock: the kernel drops it with the process, however that ends."""
    with suppress(OSError):
        found = entry.stat(follow_symlinks=False)
        is_fresh = time.time() - found.st_ctime < _FRESH
        if not stat.S_ISREG(found.st_mode) or (is_fresh and not at_once):
            return
        number = os.open(entry.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(entry.path)
        finally:
            os.close(number)
