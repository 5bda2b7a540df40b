"""Real disks that are too small or read-only, and limits of the system."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sudden_death.cases import CASES, MODEL, WEIGHTS, Case

DONE, USAGE, ENVIRONMENT = 0, 2, 4


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KiB in memory."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(place)]
    mounted = subprocess.run(mount, capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"only root may mount: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def converted(case: Case, folder: Path, *more: str, before: Callable[[], None] | None = None) -> tuple[int, str]:
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "dimorder", *case.arguments, *more]
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, preexec_fn=before)
    return run.returncode, run.stdout + run.stderr


def as_laid_out(case: Case, folder: Path) -> bool:
    same = all((folder / name).read_bytes() == file.read_bytes() for name, file in case.inputs.items())
    return same and sorted(os.listdir(folder)) == sorted(case.inputs)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_disk_that_fills_up_is_told_and_left_as_it_was(case: Case, small_disk: Path) -> None:
    folder = small_disk / "place"
    case.lay_out(folder)
    (small_disk / "filler").write_bytes(bytes(_free(small_disk) - 8192))
    code, said = converted(case, folder)
    assert (code, "No space left on device" in said) == (ENVIRONMENT, True), said
    assert as_laid_out(case, folder)
    (small_disk / "filler").unlink()
    assert converted(case, folder)[0] == DONE


def _free(place: Path) -> int:
    found = os.statvfs(place)
    return found.f_bavail * found.f_frsize


def test_a_read_only_disk_is_told(small_disk: Path) -> None:
    WEIGHTS.lay_out(small_disk / "place")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    code, said = converted(WEIGHTS, small_disk / "place")
    assert (code, "Read-only file system" in said) == (ENVIRONMENT, True), said


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_limit_on_the_size_of_files_is_told(case: Case, tmp_path: Path) -> None:
    folder = tmp_path / "place"
    case.lay_out(folder)
    code, said = converted(case, folder, before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)))
    assert (code, "File too large" in said) == (ENVIRONMENT, True), said
    assert as_laid_out(case, folder)


@pytest.mark.parametrize("target", ["/dev/full", "/dev/null", "pipe", "folder"])
def test_only_files_are_written(tmp_path: Path, target: str) -> None:
    folder = tmp_path / "place"
    MODEL.lay_out(folder)
    os.mkfifo(folder / "pipe")
    (folder / "folder").mkdir()
    code, said = converted(MODEL, folder, "-o", target, "--force")
    assert code == USAGE, said
    assert sorted(os.listdir(folder)) == ["folder", "m.h5", "pipe"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "place"
    WEIGHTS.lay_out(folder)
    folder.chmod(0o500)
    code, said = converted(WEIGHTS, folder)
    assert (code, "Permission denied" in said) == (ENVIRONMENT, True), said


def test_names_of_any_length_end_well(tmp_path: Path) -> None:
    """The certificate's name is longer than the target's, and too long for the disk."""
    folder = tmp_path / "place"
    WEIGHTS.lay_out(folder)
    code, said = converted(WEIGHTS, folder, "-o", "x" * 250 + ".h5")
    assert (code, "File name too long" in said) == (USAGE, True), said
    assert as_laid_out(WEIGHTS, folder)
    assert converted(WEIGHTS, folder, "-o", "x" * 240 + ".h5")[0] == DONE


def test_another_disk_for_temporaries_makes_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours lie beside the target; TMPDIR is not even looked at."""
    folder = tmp_path / "place"
    WEIGHTS.lay_out(folder)
    monkeypatch.setenv("TMPDIR", "/dev/full")
    assert converted(WEIGHTS, folder)[0] == DONE
