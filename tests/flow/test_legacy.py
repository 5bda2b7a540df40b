"""Layers and statistics of old Keras, from models with the predictions of their own Keras on Theano."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dimorder.errors import CannotTell, Refused
from dimorder.flow.on_files import convert_file
from dimorder.flow.options import Options
from dimorder.layout import parse_layout
from dimorder.report_data import ConvertReport
from support.legacy import ENDINGS, Old, converted, model, models, written

ALL = [pytest.param(old, dialect, id=f"{old.id} {dialect}") for old in models() for dialect in ENDINGS]
CLIPPED = "Theano clips after the slope and TensorFlow before it"


def reproduces(report: ConvertReport) -> None:
    """The converted file gives the predictions that the old stack gave, and is proven equivalent."""
    assert report.verdict == "equivalent", report.because
    assert report.proof is not None
    assert report.proof.expectation is not None
    for side in ("original", "converted"):
        for known in report.proof.expectation[side].values():
            assert known["reproduced"] is True


@pytest.mark.parametrize(("old", "dialect"), ALL)
def test_predictions_of_the_old_stack_are_reproduced(old: Old, dialect: str, tmp_path: Path) -> None:
    if dialect == "same" and old.name == "learned, negative":
        with pytest.raises(Refused, match=CLIPPED):
            converted(old, tmp_path, dialect)
    else:
        reproduces(converted(old, tmp_path, dialect))


def without_version(old: Old) -> Old:
    return old.changed(architecture={k: v for k, v in old.architecture.items() if k != "keras_version"})


def configs(old: Old, class_name: str) -> list[dict[str, Any]]:
    return [layer["config"] for layer in old.architecture["config"] if layer["class_name"] == class_name]


def test_a_statistic_of_no_known_version_is_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(CannotTell, match="standard deviation") as told:
        converted(without_version(model("1.0.5", "normalized")), tmp_path, "keras3")
    assert "--keras-version" in str(told.value.hint)


@pytest.mark.parametrize(("version", "what"), [("1.0.5", "standard deviation"), ("1.0.8", "variance")])
def test_the_user_may_say_which_version_stored_a_statistic(version: str, what: str, tmp_path: Path) -> None:
    report = converted(without_version(model(version, "normalized")), tmp_path, "same", keras_version=version)
    reproduces(report)
    assert f"running_std read as a {what}: Keras {version}, says --keras-version" in report.assumptions


def test_the_user_is_believed_before_an_architecture_that_was_saved_later(tmp_path: Path) -> None:
    old = model("1.0.5", "normalized")
    later = old.changed(architecture={**old.architecture, "keras_version": "1.2.2"})
    reproduces(converted(later, tmp_path, "keras3", keras_version="1.0.5"))


def test_weights_of_keras_1_are_said_to_be_read_as_the_architecture_states(tmp_path: Path) -> None:
    report = converted(model("1.2.2", "normalized"), tmp_path, "same")
    assert "running_std read as a variance: Keras 1.2.2, says the architecture" in report.assumptions


@pytest.mark.parametrize("version", ["1.0.6", "1.0.7"])
def test_a_statistic_that_only_theano_had_goes_there_and_back(version: str, tmp_path: Path) -> None:
    old = model(version, "normalized")
    first = converted(old, tmp_path, "same")
    assert {edit.says.split(",")[0] for edit in first.edits} == {
        "epsilon 0.03 becomes 0.0009", "epsilon 1e-06 becomes 1e-12"
    }  # fmt: skip
    written(old, tmp_path)
    paths = {"source": str(tmp_path / "new.h5"), "architecture": str(tmp_path / "new.json"),
             "samples": str(tmp_path / "moved.npy"), "expect": str(tmp_path / "y.npy"),
             "target": str(tmp_path / "back.h5"), "architecture_out": str(tmp_path / "back.json")}  # fmt: skip
    move_samples(tmp_path)
    layout = parse_layout("th/th")
    reproduces(convert_file(paths, Options(target=layout, referee="numpy"), lambda *told: None))
    back = old.changed(architecture=json.loads((tmp_path / "back.json").read_text()))
    assert epsilons(back) == pytest.approx(epsilons(old), rel=1e-12)


def epsilons(old: Old) -> list[float]:
    return [config["epsilon"] for config in configs(old, "BatchNormalization")]


def move_samples(folder: Path) -> None:
    np.save(folder / "moved.npy", np.moveaxis(np.load(folder / "x.npy"), 1, -1))


def test_weights_alone_cannot_carry_an_epsilon(tmp_path: Path) -> None:
    paths = written(model("1.0.7", "normalized"), tmp_path) | {"target": str(tmp_path / "new.h5")}
    with pytest.raises(Refused, match="epsilon 1e-06 becomes 1e-12"):
        convert_file(paths, Options(stated=parse_layout("th/th"), referee="numpy"), lambda *told: None)


def test_a_variance_too_small_for_tensorflows_epsilon_is_refused_for_keras_2_only(tmp_path: Path) -> None:
    old = model("1.0.8", "small epsilon")
    dead = copy.deepcopy(old.weights)
    (place,) = old.weights_named("running_std")
    dead[place] = [0.0] * len(dead[place])
    changed = old.changed(weights=dead, expected=[])
    with pytest.raises(Refused, match="TensorFlow raises its epsilon"):
        converted_without_expectation(changed, tmp_path, "keras2")
    assert converted_without_expectation(changed, tmp_path, "keras3").verdict == "equivalent"


def converted_without_expectation(old: Old, folder: Path, dialect: str) -> ConvertReport:
    paths = {role: path for role, path in written(old, folder).items() if role in ("source", "architecture")}
    options = Options(stated=parse_layout("th/th"), dialect=dialect, referee="numpy")  # type: ignore[arg-type]
    target = str(folder / f"{dialect}.{ENDINGS[dialect]}")
    return convert_file({**paths, "target": target}, options, lambda *told: None)


def test_modes_that_no_later_keras_has_are_refused_together(tmp_path: Path) -> None:
    old = copy.deepcopy(model("1.2.2", "normalized"))
    first, second = configs(old, "BatchNormalization")
    first["mode"], second["mode"] = 2, 1
    with pytest.raises(Refused) as told:
        converted_without_expectation(old, tmp_path, "keras3")
    assert f"{first['name']!r}: BatchNormalization of mode 2" in told.value.sentence
    assert f"{second['name']!r}: BatchNormalization of mode 1" in told.value.sentence


def test_a_dot_product_of_maps_is_refused_because_backends_differ(tmp_path: Path) -> None:
    def entrance(name: str) -> dict[str, Any]:
        config = {"batch_input_shape": [None, 3, 5, 5], "name": name, "input_dtype": "float32", "sparse": False}
        return {"name": name, "class_name": "InputLayer", "config": config, "inbound_nodes": []}

    merge = {"name": "dot", "class_name": "Merge", "inbound_nodes": [[["a", 0, 0], ["b", 0, 0]]],
             "config": {"name": "dot", "mode": "dot", "mode_type": "raw", "dot_axes": [3, 2]}}  # fmt: skip
    config = {"name": "m", "layers": [entrance("a"), entrance("b"), merge],
              "input_layers": [["a", 0, 0], ["b", 0, 0]], "output_layers": [["dot", 0, 0]]}  # fmt: skip
    architecture = {"class_name": "Model", "config": config, "keras_version": "1.2.2"}
    old = Old("maps", "1.2.2", architecture, [("dot", [])], [], [], [])
    with pytest.raises(Refused, match="dot product of maps"):
        converted_without_expectation(old, tmp_path, "keras3")


def test_a_statistic_that_is_only_copied_is_said_to_be(tmp_path: Path) -> None:
    paths = {"source": written(model("1.0.8", "small epsilon"), tmp_path)["source"], "target": str(tmp_path / "new.h5")}
    options = Options(stated=parse_layout("th/th/chw"), dialect="same", unproven=True, referee="numpy")
    report = convert_file(paths, options, lambda *told: None)
    assert any(line.startswith("running_std copied as it is") for line in report.assumptions)
