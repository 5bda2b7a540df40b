"""Whole models become h5 files of Keras 2.3.1: when without a word, what is carried along, what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from dimorder.errors import Refused, UsageError
from dimorder.flow.on_files import check_certificate, convert_file, prove_files
from dimorder.flow.options import Options
from dimorder.layout import Layout
from dimorder.report_data import ConvertReport
from support.conversions import quiet
from support.places import PART_OF_ZOO
from support.zoo import by_name

KERAS1, KERAS2 = "k122-theano-th/even_same", "k231-theano-th/even_same"
TH = Layout("th", "th")


def paths(name: str, target: Path, source: str = "full.h5") -> dict[str, str]:
    folder = by_name()[name].folder
    beside = {"architecture": str(folder / "model.json")} if source == "weights.h5" else {}
    return {"source": str(folder / source), "target": str(target), **beside}


def converted(name: str, path: Path, source: str = "full.h5", **options: Any) -> ConvertReport:
    return convert_file(paths(name, path, source), Options(stated=TH, referee="numpy", **options), quiet)


def attribute(path: Path, key: str) -> Any:
    with h5py.File(path) as root:
        value = root.attrs[key]
        return value.decode() if isinstance(value, bytes) else value


@pytest.mark.parametrize("name", [KERAS1, KERAS2])
def test_a_whole_model_becomes_keras2_without_a_word(name: str, tmp_path: Path) -> None:
    report = converted(name, tmp_path / "x.h5")
    assert (report.verdict, report.dialect, report.training) == ("equivalent", "keras2", "preserved")
    assert attribute(tmp_path / "x.h5", "keras_version") == "2.3.1"
    assert json.loads(attribute(tmp_path / "x.h5", "model_config"))["class_name"] == "Model"


def test_an_archive_of_the_right_layout_becomes_an_h5(tmp_path: Path) -> None:
    converted(KERAS1, tmp_path / "x.keras")
    again = {"source": str(tmp_path / "x.keras"), "target": str(tmp_path / "x.h5")}
    report = convert_file(again, Options(referee="numpy"), quiet)
    assert (report.verdict, report.dialect) == ("equivalent", "keras2")


def test_weights_stay_weights_without_a_word(tmp_path: Path) -> None:
    name = "k122-theano-th/flatten_concat_vec"
    report = converted(name, tmp_path / "x.h5", "weights.h5")
    assert report.dialect == "same"
    with h5py.File(tmp_path / "x.h5") as root:
        assert "model_config" not in root.attrs


def test_weights_and_architecture_become_a_whole_model_when_asked(tmp_path: Path) -> None:
    report = converted(KERAS1, tmp_path / "x.h5", "weights.h5", dialect="keras2")
    assert report.verdict == "equivalent"
    assert "model_config" in h5py.File(tmp_path / "x.h5").attrs


def test_what_goes_back_to_theano_keeps_its_own_dialect(tmp_path: Path) -> None:
    converted(KERAS2, tmp_path / "x.h5")
    back = convert_file(
        {"source": str(tmp_path / "x.h5"), "target": str(tmp_path / "back.h5")},
        Options(target=TH, referee="numpy"), quiet,
    )  # fmt: skip
    assert (back.verdict, back.dialect) == ("equivalent", "same")


def test_keras2_with_kernels_of_theano_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="TensorFlow's kernels"):
        converted(KERAS1, tmp_path / "x.h5", target=Layout("tf", "th"), dialect="keras2")


def test_keras1_is_written_for_keras_1_only(tmp_path: Path) -> None:
    report = converted(KERAS1, tmp_path / "x.h5", dialect="keras1")
    assert report.verdict == "equivalent"
    assert attribute(tmp_path / "x.h5", "keras_version").startswith("1.")
    with pytest.raises(Refused, match="cannot be written in the asked dialect"):
        converted(KERAS2, tmp_path / "y.h5", dialect="keras1")


def test_a_dialect_does_not_go_into_another_container(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="suffix"):
        converted(KERAS1, tmp_path / "x.keras", dialect="keras2")


def test_converting_twice_writes_nothing(tmp_path: Path) -> None:
    converted(KERAS1, tmp_path / "x.h5")
    again = {"source": str(tmp_path / "x.h5"), "target": str(tmp_path / "y.h5")}
    assert convert_file(again, Options(), quiet).verdict == "unchanged"
    assert convert_file(again, Options(dialect="keras2"), quiet).verdict == "unchanged"


def test_an_own_file_of_another_dialect_still_becomes_keras2_when_asked(tmp_path: Path) -> None:
    converted(KERAS1, tmp_path / "x.h5", dialect="same")
    again = {"source": str(tmp_path / "x.h5"), "target": str(tmp_path / "y.h5")}
    assert convert_file(again, Options(), quiet).verdict == "unchanged"
    assert convert_file(again, Options(dialect="keras2", referee="numpy"), quiet).verdict == "equivalent"


def test_the_certificate_is_confirmed_and_the_files_prove_again(tmp_path: Path) -> None:
    report = converted(KERAS1, tmp_path / "x.h5")
    given = paths(KERAS1, tmp_path / "x.h5")
    assert check_certificate(report.certificate, {"source": given["source"]}, quiet).verdict == "confirmed"
    two = {"source": given["source"], "converted": given["target"]}
    assert prove_files(two, Options(stated=TH, referee="numpy"), quiet).proof.verdict == "equivalent"


# The optimizer's state.


def arrays(path: Path | str) -> dict[str, np.ndarray[Any, Any]]:
    """Of the optimizer, in the file's order."""
    with h5py.File(path) as root:
        group = root["optimizer_weights"]
        return {str(name): group[name][()] for name in group.attrs["weight_names"]}


def test_state_follows_its_weight_whatever_it_is_sorted_by(tmp_path: Path) -> None:
    """Keras 1 sorts by name, Keras 2 by layer: the sum of squares tells which array is which."""
    converted(KERAS1, tmp_path / "x.h5")
    old, new = arrays(by_name()[KERAS1].folder / "full.h5"), arrays(tmp_path / "x.h5")
    powers = [sorted(float(np.square(a, dtype=np.float64).sum()) for a in one.values() if a.ndim) for one in (old, new)]
    np.testing.assert_allclose(powers[0], powers[1], rtol=1e-6)
    with h5py.File(tmp_path / "x.h5") as root:
        layers = [root["model_weights"][name] for name in root["model_weights"].attrs["layer_names"]]
        weights = [group[name].shape for group in layers for name in group.attrs["weight_names"]]
    assert [array.shape for array in new.values()][1 : len(weights) + 1] == weights


def test_state_without_its_configuration_is_dropped_and_said_to_be(tmp_path: Path) -> None:
    source = tmp_path / "odd.h5"
    source.write_bytes((by_name()[KERAS1].folder / "full.h5").read_bytes())
    with h5py.File(source, "r+") as root:
        training = json.loads(root.attrs["training_config"])
        training["loss"] = "my_loss"
        root.attrs["training_config"] = json.dumps(training).encode()
    given = {"source": str(source), "target": str(tmp_path / "x.h5")}
    report = convert_file(given, Options(stated=TH, referee="numpy"), quiet)
    assert (report.verdict, report.training) == ("equivalent", "dropped")
    with h5py.File(tmp_path / "x.h5") as root:
        assert "training_config" not in root.attrs
        assert "optimizer_weights" not in root


def test_the_part_of_the_zoo_that_is_meant_is_here() -> None:
    for name in (KERAS1, KERAS2):
        assert (PART_OF_ZOO / name / "full.h5").exists()
