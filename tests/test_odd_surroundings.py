"""Commands started where little is as usual: no standard streams, no current folder, in the package's own folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import dimorder

REFUSED, ENVIRONMENT = 3, 4
NO_MODEL = b"\x89HDF\r\n\x1a\n"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "model.h5"
    path.write_bytes(NO_MODEL)
    return path


def ended(script: str, *given: str, folder: Path) -> int:
    command = ["/bin/sh", "-c", script, "sh", sys.executable, "-m", "dimorder", *given]
    places = os.pathsep.join(filter(None, sys.path))
    return subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": places}, timeout=60).returncode


@pytest.mark.parametrize("closed", ["2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_nobodys_place(closed: str, model: Path) -> None:
    assert ended(f'"$@" {closed}', "inspect", str(model), folder=model.parent) == REFUSED
    assert model.read_bytes() == NO_MODEL


def test_a_current_folder_that_is_gone_is_said(model: Path) -> None:
    gone = model.parent / "gone"
    gone.mkdir()
    assert ended(f'rmdir "{gone}"; "$@"', "inspect", str(model), folder=gone) == ENVIRONMENT


def test_standing_in_the_packages_own_folder_is_no_hindrance(model: Path) -> None:
    assert ended('"$@"', "inspect", str(model), folder=Path(dimorder.__file__).parent.parent) == REFUSED
