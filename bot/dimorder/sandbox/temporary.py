"""A file being written beside its target, under a name of its own, gone again unless published."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import BinaryIO

from dimorder.errors import EnvironmentProblem, UsageError
from dimorder.sandbox.files import explaining
from dimorder.sandbox.hidden import hidden
from dimorder.sandbox.sweeping import sweep

_TRIES = 8
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Temporary:
    """A file being written for `target`, open for writing and reading."""

    path: str
    target: str
    file: BinaryIO


@contextmanager
def temporary(target: str) -> Iterator[Temporary]:
    """A new file in the target's folder, mode 0600; its name is gone at the end of the block.

    target: where a symbolic link stands, the file that it leads to; the link stays.
    Temporaries that killed runs left in the folder are swept away first.
    """
    target = _followed(target)
    sweep(target)
    for _ in range(_TRIES):
        path = hidden(target)
        with _created(path, target) as file:
            if _locked(file):
                yield Temporary(path, target, file)
                return
    raise EnvironmentProblem(f"temporaries of {target!r} are removed as they come", hint="find out by whom")


@contextmanager
def _created(path: str, target: str) -> Iterator[BinaryIO]:
    with ExitStack() as stack:
        # Registered before it is there: a signal may come between any two lines.
        stack.callback(_forget, path)
        with explaining(f"cannot write into the folder of {target!r}"):
            try:
                number = os.open(path, _FLAGS, 0o600)
            except FileExistsError as error:
                stack.pop_all()  # not ours to remove
                raise EnvironmentProblem(f"{path!r} is there already", hint="try again") from error
        file = os.fdopen(number, "w+b")
        stack.callback(_closed, file)
        yield file


def _locked(file: BinaryIO) -> bool:
    """Take the lock that says that its owner lives; whether it still has a name then.

    Between creation and lock another run may take it for a dead one's and sweep it away.
    """
    with suppress(OSError):  # a disk without locks: there nobody sweeps either
        fcntl.flock(file.fileno(), fcntl.LOCK_EX)
    return os.fstat(file.fileno()).st_nlink > 0


def _followed(target: str) -> str:
    """Where the file is to stand; refused where none can: in place of folders, devices, and behind dangling links."""
    if "\0" in target:
        raise UsageError(f"{target!r} is not a path", hint="paths hold no NUL")
    place = os.path.realpath(target) if os.path.islink(target) else target
    mode = _mode(place, target)
    if mode is None and place != target:
        raise UsageError(f"{target!r} is a symbolic link that leads to nothing", hint="name the file itself")
    if stat.S_ISDIR(mode or 0) or not os.path.basename(place):
        raise UsageError(f"{target!r} is a folder", hint="name the file to write")
    if mode is not None and not stat.S_ISREG(mode):
        raise UsageError(f"{target!r} is not a regular file", hint="name another target")
    return place


def _mode(place: str, target: str) -> int | None:
    """Kind and rights of what stands there, None for nothing."""
    with explaining(f"cannot write {target!r}"):
        try:
            return os.lstat(place).st_mode
        except FileNotFoundError:
            return None


def _forget(path: str) -> None:
    with suppress(OSError):  # what cannot be removed now, the next run sweeps
        os.unlink(path)


def _closed(file: BinaryIO) -> None:
    with suppress(OSError):  # what counts was flushed before it was published
        file.close()
