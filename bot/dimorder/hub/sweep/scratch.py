"""A folder for what is fetched and made on the way, swept when its process is gone."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from dimorder.errors import EnvironmentProblem, UsageError
from dimorder.flow.git import work_tree
from dimorder.sandbox.files import explaining

_LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class Scratch:
    """path: of this process alone, absolute."""

    path: str

    def folder(self, key: str) -> str:
        """Where a job works; the same job has the same folder in this process."""
        return os.path.join(self.path, hashlib.sha256(key.encode()).hexdigest()[:24])

    def clear(self, key: str) -> None:
        """The job is done."""
        shutil.rmtree(self.folder(key), ignore_errors=True)


@contextmanager
def scratch(above: str, own: str) -> Iterator[Scratch]:
    """A folder for this process below `above`. What killed processes left there is removed first.

    A process holds the lock of its folder as long as it lives.
    """
    above = os.path.realpath(above)
    with explaining(f"cannot work in {above!r}"):
        os.makedirs(above, mode=0o700, exist_ok=True)
        _check(above)
        _sweep(above)
        path = os.path.join(above, own)
        os.mkdir(path, mode=0o700)
        lock = _locked(path)
    if lock is None:
        raise EnvironmentProblem(f"{path!r} is locked by another process", hint="name another folder by --scratch")
    try:
        yield Scratch(path)
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(lock)


def _check(above: str) -> None:
    """Nobody else's, since what lies there gets committed; and in no work tree, by whose rules it would be judged."""
    if work_tree(above) is not None:
        raise UsageError(f"{above!r} lies in a git repository", hint="name a folder outside of any by --scratch")
    facts = os.stat(above)
    if facts.st_uid != os.geteuid() or facts.st_mode & 0o022:
        raise UsageError(f"{above!r} is open to others", hint="name a folder of your own by --scratch")


def _sweep(above: str) -> None:
    for name in os.listdir(above):
        path = os.path.join(above, name)
        with suppress(OSError):
            lock = _locked(path)
            if lock is not None:
                shutil.rmtree(path, ignore_errors=True)
                os.close(lock)


def _locked(path: str) -> int | None:
    """The lock of a folder; None where its process lives."""
    number = os.open(os.path.join(path, _LOCK), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(number)
        return None
    return number
