"""Folders for git: nothing of a killed program stays for good, and nothing of a living one is touched."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from dimorder.hub.alive import is_gone, this_program
from dimorder.hub.scratch import scratch

_STAYS = "from dimorder.hub.scratch import scratch\nwith scratch() as folder:\n print(folder, flush=True)\n input()"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def test_a_folder_goes_with_its_program_or_after_it(place: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", _STAYS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    folder = Path(other.stdout.readline().strip())
    with scratch() as own:
        assert folder.is_dir(), "while its program lives it stays"
        assert Path(own).is_dir()
    assert not Path(own).exists()
    other.kill()
    other.communicate()
    with scratch():
        assert not folder.exists()


@pytest.mark.parametrize("owner", [None, "", "elsewhere 1 1", "no number"])
def test_what_may_be_somebody_elses_stays(place: Path, owner: str | None) -> None:
    (place / "dimorder-git-x").mkdir()
    if owner is not None:
        (place / "dimorder-git-x" / "owner").write_text(owner)
    with scratch():
        assert (place / "dimorder-git-x").is_dir()


def test_a_link_is_not_followed(place: Path) -> None:
    (place / "kept").mkdir()
    (place / "kept" / "owner").write_text(this_program().rsplit(" ", 1)[0] + " 1")
    (place / "dimorder-git-x").symlink_to(place / "kept")
    with scratch():
        assert (place / "kept" / "owner").exists()


def test_a_number_that_was_given_again_is_not_the_program() -> None:
    machine, number, began = this_program().rsplit(" ", 2)
    assert not is_gone(f"{machine} {number} {began}")
    assert is_gone(f"{machine} {number} {int(began) - 1}")
    assert not is_gone(f"another/pid:[1] {number} 1")
