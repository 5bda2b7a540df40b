"""What fixes look at beyond the finding that they mend: what cannot move along, Python 2, and who knows a model."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from dimorder.finding import Finding
from dimorder.flow.on_fixes import Fixing
from dimorder.flow.on_paths import check_paths, fix_paths
from dimorder.flow.settings import Settings
from dimorder.report_data import FixReport
from support.model_code import VGG, with_weights
from support.places import PART_OF_ZOO

ZOO = PART_OF_ZOO / "k122-theano-th/even_valid"
MODEL = """\
from keras.models import Sequential
from keras.layers import Convolution2D, Dense, Flatten


def build():
    model = Sequential()
    model.add(Convolution2D(4, 3, 3, dim_ordering='th', input_shape=(3, 10, 9)))
    model.add(Flatten())
    model.add(Dense(4))
    return model
"""
IMAGES = """\
import keras
import numpy as np


def load(path):
    return np.rollaxis(np.load(path), 2)
"""
UNSAFE = Fixing(unsafe=True, accept="likely")
SAFE = Fixing(accept="likely")


@pytest.fixture(autouse=True)
def _in_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.chdir(tmp_path)


def fixed(fixing: Fixing) -> FixReport:
    report = fix_paths(["."], Settings(), fixing, lambda *_: None).fixes
    assert report is not None
    return report


def findings(path: str) -> tuple[Finding, ...]:
    return check_paths([path], Settings(), lambda *_: None).findings


def paths(report: FixReport) -> list[str]:
    return [one.path for one in report.fixed]


# What no edit moves.


def test_a_layout_moves_where_all_of_it_can() -> None:
    Path("model.py").write_text(MODEL)
    assert paths(fixed(UNSAFE)) == ["model.py"]


def test_images_that_no_edit_moves_keep_the_model_where_it_is_and_are_named() -> None:
    Path("model.py").write_text(MODEL)
    Path("images.py").write_text(IMAGES)
    report = fixed(UNSAFE)
    assert paths(report) == []
    assert Path("model.py").read_text() == MODEL
    assert report.refused != ()
    assert all("no edit moves images.py:6 (rollaxis moves axes)" in one.because for one in report.refused)


def test_data_that_are_shaped_for_the_model_keep_it_where_it_is() -> None:
    Path("model.py").write_text(MODEL)
    Path("images.py").write_text(IMAGES.replace("np.rollaxis(np.load(path), 2)", "np.load(path).reshape(-1, 3, 10, 9)"))
    report = fixed(UNSAFE)
    assert paths(report) == []
    assert all("no edit moves images.py:6" in one.because for one in report.refused)
    assert report.refused != ()


READER = """\
import numpy as np


def load(path):
    return np.load(path).transpose((2, 0, 1))
"""
TRAIN = "from images import load\nfrom model import build\n\nbuild().fit(load('x.npy'))\n"


def test_images_move_in_a_module_that_says_nothing_of_keras() -> None:
    Path("model.py").write_text(MODEL)
    Path("images.py").write_text(READER)
    Path("train.py").write_text(TRAIN)
    assert paths(fixed(UNSAFE)) == ["images.py", "model.py"]
    assert "transpose((0, 1, 2))" in Path("images.py").read_text()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("    x = np.zeros((8, 3, 10, 9))\n", "zeros is given a shape"),
        ("    x[:, 0, :, :] -= 103.939\n", "x is indexed"),
        ("    n, c, h, w = x.shape\n", "sizes are read"),
        ("    x = np.expand_dims(x, axis=1)\n", "expand_dims adds an axis"),
    ],
)
def test_data_of_the_old_layout_keep_all_of_it_and_a_reason_lets_it_go(line: str, said: str) -> None:
    Path("model.py").write_text(MODEL)
    Path("images.py").write_text(f"import numpy as np\n\n\ndef load(x):\n{line}    return x\n")
    Path("train.py").write_text(TRAIN)
    report = fixed(UNSAFE)
    assert paths(report) == []
    assert all(f"no edit moves images.py:5 ({said}" in one.because for one in report.refused)
    reason = "  # dimorder: ignore[DIM209] depth maps\n"
    Path("images.py").write_text(Path("images.py").read_text().replace(line, line.rstrip("\n") + reason))
    assert paths(fixed(UNSAFE)) == ["model.py"]


def test_such_a_reason_is_of_use() -> None:
    Path("model.py").write_text(MODEL + "\n\nx = np.zeros((8, 3, 10, 9))  # dimorder: ignore[DIM209] depth maps\n")
    assert "DIM901" not in {one.rule for one in findings("model.py")}


def test_a_machines_settings_that_stay_keep_the_layout() -> None:
    Path("model.py").write_text(MODEL)
    said = {"backend": "theano", "image_dim_ordering": "th", "floatx": "float32", "epsilon": 1e-7}
    Path("keras.json").write_text(json.dumps(said))
    report = fixed(UNSAFE)
    assert paths(report) == []
    assert "keras.json says channels first for all code" in report.refused[0].because


def test_a_shape_that_another_module_holds_moves_there() -> None:
    Path("settings.py").write_text("SHAPE = (3, 10, 9)\nother = 1\n")
    Path("model.py").write_text("from settings import SHAPE\n" + MODEL.replace("(3, 10, 9)", "SHAPE"))
    assert paths(fixed(UNSAFE)) == ["model.py", "settings.py"]
    assert Path("settings.py").read_text() == "SHAPE = (10, 9, 3)\nother = 1\n"


def test_a_turned_shape_whose_sizes_are_read_elsewhere_stays() -> None:
    Path("settings.py").write_text("SHAPE = (3, 10, 9)\nROWS = SHAPE[1]\n")
    Path("model.py").write_text("from settings import SHAPE\n" + MODEL.replace("(3, 10, 9)", "SHAPE"))
    report = fixed(UNSAFE)
    assert paths(report) == []
    assert "no edit moves settings.py:2 (sizes are read off SHAPE, which is turned)" in report.refused[0].because


def test_someone_who_says_that_they_are_right_is_believed() -> None:
    Path("model.py").write_text(MODEL)
    hushed = IMAGES.replace("2)\n", "2)  # dimorder: ignore[DIM209] depth maps, which no model reads\n")
    Path("images.py").write_text(hushed)
    assert paths(fixed(UNSAFE)) == ["model.py"]


# Python 2.


def test_python_2_is_offered_no_fix_and_says_so() -> None:
    pytest.importorskip("fissix")
    Path("model.py").write_text(MODEL)
    Path("older.py").write_text(MODEL + "\n\nprint 'done'\n")
    now = {one.rule: one for one in findings("model.py")}
    older = {one.rule: one for one in findings("older.py")}
    assert now.keys() == older.keys()
    assert now["DIM202"].fix is not None
    assert [one.rule for one in older.values() if one.fix] == []
    said = " (no fix is offered, since Python 2 is read and not edited)"
    assert older["DIM202"].message == now["DIM202"].message + said


def test_a_layout_stated_in_python_2_keeps_that_of_other_files_where_it_is() -> None:
    pytest.importorskip("fissix")
    Path("model.py").write_text(MODEL)
    Path("older.py").write_text(MODEL + "\n\nprint 'done'\n")
    report = fixed(UNSAFE)
    assert paths(report) == []
    assert {one.path for one in report.refused} == {"model.py"}
    assert all("no edit moves older.py:" in one.because for one in report.refused)


# Who knows the architecture of weights.


def test_weights_take_the_architecture_that_is_called_like_them() -> None:
    shutil.copy(ZOO / "weights.h5", "net_weights.h5")
    shutil.copy(ZOO / "model.json", "net.json")
    assert paths(fixed(SAFE)) == ["net_weights.tf.h5", "net_weights.tf.h5.proof.json"]


def test_an_architecture_of_another_name_is_not_taken() -> None:
    shutil.copy(ZOO / "weights.h5", "net_weights.h5")
    shutil.copy(ZOO / "model.json", "other.json")
    report = fixed(SAFE)
    assert paths(report) == []
    assert "holds weights but no architecture" in report.refused[0].because


def test_weights_take_the_architecture_of_a_function_that_another_file_calls_with_their_name() -> None:
    with_weights(Path(), predict="from vgg import vgg\n\nmodel = vgg('th.h5')\n")
    assert "load_weights" in VGG
    assert "th.tf.h5" in paths(fixed(SAFE))
