"""kill -9 at every call that changes a file: nothing lost, nothing torn, and the next run cleans up."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sudden_death.cases import CASES, Case
from sudden_death.judging import lost_or_torn
from sudden_death.points import Point, Study, study
from sudden_death.runs import Ended
from sudden_death.striking import Strikers

KILLED, REFUSED, ENVIRONMENT = -9, 3, 4
FEWEST = 70
"""Points per case, so that a trace that misses most of them is noticed."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_kill_at_any_step_loses_and_tears_nothing(
    case: Case, strikers: Strikers, capsys: pytest.CaptureFixture[str]
) -> None:
    start = time.monotonic()
    studied = strikers.with_bench(lambda bench, folder: study(case, bench, folder))
    assert len(studied.points) >= FEWEST
    wrong = strikers.strike(studied, [(point, "signal=KILL") for point in studied.points], after_a_kill)
    with capsys.disabled():
        print(f"\n{studied}: killed at each, {len(wrong)} wrong, {time.monotonic() - start:.0f} s")
    assert wrong == []


def after_a_kill(study: Study, point: Point, folder: Path, ended: Ended) -> list[str]:
    """The publisher is dead, or tells that the reader is."""
    wrong = lost_or_torn(study, folder)
    if ended.code not in (KILLED, REFUSED, ENVIRONMENT):
        wrong.append(f"ended with {ended.code}: {ended.said}")
    if "Traceback" in ended.said:
        wrong.append(ended.said)
    return wrong
