"""Files written as the program writes them, and faults of the system pretended."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from dimorder.sandbox.files import Rights
from dimorder.sandbox.hidden import SUFFIX
from dimorder.sandbox.publish import publish
from dimorder.sandbox.temporary import temporary

ANYONES = Rights()
START = "import sys; sys.path[:0] = sys.argv[2:]\n"


def write(target: Path, content: bytes, *, force: bool = False, rights: Rights = ANYONES) -> bool:
    with temporary(str(target)) as temp:
        temp.file.write(content)
        return publish(temp, force=force, rights=rights)


def program(code: str, target: Path) -> list[str]:
    """A command that runs `code` with the target's path in sys.argv[1]."""
    return [sys.executable, "-c", START + code, str(target), *sys.path]


def litter(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.endswith(SUFFIX)]


def failing(number: int) -> Callable[..., None]:
    def fail(*args: object, **kwargs: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail
