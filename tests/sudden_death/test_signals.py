"""^C and SIGTERM at many moments: everything is there or nothing, and no temporary."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from sudden_death.cases import WEIGHTS
from sudden_death.judging import is_as_before, is_whole, litter, lost_or_torn
from sudden_death.points import Study
from sudden_death.runs import Bench

MOMENTS = 50
DONE, INTERRUPTED = 0, 130


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_at_any_moment_leaves_old_or_new(
    bench: Bench, tmp_path: Path, number: signal.Signals, capsys: pytest.CaptureFixture[str]
) -> None:
    study, seconds = _undisturbed(bench, tmp_path / "undisturbed")
    codes: Counter[int] = Counter()
    for moment in range(MOMENTS):
        folder = tmp_path / str(moment)
        WEIGHTS.lay_out(folder)
        ended = bench.run(WEIGHTS.arguments, folder, meanwhile=_after(seconds * moment / MOMENTS, number))
        codes[ended.code] += 1
        assert lost_or_torn(study, folder) + litter(folder) == []
        assert ended.code in (DONE, INTERRUPTED, -number), ended.said
        assert is_whole(study, folder) or (is_as_before(study, folder) and ended.code != DONE), ended.said
    with capsys.disabled():
        print(f"\n{number.name} at {MOMENTS} moments of {seconds:.2f} s: exit codes {dict(codes)}")
    assert codes[INTERRUPTED] > MOMENTS // 4


def _undisturbed(bench: Bench, scratch: Path) -> tuple[Study, float]:
    """What a whole run writes, and the seconds of a quick one."""
    seconds, folders = [], [scratch / str(number) for number in range(5)]
    for folder in folders:
        WEIGHTS.lay_out(folder)
        start = time.monotonic()
        assert bench.run(WEIGHTS.arguments, folder).code == DONE
        seconds.append(time.monotonic() - start)
    good = {name: (folders[0] / name).read_bytes() for name in WEIGHTS.written}
    return Study(WEIGHTS, good, ()), min(seconds)


def _after(seconds: float, number: int) -> Callable[[int], None]:
    def strike(process: int) -> None:
        time.sleep(seconds)
        with suppress(ProcessLookupError):  # done already
            os.kill(process, number)

    return strike
