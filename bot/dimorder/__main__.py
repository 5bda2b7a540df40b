"""`dimorder`, `python -m dimorder`: the process that opens files starts before the rest is loaded: it takes longest."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from dimorder.streams import stand_on_three

_OPENING = frozenset(("check", "convert", "diagnose", "inspect", "prove"))
"""Commands that look at files."""


def main() -> int:
    """The command's exit code."""
    if _OPENING.intersection(sys.argv[1:2]) and not {"--help", "-h"}.intersection(sys.argv):
        with suppress(OSError):  # it is tried again where there are words for it
            stand_on_three()
            from dimorder.sandbox.worker import worker

            worker(os.getpid())
    from dimorder.cli import main as carried_out

    return carried_out()


if __name__ == "__main__":
    raise SystemExit(main())
