"""What a conversion does to the files around it: its own two appear, and no other is lost or followed astray."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dimorder.errors import EnvironmentProblem, UsageError
from dimorder.flow.on_files import convert_file
from dimorder.flow.options import Options
from dimorder.layout import parse_layout
from dimorder.report_data import ConvertReport
from dimorder.sandbox import isolated

MODEL = Path(__file__).parents[1] / "zoo" / "k122-theano-th" / "even_valid"
TH = Options(stated=parse_layout("th/th"), referee="numpy")
WRITTEN = {"w.tf.h5", "w.tf.h5.proof.json"}


def quiet(stage: str, done: int, total: int) -> None:
    """Nobody watches."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "models"
    place.mkdir()
    shutil.copyfile(MODEL / "weights.h5", place / "w.h5")
    shutil.copyfile(MODEL / "model.json", place / "m.json")
    return place


def convert(folder: Path, *, force: bool = False) -> ConvertReport:
    names = {"source": "w.h5", "architecture": "m.json", "target": "w.tf.h5"}
    return convert_file({role: str(folder / name) for role, name in names.items()}, TH, quiet, force=force)


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name not in ("w.h5", "m.json")}


@pytest.mark.parametrize("lost", sorted(WRITTEN))
def test_half_a_pair_is_completed_by_running_again(folder: Path, lost: str) -> None:
    convert(folder)
    whole = written(folder)
    (folder / lost).unlink()
    assert not convert(folder).already_there
    assert written(folder) == whole
    assert convert(folder).already_there


def test_rights_are_the_originals_but_for_those_that_give_power(folder: Path) -> None:
    (folder / "w.h5").chmod(0o6751)
    convert(folder)
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in WRITTEN} == {0o751}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_the_owner_is_the_originals(folder: Path) -> None:
    os.chown(folder / "w.h5", 12345, 54321)
    convert(folder)
    assert {((folder / name).stat().st_uid, (folder / name).stat().st_gid) for name in WRITTEN} == {(12345, 54321)}


def test_a_hard_link_that_is_replaced_keeps_its_other_name_and_says_so(folder: Path) -> None:
    (folder / "w.tf.h5").write_bytes(b"old")
    os.link(folder / "w.tf.h5", folder.parent / "other.h5")
    with pytest.raises(UsageError, match="another file"):
        convert(folder)
    report = convert(folder, force=True)
    assert (folder.parent / "other.h5").read_bytes() == b"old"
    assert any("was a hard link: its other name keeps the old file" in note for note in report.notes)
    assert convert(folder, force=True).notes == ()


def test_a_link_to_the_target_stays(folder: Path) -> None:
    (folder.parent / "real.h5").write_bytes(b"old")
    (folder / "w.tf.h5").symlink_to("../real.h5")
    convert(folder, force=True)
    assert (folder / "w.tf.h5").is_symlink()
    assert (folder.parent / "real.h5").read_bytes() == (folder / "w.tf.h5").read_bytes() != b"old"


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_a_link_to_nothing_is_not_followed(folder: Path, name: str) -> None:
    """A repository could hold one that leads out of it."""
    (folder / name).symlink_to("../planted")
    with pytest.raises(UsageError, match="leads to nothing"):
        convert(folder)
    assert os.listdir(folder.parent) == ["models"]
    assert sorted(os.listdir(folder)) == sorted(["m.json", "w.h5", name])


def test_a_link_to_another_file_is_not_written_through(folder: Path) -> None:
    (folder.parent / "precious").write_bytes(b"mine")
    (folder / "w.tf.h5.proof.json").symlink_to("../precious")
    with pytest.raises(UsageError, match="another file"):
        convert(folder)
    assert (folder.parent / "precious").read_bytes() == b"mine"
    assert not (folder / "w.tf.h5").exists()


def afterwards(monkeypatch: pytest.MonkeyPatch, change: Callable[[dict[str, Any]], object]) -> None:
    """`change` comes between the end of the flow and the publishing; it gets the open files."""
    real = isolated.run_isolated

    def run(flow: Any, files: Any, *rest: Any) -> Any:
        report = real(flow, files, *rest)
        if isinstance(report, ConvertReport):
            change(files)
        return report

    monkeypatch.setattr(isolated, "run_isolated", run)


@pytest.mark.parametrize("name", ["w.h5", "m.json"])
def test_a_file_rewritten_behind_the_clock_is_noticed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def rewrite(files: dict[str, Any]) -> None:
        before, content = (folder / name).stat(), (folder / name).read_bytes()
        (folder / name).write_bytes(content[:-1] + b"?")
        os.utime(folder / name, ns=(before.st_atime_ns, before.st_mtime_ns))

    afterwards(monkeypatch, rewrite)
    with pytest.raises(EnvironmentProblem, match="changed while it was read"):
        convert(folder)
    assert written(folder) == {}


def test_a_disk_that_gives_back_other_bytes_is_noticed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    afterwards(monkeypatch, lambda files: os.pwrite(files["target"].fileno(), b"?", 5000))
    with pytest.raises(EnvironmentProblem, match="reads back otherwise"):
        convert(folder)
    assert written(folder) == {}
