"""What may lie in a folder after a run that was struck, and what must lie there after the next one."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from dimorder.sandbox.hidden import is_hidden
from sudden_death.points import Study
from sudden_death.runs import Ended


def lost_or_torn(study: Study, folder: Path) -> list[str]:
    """What must never be: an input changed, a file half written, a file that nobody knows."""
    wrong = [f"{name} changed" for name, file in study.case.inputs.items() if not _is_as_laid_out(folder / name, file)]
    for name in sorted(os.listdir(folder)):
        known = name in study.good or name in study.case.inputs or is_hidden(name)
        if not known:
            wrong.append(f"{name} appeared")
        elif name in study.good and (folder / name).read_bytes() != study.good[name]:
            wrong.append(f"{name} is torn")
    return wrong


def unfinished(study: Study, folder: Path, ended: Ended) -> list[str]:
    """What the next, undisturbed run has not put right."""
    wrong = [] if ended.code == 0 else [f"the next run ended with {ended.code}: {ended.said}"]
    expected = {*study.good, *study.case.inputs}
    found = set(os.listdir(folder))
    wrong += [f"{name} is missing" for name in sorted(expected - found)]
    wrong += [f"{name} is left over" for name in sorted(found - expected)]
    return wrong + lost_or_torn(study, folder)


def is_as_before(study: Study, folder: Path) -> bool:
    """Whether there is nothing but the inputs, so that the next run is like the first."""
    return sorted(os.listdir(folder)) == sorted(study.case.inputs)


def is_whole(study: Study, folder: Path) -> bool:
    """Whether all that the conversion writes is there."""
    return set(study.good) <= set(os.listdir(folder))


def litter(folder: Path) -> list[str]:
    return [f"{name} is left over" for name in sorted(os.listdir(folder)) if is_hidden(name)]


def _is_as_laid_out(there: Path, file: Path) -> bool:
    return there.read_bytes() == file.read_bytes() and stat.S_IMODE(there.stat().st_mode) == 0o640
