"""Recurrent models as real Keras 1.2.2 and 2.2.4 on Theano stored and computed them (golden/make_recurrent.py)."""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from dimorder.errors import Refused, WeightsDoNotFit
from dimorder.flow.on_files import convert_file
from dimorder.flow.options import Options
from dimorder.layout import parse_layout
from dimorder.report_data import ConvertReport
from dimorder.steps import Array
from support.referee import answers_of

GOLDEN = Path(__file__).parent / "golden"
FROM_THEANO = Options(stated=parse_layout("th/th"), referee="numpy")
SEEN = "both, then seen"
ANOTHER = "merged with another mask"
ENDS = "lstm that ends in hard_sigmoid"
NOT_IN_KERAS_3 = {
    SEEN: "its masked steps are read, and Keras 3 puts zeros there",
    ENDS: "hard_sigmoid as activation of a LSTM",
    ANOTHER: "the mask that reaches it differs between versions of Keras",
}


@cache
def cases() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for version in ("122", "224"):
        text = gzip.decompress((GOLDEN / f"recurrent_{version}.json.gz").read_bytes())
        found |= {f"{version} {case['name']}": case for case in json.loads(text)["cases"]}
    return found


def stored(case: dict[str, Any], folder: Path) -> dict[str, str]:
    """The case's arrays in the file that its Keras would have written, the architecture beside."""
    paths = {"source": str(folder / "weights.h5"), "architecture": str(folder / "model.json")}
    document = case["document"]
    Path(paths["architecture"]).write_text(json.dumps(document), encoding="utf-8")
    with h5py.File(paths["source"], "w") as file:
        for key in ("backend", "keras_version"):
            if "backend" in document:
                file.attrs[key] = np.bytes_(document[key])
        file.attrs["layer_names"] = np.array([layer.encode() for layer, _ in case["layers"]])
        for layer, arrays in case["layers"]:
            group = file.create_group(layer)
            group.attrs["weight_names"] = np.array([name.encode() for name, _ in arrays])
            for name, values in arrays:
                group[name] = np.array(values, np.float32)
    return paths


def inputs(case: dict[str, Any], *, last: bool = False) -> list[Array]:
    """last: maps with their channels last."""
    given = [np.array(batch, np.float32) for batch in case["inputs"]]
    return [np.moveaxis(batch, 1, -1) if last and batch.ndim == 4 else batch for batch in given]


def right(case: dict[str, Any], found: Array) -> None:
    values, shape = case["expected"]
    assert np.isfinite(values).all()
    np.testing.assert_allclose(found, np.reshape(values, shape), rtol=2e-6, atol=2e-6)


def converted(paths: dict[str, str], target: Path) -> tuple[ConvertReport, dict[str, str]]:
    """The report, and the paths of what was written."""
    beside = {} if target.suffix == ".keras" else {"architecture": str(target.with_suffix(".json"))}
    out = {"architecture_out": beside["architecture"]} if beside else {}
    report = convert_file({**paths, "target": str(target), **out}, FROM_THEANO, lambda *_: None, force=True)
    return report, {"source": str(target), **beside}


def but(*names: str) -> list[str]:
    return [key for key in cases() if not key.endswith(names)]


@pytest.mark.parametrize("key", but(ANOTHER))
def test_files_are_read_as_keras_computed_them(key: str, tmp_path: Path) -> None:
    case = cases()[key]
    (found,) = answers_of(stored(case, tmp_path), FROM_THEANO, inputs(case))
    right(case, found)


@pytest.mark.parametrize("key", but(ANOTHER))
def test_the_same_dialect_keeps_predictions(key: str, tmp_path: Path) -> None:
    case = cases()[key]
    source = stored(case, tmp_path)
    report, written = converted(source, tmp_path / "tf.h5")
    assert report.verdict in ("equivalent", "unchanged")
    written = source if report.verdict == "unchanged" else written
    (found,) = answers_of(written, Options(stated=parse_layout("tf/tf")), inputs(case, last=True))
    right(case, found)


@pytest.mark.parametrize("key", but(*NOT_IN_KERAS_3))
def test_keras_3_keeps_predictions(key: str, tmp_path: Path) -> None:
    case = cases()[key]
    report, written = converted(stored(case, tmp_path), tmp_path / "model.keras")
    assert report.verdict == "equivalent"
    (found,) = answers_of(written, Options(), inputs(case, last=True))
    right(case, found)


@pytest.mark.parametrize("key", [key for key in cases() if key.endswith(tuple(NOT_IN_KERAS_3))])
def test_what_keras_3_computes_otherwise_is_refused(key: str, tmp_path: Path) -> None:
    case = cases()[key]
    because = next(text for name, text in NOT_IN_KERAS_3.items() if key.endswith(name))
    with pytest.raises(Refused, match=because):
        converted(stored(case, tmp_path), tmp_path / "model.keras")


@pytest.mark.parametrize("key", ["122 LSTM 0", "122 GRU 1", "224 LSTM 2"])
def test_gates_are_scaled_for_keras_3_and_nothing_else(key: str, tmp_path: Path) -> None:
    report, _ = converted(stored(cases()[key], tmp_path), tmp_path / "model.keras")
    spans = "0:4, 6:8" if "LSTM" in key else "0:4"
    axes = [1, 1, 0]
    assert [str(step) for move in report.plan for step in move.steps] == [
        f"multiply {spans} of axis {axis} by 1.2" for axis in axes
    ]


def test_gates_in_another_order_than_keras_1_stored_them_are_refused(tmp_path: Path) -> None:
    case = json.loads(json.dumps(cases()["122 LSTM 0"]))
    arrays = case["layers"][0][1]
    arrays[3:9] = arrays[6:9] + arrays[3:6]
    with pytest.raises(WeightsDoNotFit, match="owns 3 arrays"):
        answers_of(stored(case, tmp_path), FROM_THEANO, inputs(case))
