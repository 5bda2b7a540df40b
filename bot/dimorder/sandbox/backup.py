"""A second name for a file about to be replaced, so that it can be put back."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

from dimorder.sandbox.hidden import hidden


@dataclass(frozen=True, slots=True)
class Backup:
    """was_there: whether there is a file to put back. path: its second name, "" where none could be given."""

    was_there: bool
    path: str


@contextmanager
def backup(target: str) -> Iterator[Backup]:
    """The file at `target` under a hidden name as well, until the end of the block; no byte is copied."""
    path = hidden(target)
    with ExitStack() as stack:
        stack.callback(_forget, path)
        try:
            number = os.open(target, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            yield Backup(was_there=False, path="")
            return
        except OSError:
            yield Backup(was_there=True, path="")
            return
        stack.callback(os.close, number)
        # Locked, so that no other run sweeps it away.
        with suppress(OSError):
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.link(target, path, follow_symlinks=False)
        yield Backup(was_there=True, path=path if os.path.lexists(path) else "")


def _forget(path: str) -> None:
    with suppress(OSError):
        os.unlink(path)
