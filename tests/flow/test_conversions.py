"""Files that somebody converted, beside their originals: right and unrelated ones are silent, mistakes are named."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from dimorder.finding import Finding
from dimorder.flow.on_files import convert_file
from dimorder.flow.on_paths import check_paths
from dimorder.flow.options import Options
from dimorder.flow.settings import Settings
from dimorder.steps import Array
from support.places import PART_OF_ZOO

ZOO = PART_OF_ZOO / "k122-theano-th/even_valid"
CERTIFICATE = ".proof.json"
TWIN = "net_tensorflow.h5"


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An original with its architecture, the right conversion and its certificate."""
    folder = tmp_path_factory.mktemp("converted")
    shutil.copy(ZOO / "weights.h5", folder / "net_theano.h5")
    shutil.copy(ZOO / "model.json", folder / "net_theano.json")
    roles = {"source": "net_theano.h5", "architecture": "net_theano.json", "target": TWIN}
    paths = {role: str(folder / name) for role, name in roles.items()}
    convert_file(paths, Options(accept="likely"), lambda *_: None)
    return folder


@pytest.fixture(autouse=True)
def _in_a_copy(converted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(converted, tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")


def found(*paths: str) -> list[Finding]:
    report = check_paths(paths or ["."], Settings(), lambda *_: None)
    return [one for one in report.findings if one.rule == "DIM103"]


def changed(change: Callable[[Array], Array], least: int = 4) -> None:
    """Each array of the twin with at least so many axes changed."""

    def visit(name: str, one: object) -> None:
        if isinstance(one, h5py.Dataset) and one.ndim >= least:
            one[...] = change(one[...])

    with h5py.File(TWIN, "r+") as file:
        file.visititems(visit)


def unproven() -> None:
    Path(TWIN + CERTIFICATE).unlink()


def test_a_right_conversion_is_silent_without_a_certificate_too() -> None:
    assert found() == []
    unproven()
    assert found() == []


def test_weights_that_were_trained_apart_are_no_conversion() -> None:
    unproven()
    numbers = np.random.default_rng(0)
    changed(lambda array: numbers.normal(size=array.shape).astype(array.dtype), least=2)
    assert found() == []


def test_one_array_of_other_numbers_leaves_it_open() -> None:
    unproven()
    changed(lambda array: array[::-1, ::-1])
    with h5py.File(TWIN, "r+") as file:
        last = [name for name in file if "dense" in name][-1]
        kernel = next(one for one in file[last].values() if one.ndim == 2)
        kernel[...] = np.random.default_rng(0).normal(size=kernel.shape)
    assert found() == []


def test_a_copy_in_which_nothing_moved_is_no_conversion() -> None:
    unproven()
    shutil.copy("net_theano.h5", TWIN)
    with h5py.File(TWIN, "r+") as file:
        file.attrs["note"] = "saved again"
    assert found() == []


def test_a_file_of_another_name_is_not_compared() -> None:
    unproven()
    changed(lambda array: array[::-1, ::-1])
    Path(TWIN).rename("other.h5")
    assert found() == []


def test_kernels_that_were_not_turned_are_told_with_the_original() -> None:
    unproven()
    changed(lambda array: array[::-1, ::-1])
    (one,) = found()
    assert (one.path, one.severity, one.code) == (TWIN, "error", "layout.converted")
    assert "not-flipped" in one.message
    assert [other.path for other in one.related] == ["net_theano.h5"]


def test_a_certificate_about_other_bytes_hides_nothing() -> None:
    changed(lambda array: array[::-1, ::-1])
    assert [one.path for one in found()] == [TWIN]


@pytest.mark.parametrize(
    ("original", "twin"),
    [
        ("net.h5", "net.tf.h5"),
        ("net_th.h5", "net_tf.h5"),
        ("th_net.h5", "tf_net.h5"),
        ("a_th_dim_ordering_th_kernels.h5", "a_tf_dim_ordering_tf_kernels.h5"),
    ],
)
def test_twins_are_known_by_their_names(original: str, twin: str) -> None:
    unproven()
    changed(lambda array: array[::-1, ::-1])
    Path("net_theano.h5").rename(original)
    Path("net_theano.json").rename(f"{Path(original).stem}.json")
    Path(TWIN).rename(twin)
    assert [one.path for one in found()] == [twin]


def test_without_an_architecture_mistakes_are_named_where_shapes_tell_them() -> None:
    unproven()
    Path("net_theano.json").unlink()
    changed(lambda array: array[::-1, ::-1])
    assert ["not-flipped" in one.message for one in found()] == [True]


def test_it_counts_as_one_file() -> None:
    unproven()
    before = check_paths(["."], Settings(), lambda *_: None).checked
    changed(lambda array: array[::-1, ::-1])
    assert check_paths(["."], Settings(), lambda *_: None).checked == before
