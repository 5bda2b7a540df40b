"""Targets that hold half a model: Keras 3's weights alone, and architectures alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from dimorder.engine import keras_referee
from dimorder.errors import Refused, UsageError
from dimorder.flow.on_files import check_certificate, convert_file, inspect_file, prove_files
from dimorder.flow.options import Options
from dimorder.layout import parse_layout
from dimorder.report_data import ConvertReport, ProveReport
from support.referee import answers_of

ZOO = Path(__file__).parents[1] / "zoo" / "k122-theano-th"
MODEL = ZOO / "vgg_issue"
TH = Options(stated=parse_layout("th/th"))


def quiet(stage: str, done: int, total: int) -> None:
    """Nobody watches."""


def convert(
    folder: Path, target: str, source: str = "weights.h5", options: Options = TH, **beside: str
) -> ConvertReport:
    for name in ("weights.h5", "model.json"):
        shutil.copyfile(MODEL / name, folder / name)
    paths = {"source": str(folder / source), "target": str(folder / target)}
    paths |= {role: str(folder / name) for role, name in beside.items()}
    return convert_file(paths, options, quiet)


@pytest.fixture
def apart(tmp_path: Path) -> ConvertReport:
    return convert(tmp_path, "a.weights.h5", architecture="model.json", architecture_out="a.json")


def test_weights_of_keras_3_are_proven_with_their_architecture(apart: ConvertReport, tmp_path: Path) -> None:
    assert apart.verdict == "equivalent"
    assert apart.proof is not None
    asked = not keras_referee.missing()
    assert any("Keras 3" in referee for referee in apart.proof.referees) == asked
    assert "the weights are loaded into the architecture written to a.json" in apart.assumptions


def test_their_certificate_tells_no_folder_of_the_machine(apart: ConvertReport, tmp_path: Path) -> None:
    assert str(tmp_path) not in Path(apart.certificate).read_text()


def test_they_predict_what_keras_on_theano_predicted(apart: ConvertReport, tmp_path: Path) -> None:
    known = np.load(MODEL / "io.npz")
    paths = {"source": apart.target, "architecture": str(tmp_path / "a.json")}
    (found,) = answers_of(paths, Options(), [known["x0"].transpose(0, 2, 3, 1)])
    assert np.abs(found - known["y0"]).max() < 1e-5


def test_their_certificate_is_confirmed_and_not_after_a_change(apart: ConvertReport, tmp_path: Path) -> None:
    assert check_certificate(apart.certificate, {}, quiet).verdict == "confirmed"
    document = json.loads((tmp_path / "a.json").read_bytes())
    (tmp_path / "a.json").write_text(json.dumps(document, indent=1))
    assert check_certificate(apart.certificate, {}, quiet).verdict == "not confirmed"


def test_without_an_architecture_beside_them_the_layers_they_need_are_named(tmp_path: Path) -> None:
    report = convert(tmp_path, "a.weights.h5", architecture="model.json")
    (loading,) = [one for one in report.assumptions if "loaded" in one]
    assert "(InputLayer, ZeroPadding2D, Conv2D," in loading
    assert proven(tmp_path, "a.weights.h5").proof.verdict == "equivalent"


def proven(folder: Path, converted: str) -> ProveReport:
    paths = {"source": "weights.h5", "converted": converted, "architecture": "model.json"}
    return prove_files({role: str(folder / name) for role, name in paths.items()}, TH, quiet)


def test_a_changed_number_is_found(apart: ConvertReport, tmp_path: Path) -> None:
    with h5py.File(apart.target, "r+") as file:
        kernel = file["layers/conv2d/vars/0"]
        kernel[...] = kernel[()][::-1]
    assert proven(tmp_path, "a.weights.h5").proof.verdict == "different"


def test_what_is_done_is_not_done_again(apart: ConvertReport, tmp_path: Path) -> None:
    again = {"source": apart.target, "target": str(tmp_path / "b.weights.h5")}
    assert convert_file(again, Options(), quiet).verdict == "unchanged"


def test_another_container_is_not_what_is_done(apart: ConvertReport, tmp_path: Path) -> None:
    paths = {"source": apart.target, "architecture": str(tmp_path / "a.json"), "target": str(tmp_path / "b.keras")}
    assert convert_file(paths, Options(), quiet).verdict == "equivalent"


def test_which_layer_owns_an_array_must_be_known(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="the architecture tells which layer owns an array"):
        convert(tmp_path, "a.weights.h5", options=Options(stated=TH.stated, unproven=True))


@pytest.mark.parametrize("dialect", ["same", "keras2"])
def test_only_keras_3_writes_its_weights(tmp_path: Path, dialect: Any) -> None:
    with pytest.raises(UsageError, match="is not what this suffix stands for"):
        convert(tmp_path, "a.weights.h5", options=Options(stated=TH.stated, dialect=dialect), architecture="model.json")


@pytest.mark.parametrize(("dialect", "era"), [(None, "keras3"), ("same", "keras1")])
def test_an_architecture_alone_is_written_for_the_new_layout(tmp_path: Path, dialect: Any, era: str) -> None:
    report = convert(tmp_path, "b.json", "model.json", Options(stated=TH.stated, dialect=dialect))
    assert (report.verdict, report.because) == ("unproven", "an architecture holds no numbers that could be compared")
    found = inspect_file({"source": str(tmp_path / "b.json")}, Options(), quiet)
    assert (found.era, found.layout.dim_ordering) == (era, "tf")


def test_it_is_the_one_that_goes_with_the_weights(apart: ConvertReport, tmp_path: Path) -> None:
    convert(tmp_path, "b.json", "model.json")
    alone, beside = (json.loads((tmp_path / name).read_bytes())["config"] for name in ("b.json", "a.json"))
    assert alone["layers"] == beside["layers"]


def test_of_weights_and_architecture_only_the_architecture_is_written(tmp_path: Path) -> None:
    report = convert(tmp_path, "b.json", architecture="model.json")
    assert report.verdict == "unproven"
    assert json.loads((tmp_path / "b.json").read_bytes())["class_name"] == "Functional"
