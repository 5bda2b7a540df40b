"""How much memory and time a flow may take, by what it does and by the size of its files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from dimorder.lockdown import Bounds

MIB = 1 << 20
GIB = 1 << 30
_READ = 4 * MIB
"""Bytes that even a slow machine reads in a second, of a file of thousands of small arrays."""
_DENSEST = 1032
"""Bytes that a byte of a zip file may become; they are unpacked into memory that counts as a file."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one run.

    use:      of memory, processor and disk, kept by the kernel.
    patience: seconds until the first sign of life, stall: between two, total: altogether.
    """

    use: Bounds
    patience: float
    stall: float
    total: float

    def stated(self, *, memory: int = 0, seconds: int = 0) -> Limits:
        """The same with what the user says. memory: MiB; 0 leaves it as it is."""
        use = replace(self.use, memory=memory * MIB) if memory else self.use
        if not seconds:
            return replace(self, use=use)
        return Limits(replace(use, cpu=64 * seconds), seconds, seconds, seconds)


def for_looking(sizes: Iterable[int]) -> Limits:
    """Reading, listing and judging files of these sizes, in bytes."""
    size = sum(sizes)
    seconds = 8 + size / _READ
    use = Bounds(memory=400 * MIB, cpu=int(seconds) + 1, written=min(256 * MIB + _DENSEST * size, 2 * GIB + MIB))
    return Limits(use, seconds, seconds, seconds)


def for_computing(sizes: Iterable[int]) -> Limits:
    """Converting and proving: memory grows with arrays and maps, time with whatever the model computes.

    A model that computes gives signs of life; a reader that hangs on a damaged file gives none.
    """
    size = sum(sizes)
    patience = 8 + size / _READ
    use = Bounds(memory=4 * GIB + 12 * size, cpu=7 * 24 * 3600, written=4 * GIB + 4 * size)
    return Limits(use, patience, stall=300 + patience, total=24 * 3600)
