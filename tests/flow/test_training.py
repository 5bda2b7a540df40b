"""What a report says of training: one word, and in a sentence what would be otherwise."""

from __future__ import annotations

import copy
import json
import zipfile
from pathlib import Path
from typing import Any

import h5py
import pytest

from dimorder.flow.on_files import convert_file
from dimorder.flow.options import Options
from dimorder.layout import parse_layout
from dimorder.report import as_json
from dimorder.report_data import ConvertReport
from support.conversions import quiet
from support.zoo import by_name

ENTRY = by_name()["k122-theano-th/even_valid"]
NORM = {"name": "MaxNorm", "m": 3, "axis": [1, 2, 3]}
SUM = {"name": "L1L2Regularizer", "l1": 0.25, "l2": 0.0}
MEAN = {"name": "ActivityRegularizer", "l1": 0.25, "l2": 0.0}


def architecture(version: str = "1.2.2", **settings: Any) -> dict[str, Any]:
    """The entry's, with settings of its first convolution."""
    document: dict[str, Any] = copy.deepcopy(json.loads(ENTRY.path("model.json").read_text()))
    document["keras_version"] = version
    convolution(document)["config"].update(settings)
    return document


def convolution(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(layer for layer in document["config"] if layer["class_name"] == "Convolution2D")
    return found


def converted(folder: Path, document: dict[str, Any], dialect: str) -> ConvertReport:
    (folder / "old.json").write_text(json.dumps(document))
    paths = {"source": str(ENTRY.path("weights.h5")), "architecture": str(folder / "old.json")}
    paths["target"] = str(folder / ("new.keras" if dialect == "keras3" else "new.h5"))
    if dialect == "same":
        paths["architecture_out"] = str(folder / "new.json")
    options = Options(stated=parse_layout("th/th"), dialect=dialect, referee="numpy")  # type: ignore[arg-type]
    report = convert_file(paths, options, quiet)
    assert report.verdict == "equivalent"
    return report


def written(folder: Path, dialect: str) -> dict[str, Any]:
    """The configuration of the first convolution in the written file."""
    if dialect == "keras3":
        document = json.loads(zipfile.ZipFile(folder / "new.keras").read("config.json"))
    else:
        with h5py.File(folder / "new.h5") as root:
            document = json.loads(root.attrs["model_config"])
    layers = document["config"]["layers"]
    config: dict[str, Any] = next(layer for layer in layers if layer["class_name"] == "Conv2D")["config"]
    return config


@pytest.mark.parametrize("dialect", ["same", "keras2", "keras3"])
def test_what_is_preserved_needs_no_reason(dialect: str, tmp_path: Path) -> None:
    report = converted(tmp_path, architecture(), dialect)
    assert (report.training, report.training_because) == ("preserved", "")


@pytest.mark.parametrize("dialect", ["keras2", "keras3"])
def test_a_constraint_whose_axes_were_mapped_changes_nothing(dialect: str, tmp_path: Path) -> None:
    report = converted(tmp_path, architecture(W_constraint=NORM), dialect)
    assert written(tmp_path, dialect)["kernel_constraint"]["config"]["axis"] == [0, 1, 2]
    assert (report.training, report.training_because) == ("preserved", "")


def test_a_constraint_that_keeps_its_old_axes_is_told(tmp_path: Path) -> None:
    report = converted(tmp_path, architecture(W_constraint=NORM), "same")
    name = convolution(architecture())["config"]["name"]
    assert report.training == "changed"
    assert report.training_because == f"constraints go along the axes as they lay before: of '{name}'"


def test_a_constraint_without_axes_or_on_what_does_not_move_changes_nothing(tmp_path: Path) -> None:
    document = architecture(W_constraint={"name": "NonNeg"}, b_constraint={"name": "MaxNorm", "m": 2, "axis": 0})
    assert converted(tmp_path, document, "same").training == "preserved"


@pytest.mark.parametrize("dialect", ["keras2", "keras3"])
def test_a_constraint_that_is_left_out_is_named(dialect: str, tmp_path: Path) -> None:
    report = converted(tmp_path, architecture(W_constraint={"name": "Homemade"}), dialect)
    name = convolution(architecture())["config"]["name"]
    assert report.training == "changed"
    assert report.training_because == f"settings did not come along as they were: 'kernel_constraint of {name}'"


def test_an_activity_regularizer_of_keras_1_means_the_same_in_keras_2(tmp_path: Path) -> None:
    report = converted(tmp_path, architecture(activity_regularizer=SUM), "keras2")
    assert written(tmp_path, "keras2")["activity_regularizer"]["config"] == {"l1": 0.25, "l2": 0.0}
    assert (report.training, report.training_because) == ("preserved", "")


def test_an_activity_regularizer_of_keras_1_is_weaker_in_keras_3(tmp_path: Path) -> None:
    report = converted(tmp_path, architecture(activity_regularizer=SUM), "keras3")
    assert written(tmp_path, "keras3")["activity_regularizer"]["config"] == {"l1": 0.25, "l2": 0.0}
    assert report.training == "changed"
    assert report.training_because.startswith("for activity regularizers Keras 3 divides by the batch's size: '")


@pytest.mark.parametrize(
    ("version", "dialect", "word"),
    [("1.0.8", "keras2", "preserved"), ("1.0.8", "keras3", "changed"), ("1.2.2", "same", "preserved")],
)
def test_which_keras_summed_is_known_by_its_version(version: str, dialect: str, word: str, tmp_path: Path) -> None:
    assert converted(tmp_path, architecture(version, activity_regularizer=MEAN), dialect).training == word


def test_the_optimizer_that_is_left_out_is_told_with_all_else(tmp_path: Path) -> None:
    paths = {"source": str(ENTRY.path("full.h5")), "target": str(tmp_path / "new.keras")}
    report = convert_file(paths, Options(stated=parse_layout("th/th"), referee="numpy"), quiet)
    assert report.training == "dropped"
    assert "the optimizer's state: compile it anew" in report.training_because
    assert as_json.document(report)["training_because"] == report.training_because
