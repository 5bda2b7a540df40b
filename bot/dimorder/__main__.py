"""`dimorder`, `python -m dimorder`: the process that opens files starts before the rest is loaded: it takes longest."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from dimorder.streams import stand_on_three

_OPENING = frozenset(("check", "convert", "diagnose", "inspect", "prove"))
"""Commands that look at files."""
_THREADS = "OPENBLAS_NUM_THREADS"


def main() -> int:
    """The command's exit code."""
    given = sys.argv[1:]
    if _OPENING.intersection(given[:1]) and not {"--help", "-h"}.intersection(given):
        if not _computes(given):
            os.environ.setdefault(_THREADS, "1")  # others would take longer to start than they ever help
        with suppress(OSError):  # it is tried again where there are words for it
            stand_on_three()
            from dimorder.sandbox.worker import worker

            worker(os.getpid())
    from dimorder.cli import main as carried_out

    return carried_out()


def _computes(given: Sequence[str]) -> bool:
    """Whether products of large matrices may be asked for: looking at files needs none, proving does."""
    return given[0] not in ("check", "inspect") or "--fix" in given


if __name__ == "__main__":
    raise SystemExit(main())
