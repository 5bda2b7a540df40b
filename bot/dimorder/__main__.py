"""`dimorder`, `python -m dimorder`: the process that opens files starts before the rest is loaded: it takes longest."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from dimorder.streams import stand_on_three

_OPENING = frozenset(("check", "convert", "diagnose", "inspect", "prove"))
"""Commands that look at files."""
_LOOKING = frozenset(("check", "inspect"))
"""Those of them that begin with looking at files."""


def main() -> int:
    """The command's exit code."""
    given = sys.argv[1:]
    if _OPENING.intersection(given[:1]) and not {"--help", "-h"}.intersection(given):
        with suppress(OSError):  # it is tried again where there are words for it
            stand_on_three()
            from dimorder.sandbox.worker import worker

            worker(os.getpid(), looks=given[0] in _LOOKING)
    from dimorder.cli import main as carried_out

    return carried_out()


if __name__ == "__main__":
    raise SystemExit(main())
