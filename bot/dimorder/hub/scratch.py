"""Temporary folders that go with their program, or, where that was killed, once another program looks after them."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from dimorder.hub.alive import is_gone, this_program

_PREFIX, _OWNER = "dimorder-git-", "owner"
_LONGEST = 200


@contextmanager
def scratch() -> Iterator[str]:
    """An empty folder of our own but for a file that says whose it is."""
    _sweep(tempfile.gettempdir())
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as folder:
        with open(os.path.join(folder, _OWNER), "w", encoding="utf-8") as file:
            file.write(this_program())
        yield folder


def _sweep(folder: str) -> None:
    """Remove what programs have left that surely run no more."""
    with suppress(OSError), os.scandir(folder) as found:
        for one in found:
            if one.name.startswith(_PREFIX) and one.is_dir(follow_symlinks=False) and is_gone(_owner(one.path)):
                shutil.rmtree(one.path, ignore_errors=True)


def _owner(folder: str) -> str:
    """Nobody's where it does not say."""
    with suppress(OSError, ValueError), open(os.path.join(folder, _OWNER), encoding="utf-8") as file:
        return file.read(_LONGEST)
    return ""
