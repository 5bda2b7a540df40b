"""`dimorder`, `python -m dimorder`: the process that opens files starts before the rest is loaded: it takes longest."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress

from dimorder.streams import stand_on_three

_OPENING = frozenset(("check", "convert", "diagnose", "inspect", "prove"))
"""Commands that look at files."""
_LOOKING = frozenset(("check", "inspect"))
"""Those of them that begin with looking at files."""
_ENOUGH = 20_000
"""Objects more before garbage is looked for: what is loaded stays."""


def main() -> int:
    """The command's exit code."""
    gc.set_threshold(_ENOUGH)
    given = sys.argv[1:]
    if _OPENING.intersection(given[:1]) and not {"--help", "-h"}.intersection(given):
        with suppress(OSError):  # it is tried again where there are words for it
            stand_on_three()
            from dimorder.sandbox.worker import worker

            worker(os.getpid(), looks=given[0] in _LOOKING)
    from dimorder.cli import main as carried_out

    try:
        return carried_out()
    finally:
        gc.freeze()  # nor is it searched once more at the end, which takes as long as two files


if __name__ == "__main__":
    raise SystemExit(main())
