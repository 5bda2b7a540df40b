"""Code and the weights that it loads: would loading raise, or load and predict wrongly?"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from dimorder import cli
from dimorder.flow.fits import fit
from dimorder.graph import Tensor
from dimorder.layout import Layout
from dimorder.model import Layer, Model
from dimorder.verdict import ABOUT, Verdict
from support.model_code import VGG, with_weights
from support.places import PART_OF_ZOO

LOADED = "\nmodel = vgg('th.h5')\n"


@pytest.fixture(autouse=True)
def _beside_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(with_weights(tmp_path))


@pytest.fixture
def told(capsys):
    def found(code: str, path: str = ".") -> list[dict[str, Any]]:
        """What is said of code and weights together."""
        Path("vgg.py").write_text(code)
        cli.main(["check", "--output", "json", "--select", "DIM3", path])
        document: Any = json.loads(capsys.readouterr().out)
        return document["findings"]

    return found


@pytest.fixture
def joined(told):
    def found(code: str) -> list[tuple[str, str, int]]:
        """(rule, path, line) of it."""
        return [(one["rule"], one["path"], one["line"]) for one in told(code)]

    return found


def line_of(code: str, words: str) -> int:
    return next(number for number, line in enumerate(code.split("\n"), 1) if words in line)


LOADS = line_of(VGG, "model.load_weights")


def test_weights_that_nobody_loads_are_joined_with_nothing(joined):
    assert joined(VGG) == []


def test_weights_of_theano_fit_and_predict_wrongly_on_tensorflow(joined):
    assert joined(VGG + LOADED) == [("DIM302", "vgg.py", LOADS)]


def test_code_that_flips_the_kernels_is_right(joined):
    flips = "from keras import backend\nfrom keras.utils.layer_utils import convert_all_kernels_in_model\n"
    flips += "backend.set_image_dim_ordering('th')\n"
    assert joined(flips + VGG + LOADED + "convert_all_kernels_in_model(model)\n") == []


def test_weights_that_fit_on_other_machines_alone_are_told(joined):
    flips = "from keras.utils.layer_utils import convert_all_kernels_in_model\n"
    code = flips + VGG + LOADED + "convert_all_kernels_in_model(model)\n"
    assert joined(code) == [("DIM301", "vgg.py", LOADS + 1)]


def test_weights_of_another_width_would_raise(joined):
    assert joined(VGG.replace("(24,)", "(25,)") + LOADED) == [("DIM301", "vgg.py", LOADS)]


def test_what_is_not_known_of_the_model_is_not_judged(joined):
    assert joined(VGG.replace("(24,)", "(int(input()),)") + LOADED) == []


def test_path_is_found_from_the_code_s_folder(joined):
    Path("data").mkdir()
    shutil.move("th.h5", "data/th.h5")
    joint = LOADED.replace("'th.h5'", "os.path.join('data', 'th.h5')")
    assert joined(VGG + joint) == [("DIM302", "vgg.py", LOADS)]


def test_file_that_is_not_there_is_not_judged(joined):
    assert joined(VGG + LOADED.replace("th.h5", "elsewhere.h5")) == []


def test_by_name_only_layers_of_one_name_are_compared(joined):
    by_name = VGG.replace("load_weights(weights)", "load_weights(weights, by_name=True)")
    assert joined(by_name.replace("(24,)", "(25,)") + LOADED) == [("DIM301", "vgg.py", LOADS)]
    assert joined(by_name.replace("Dense(", "Dense(name='other' + str(len(model.layers)), output_dim=") + LOADED) == [
        ("DIM302", "vgg.py", LOADS)
    ]


def test_call_in_one_file_is_told_where_the_other_file_loads(joined):
    Path("train.py").write_text("from vgg import vgg\nmodel = vgg('th.h5')\n")
    assert joined(VGG) == [("DIM302", "vgg.py", LOADS)]


def test_whole_models_are_loaded_for_their_arrays_too(joined):
    shutil.copy(PART_OF_ZOO / "k122-theano-th" / "flatten_concat_vec" / "full.h5", "th.h5")
    assert joined(VGG + LOADED) == [("DIM301", "vgg.py", LOADS)]


def test_file_named_alone_is_held_against_what_its_modules_load(told):
    Path("train.py").write_text("from vgg import vgg\nmodel = vgg('th.h5')\n")
    assert told(VGG, "train.py") == []
    wrong = VGG.replace("    if weights:\n        model.load_weights(weights)\n", "")
    Path("train.py").write_text("from vgg import vgg\nmodel = vgg()\nmodel.load_weights('th.h5')\n")
    assert [one["path"] for one in told(wrong, "train.py")] == ["train.py"]


def test_code_that_is_not_followed_makes_nothing_certain(told):
    odd = "import keras.layers\nkeras.layers.Dense = keras.layers.Dense\n"
    sure, unsure = (told(begin + VGG.replace("(24,)", "(25,)") + LOADED)[0] for begin in ("", odd))
    assert (sure["confidence"], unsure["confidence"]) == ("certain", "likely")
    assert any("not followed: 'Dense' is set on" in one["message"] for one in unsure["related"])


def widths(one: str, other: str) -> str:
    """A model whose width hangs on what nobody knows, loaded."""
    return VGG.replace("(24,)", f"({one} if os.path.exists('a') else {other},)") + LOADED


def test_weights_that_fit_on_one_way_of_a_condition_do_not_raise(joined):
    assert joined(widths("25", "24")) == [("DIM302", "vgg.py", LOADS)]


def test_what_is_loaded_on_one_way_of_a_condition_alone_does_not_raise_for_certain(told):
    begin = "import os\nkind = os.environ['KIND']\n"
    code = VGG.replace("(24,)", "(25 if kind == 'wide' else 26,)")
    (one,) = told(begin + code + LOADED.replace("'th.h5'", "'th.h5' if kind == 'wide' else None"))
    assert (one["rule"], one["confidence"]) == ("DIM301", "likely")


def test_what_holds_whichever_way_a_condition_goes_is_certain(told):
    (one,) = told(widths("25", "26"))
    assert (one["rule"], one["confidence"]) == ("DIM301", "certain")


def test_what_holds_by_the_defaults_of_the_command_line_is_likely(told):
    begin = "import argparse\nparser = argparse.ArgumentParser()\n"
    begin += "parser.add_argument('--width', type=int, default=25)\nargs = parser.parse_args()\n"
    (one,) = told(begin + VGG.replace("(24,)", "(args.width,)") + LOADED)
    assert (one["rule"], one["confidence"]) == ("DIM301", "likely")


def test_file_of_the_name_in_another_folder_is_only_likely(told):
    Path("old").mkdir()
    shutil.move("th.h5", "old/th.h5")
    (found,) = told(VGG.replace("(24,)", "(25,)") + LOADED)
    assert (found["rule"], found["confidence"]) == ("DIM301", "likely")
    assert any("the code names another place" in one["message"] for one in found["related"])


def dense(name: str, units: int, **more: Any) -> dict[str, Any]:
    return {"class_name": "Dense", "config": {"name": name, "units": units, "activation": "linear", **more}}


@pytest.mark.parametrize(
    ("between", "word"),
    [
        ({"class_name": "Dropout", "config": {"name": "between", "rate": 0.5}}, "differs"),
        ({"class_name": "Lambda", "config": {"name": "between"}}, "fits"),  # who knows what it yields
    ],
)
def test_layers_behind_one_that_nobody_knows_are_not_compared(between, word):
    layers = [dense("first", 6, batch_input_shape=[None, 4]), between, dense("last", 2)]
    document = {"class_name": "Sequential", "config": layers, "keras_version": "2"}
    sizes = {"first": [(4, 6), (6,)], "last": [(3, 2), (2,)]}
    stored = tuple(
        Layer(name, "", tuple(Tensor(f"{name}/{n}", f"{name}/{n}", shape, "float32") for n, shape in enumerate(shapes)))
        for name, shapes in sizes.items()
    )
    model = Model("x.h5", "", "keras2", "2.2.4", "tensorflow", "weights", stored)
    verdict = Verdict(Layout("tf", "tf"), dict.fromkeys(ABOUT, "certain"))
    assert fit(document, model, verdict, "last", by_name=True).word == word
