"""TimeDistributed models as real Keras 1.2.2 and 2.3.1 on Theano computed them (golden/make_distributed.py)."""

from __future__ import annotations

import gzip
import json
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dimorder.errors import Refused
from dimorder.flow.options import Options
from dimorder.formats import keras3
from dimorder.layout import parse_layout
from dimorder.plan import Port
from dimorder.steps import Array
from formats.test_recurrent import FROM_THEANO, GOLDEN, converted, right, stored
from support.referee import answers_of

MAP_SOFTMAX = "231 softmax on maps"
"""Keras 2's Activation has no axis: the softmax over what was the width cannot stay one."""


@cache
def cases() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for version in ("122", "231"):
        text = gzip.decompress((GOLDEN / f"distributed_{version}.json.gz").read_bytes())
        found |= {f"{version} {case['name']}": case for case in json.loads(text)["cases"]}
    return found


def inputs(case: dict[str, Any], ports: tuple[Port, ...] = ()) -> list[Array]:
    """ports: say how the converted model reads them."""
    given = [np.array(batch, np.float32) for batch in case["inputs"]]
    orders = [port.permutation for port in ports] or [tuple(range(batch.ndim - 1)) for batch in given]
    return [_moved(batch, order) for batch, order in zip(given, orders, strict=True)]


def _moved(batch: Array, order: tuple[int, ...]) -> Array:
    return batch.transpose((0, *(axis + 1 for axis in order)))


def right_in(case: dict[str, Any], found: Array, port: Port) -> None:
    """The answer of a converted model, whose output may be a map."""
    right(case, _moved(found, tuple(np.argsort(port.permutation))))


@pytest.mark.parametrize("key", list(cases()))
def test_files_are_read_as_keras_computed_them(key: str, tmp_path: Path) -> None:
    case = cases()[key]
    (found,) = answers_of(stored(case, tmp_path), FROM_THEANO, inputs(case))
    right(case, found)


@pytest.mark.parametrize("key", [key for key in cases() if key != MAP_SOFTMAX])
def test_the_same_dialect_keeps_predictions(key: str, tmp_path: Path) -> None:
    case = cases()[key]
    report, written = converted(stored(case, tmp_path), tmp_path / "tf.h5")
    assert report.verdict == "equivalent"
    (found,) = answers_of(written, Options(stated=parse_layout("tf/tf")), inputs(case, report.inputs))
    right_in(case, found, report.outputs[0])


@pytest.mark.parametrize("key", list(cases()))
def test_keras_3_keeps_predictions(key: str, tmp_path: Path) -> None:
    case = cases()[key]
    report, written = converted(stored(case, tmp_path), tmp_path / "model.keras")
    assert report.verdict == "equivalent"
    (found,) = answers_of(written, Options(), inputs(case, report.inputs))
    right_in(case, found, report.outputs[0])


def test_a_softmax_that_would_need_an_axis_is_refused_in_the_same_dialect(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="works along the last axis only"):
        converted(stored(cases()[MAP_SOFTMAX], tmp_path), tmp_path / "tf.h5")


def test_only_the_map_in_a_clip_moves(tmp_path: Path) -> None:
    report, _ = converted(stored(cases()["122 same"], tmp_path), tmp_path / "tf.h5")
    assert [port.permutation for port in report.inputs] == [(0, 2, 3, 1)]


def test_padding_stands_inside_a_time_distributed_of_its_own(tmp_path: Path) -> None:
    _, written = converted(stored(cases()["122 same"], tmp_path), tmp_path / "tf.h5")
    layers = json.loads(Path(written["architecture"]).read_text())["config"]
    held = [layer["config"]["layer"]["class_name"] for layer in layers if layer["class_name"] == "TimeDistributed"]
    assert held == ["Convolution2D", "ZeroPadding2D", "Convolution2D", "ZeroPadding2D", "Convolution2D", "Flatten"]


def test_layers_of_a_distributed_model_are_rewritten_where_they_stand(tmp_path: Path) -> None:
    _, written = converted(stored(cases()["122 sequential"], tmp_path), tmp_path / "tf.h5")
    inner = json.loads(Path(written["architecture"]).read_text())["config"][0]["config"]["layer"]["config"]
    assert inner[0]["config"]["batch_input_shape"] == [None, 6, 5, 2]
    assert [layer["config"].get("axis") for layer in inner if layer["class_name"] == "BatchNormalization"] == [-1]


def test_keras_3_holds_the_activation_inside_and_arrays_below_the_wrapper(tmp_path: Path) -> None:
    converted(stored(cases()["122 beside a vector"], tmp_path), tmp_path / "model.keras")
    with zipfile.ZipFile(tmp_path / "model.keras") as archive:
        layers = json.loads(archive.read("config.json"))["config"]["layers"]
    held = next(layer["config"]["layer"] for layer in layers if layer["class_name"] == "TimeDistributed")
    assert (held["class_name"], held["config"]["activation"]) == ("Conv2D", "relu")
    with (tmp_path / "model.keras").open("rb") as file:
        model, _ = keras3.read(file, "model.keras")
    addresses = [tensor.address for tensor in model.tensors()]
    assert "layers/time_distributed/layer/vars/0" in addresses
