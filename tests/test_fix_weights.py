"""The safe fix of Theano-ordered weights: the proven twin beside them, or why there is none, file by file."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from dimorder.finding import Finding
from dimorder.flow.as_findings import finding
from dimorder.flow.fix_weights import mendable, write_twins
from dimorder.flow.options import Options
from dimorder.report_data import Fixed, Unfixed
from support.places import PART_OF_ZOO

ZOO = PART_OF_ZOO / "k122-theano-th"
CERTAIN, LIKELY = Options(), Options(accept="likely")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(ZOO / "flatten_concat_vec/full.h5", tmp_path / "model.h5")
    shutil.copy(ZOO / "even_valid/weights.h5", tmp_path / "bare.h5")
    (tmp_path / "broken.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    return tmp_path


def fixed(folder: Path, names: Sequence[str], options: Options = CERTAIN) -> list[Fixed | Unfixed]:
    before = {name: (folder / name).read_bytes() for name in names}
    found = list(write_twins([str(folder / name) for name in names], options, lambda *_: None))
    assert {name: (folder / name).read_bytes() for name in names} == before
    return found


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_only_weights_that_a_twin_settles_are_mended() -> None:
    told: list[Finding] = [
        finding(rule, path, "told", "code")
        for rule, path in [("DIM402", "a.h5"), ("DIM102", "b.h5"), ("DIM104", "b.h5"), ("DIM109", "c"), ("DIM101", "d")]
    ]
    assert mendable(told) == ("b.h5", "d")
    assert mendable([finding("DIM101", "architecture.JSON", "told", "code")]) == ()


def test_the_twin_and_its_certificate_are_written(folder: Path) -> None:
    found = fixed(folder, ["model.h5"], LIKELY)
    assert [Path(one.path).name for one in found] == ["model.tf.h5", "model.tf.h5.proof.json"]
    assert all(isinstance(one, Fixed) for one in found)
    assert {"model.tf.h5", "model.tf.h5.proof.json"} <= set(names(folder))


def test_what_stands_there_is_nothing_new(folder: Path) -> None:
    fixed(folder, ["model.h5"], LIKELY)
    assert fixed(folder, ["model.h5"], LIKELY) == []


def test_refusals_are_told_and_harm_no_other_file(folder: Path) -> None:
    found = fixed(folder, ["broken.h5", "bare.h5", "model.h5"], LIKELY)
    refused = {Path(one.path).name: one.because for one in found if isinstance(one, Unfixed)}
    assert sorted(refused) == ["bare.h5", "broken.h5"]
    assert "--architecture" in refused["bare.h5"]
    assert len(found) == 4
    assert names(folder) == ["bare.h5", "broken.h5", "model.h5", "model.tf.h5", "model.tf.h5.proof.json"]


def test_another_file_in_the_way_is_not_replaced(folder: Path) -> None:
    (folder / "model.tf.h5").write_bytes(b"mine")
    (only,) = fixed(folder, ["model.h5"], LIKELY)
    assert isinstance(only, Unfixed)
    assert "another file is already at" in only.because
    assert (folder / "model.tf.h5").read_bytes() == b"mine"


def test_a_link_is_not_followed(folder: Path) -> None:
    (folder / "link.h5").symlink_to("model.h5")
    (only,) = fixed(folder, ["link.h5"], LIKELY)
    assert isinstance(only, Unfixed)
    assert "symbolic link" in only.because


def test_a_dry_run_writes_nothing(folder: Path) -> None:
    before = names(folder)
    found = fixed(folder, ["model.h5"], Options(accept="likely", dry_run=True))
    assert [one.edits[0] for one in found if isinstance(one, Fixed)] != []
    assert names(folder) == before


def test_what_is_only_likely_is_left_unless_accepted(folder: Path) -> None:
    (only,) = fixed(folder, ["model.h5"], CERTAIN)
    assert isinstance(only, Unfixed)
    assert "only likely th" in only.because
    assert "model.tf.h5" not in names(folder)
