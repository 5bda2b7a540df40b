"""A disk that is full, broken, or read-only all of a sudden, at every call that changes a file."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from sudden_death.cases import CASES, Case
from sudden_death.judging import is_as_before, is_whole, litter, lost_or_torn
from sudden_death.points import Point, Study, study
from sudden_death.runs import Ended
from sudden_death.striking import Strikers

DONE, ENVIRONMENT = 0, 4
FAULTS = ("ENOSPC", "EIO", "EDQUOT", "EROFS")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_fault_of_the_disk_at_any_step_leaves_everything_as_it_was(
    case: Case, strikers: Strikers, capsys: pytest.CaptureFixture[str]
) -> None:
    start = time.monotonic()
    studied = strikers.with_bench(lambda bench, folder: study(case, bench, folder))
    blows = _blows(studied.points)
    wrong = strikers.strike(studied, blows, after_a_fault)
    with capsys.disabled():
        print(f"\n{studied}: {len(blows)} faults, {len(wrong)} wrong, {time.monotonic() - start:.0f} s")
    assert wrong == []


def _blows(points: Sequence[Point]) -> list[tuple[Point, str]]:
    """A full and a broken disk at each point, the other two by turns where names are given; all of them if FULL=1."""
    if os.environ.get("DIMORDER_DEATH") == "full":
        return [(point, f"error={fault}") for point in points for fault in FAULTS]
    always = [(point, f"error={fault}") for point in points for fault in FAULTS[:2]]
    publisher = [point for point in points if point.who == "publisher"]
    return always + [(point, f"error={FAULTS[2 + number % 2]}") for number, point in enumerate(publisher)]


def after_a_fault(study: Study, point: Point, folder: Path, ended: Ended) -> list[str]:
    """Told in one sentence, or of no consequence; all files are there or none, and no temporary.

    What cannot be removed stays until the next run, and what is said after everything is done may not be heard.
    """
    wrong = lost_or_torn(study, folder)
    if point.call != "unlink":
        wrong += litter(folder)
    if ended.code not in (DONE, ENVIRONMENT) or "Traceback" in ended.said:
        wrong.append(f"ended with {ended.code}: {ended.said}")
    if ended.code == DONE and not is_whole(study, folder):
        wrong.append("told to be done, and is not")
    if ended.code == ENVIRONMENT and not (is_as_before(study, folder) or is_whole(study, folder)):
        wrong.append(f"told to have failed, and left {sorted(os.listdir(folder))}")
    return wrong
