"""Standard streams that whoever called has closed."""

from __future__ import annotations

import os
import sys

_STANDARD = 2


def stand_on_three() -> None:
    """Closed ones lead nowhere from here on; else the next file opened would be one of them."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= _STANDARD:
        pass
    os.close(number)
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115
