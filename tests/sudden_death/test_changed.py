"""Files that others change while they are read: noticed, even when size and time are put back."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sudden_death.calls import injecting
from sudden_death.cases import WEIGHTS
from sudden_death.runs import Bench
from sudden_death.striking import Strikers

ENVIRONMENT = 4
_HALF_A_SECOND = "delay_enter=500000:when=1"


@pytest.mark.parametrize("name", list(WEIGHTS.inputs))
def test_a_file_rewritten_behind_the_clock_is_noticed(strikers: Strikers, name: str) -> None:
    """It is rewritten while the run truncates what it has written, so that all was read before."""

    def work(bench: Bench, scratch: Path) -> None:
        folder = scratch / "place"
        WEIGHTS.lay_out(folder)
        slow = ["-f", *injecting(["ftruncate"], _HALF_A_SECOND, scratch / "log")]
        ended = bench.run(WEIGHTS.arguments, folder, slow, _when_written(folder, lambda: _rewrite(folder / name)))
        assert (ended.code, "changed while it was read" in ended.said) == (ENVIRONMENT, True), ended.said
        assert sorted(os.listdir(folder)) == sorted(WEIGHTS.inputs)

    strikers.with_bench(work)


def _when_written(folder: Path, change: Callable[[], None]) -> Callable[[int], None]:
    """Once the temporary holds bytes."""

    def meanwhile(process: int) -> None:
        while not any(".dimorder-tmp" in entry.name and entry.stat().st_size for entry in os.scandir(folder)):
            time.sleep(0.002)
        time.sleep(0.1)
        change()

    return meanwhile


def _rewrite(path: Path) -> None:
    """Another last byte; the same file, size and times."""
    before = path.stat()
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
