"""Bounds on what a process may use: memory, processor, files.

Source: getrlimit(2). Where the system knows no such bound, or a lower one is set already, that one holds.
"""

from __future__ import annotations

import os
import resource
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_STATM = Path("/proc/self/statm")
_LOAD = Path("/proc/loadavg")


@dataclass(frozen=True, slots=True)
class Bounds:
    """memory: bytes beyond what there is now. cpu: seconds. written: bytes of one file.

    files:   beyond those open now; each may be memory without a name, which no bound on memory counts.
    threads: beyond all that run on the machine now.
    """

    memory: int
    cpu: int
    written: int
    files: int = 4
    threads: int = 1024


def bound(bounds: Bounds) -> None:
    """Set the bounds for good; a file that would grow beyond its bound gives an error, no signal."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_AS, _address_space() + bounds.memory)
    # The first of the two seconds sends a signal that says why, the second kills whoever ignores it.
    _set(resource.RLIMIT_CPU, bounds.cpu + 1, warning=1)
    _set(resource.RLIMIT_FSIZE, bounds.written)
    _set(resource.RLIMIT_NOFILE, _numbers() + bounds.files)
    _set(resource.RLIMIT_NPROC, _threads() + bounds.threads)


def _set(which: int, most: int, *, warning: int = 0) -> None:
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    with suppress(OSError, ValueError):
        resource.setrlimit(which, (most - warning, most))


def _numbers() -> int:
    """How many numbers open files take, with the gaps between them."""
    try:
        return max(map(int, os.listdir("/dev/fd"))) + 1
    except (OSError, ValueError):
        return 64


def _threads() -> int:
    """All that the system counts now: the bound is on all of one user's, whatever program they belong to."""
    try:
        return int(_LOAD.read_text(encoding="ascii").split()[3].partition("/")[2])
    except (OSError, ValueError, IndexError):
        return 1 << 14


def _address_space() -> int:
    """Bytes of address space in use: with libraries and stacks far more than memory."""
    try:
        return int(_STATM.read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 1 << 30
