"""`--fix --unsafe-fixes` moves nothing that was not verified: what nobody read may be another model."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import h5py
import pytest

from dimorder.flow.on_fixes import Fixing
from dimorder.flow.on_paths import fix_paths
from dimorder.flow.settings import Settings
from dimorder.report_data import FixReport
from support.places import PART_OF_ZOO

WEIGHTS = PART_OF_ZOO / "k122-theano-th/even_valid/weights.h5"
BEGIN = """\
from keras.layers import Activation, BatchNormalization, Conv2D, Dense, Flatten, Input, Permute, Reshape
from keras.models import Model, Sequential
import numpy as np

"""
CONV = "Conv2D(8, (3, 3), data_format='channels_first')"
MODEL = BEGIN + """\
model = Sequential()
model.add(Conv2D(8, (3, 3), data_format='channels_first', input_shape=(3, 11, 10)))
model.add(BatchNormalization(axis=1))
model.add(Flatten())
model.add(Dense(7))
"""
BLOCK = BEGIN + f"\ndef block(x):\n    return Activation('relu')(BatchNormalization(axis=1)({CONV}(x)))\n"
BARE = BLOCK.replace("BatchNormalization(axis=1)", "Activation('relu')")
USES = BEGIN + """\
from blocks import block

i = Input((3, 11, 10))
model = Model(i, Dense(7)(Flatten()(block(i))))
"""
IMAGES = "import keras\nimport numpy as np\n\n\ndef load(path):\n    return np.load(path).transpose((2, 0, 1))\n"


ZOO_MODEL = """\
from keras.models import Sequential
from keras.layers import Convolution2D, Dense, Flatten

model = Sequential()
model.add(Convolution2D(4, 2, 2, activation='relu', dim_ordering='th', input_shape=(3, 10, 9)))
model.add(Convolution2D(4, 4, 4, activation='relu', dim_ordering='th'))
model.add(Convolution2D(4, 2, 3, activation='relu', dim_ordering='th'))
model.add(Flatten())
model.add(Dense(4, activation='softmax'))
"""


@pytest.fixture(autouse=True)
def _in_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.chdir(tmp_path)


def fixed(*paths: str, settings: Settings | None = None, **code: str) -> FixReport:
    for name, text in code.items():
        Path(f"{name}.py").write_text(text)
    fixing = Fixing(unsafe=True, accept="likely")
    report = fix_paths(paths or (".",), settings or Settings(), fixing, lambda *_: None).fixes
    assert report is not None
    for name, text in code.items():
        assert (Path(f"{name}.py").read_text() != text) == (f"{name}.py" in {one.path for one in report.fixed})
    return report


def moved(*paths: str, settings: Settings | None = None, **code: str) -> list[str]:
    report = fixed(*paths, settings=settings, **code)
    assert report.refused == ()
    return [one.path for one in report.fixed]


def refused(because: str, *paths: str, settings: Settings | None = None, **code: str) -> None:
    report = fixed(*paths, settings=settings, **code)
    assert report.fixed == ()
    assert report.refused != ()
    assert all(because in one.because for one in report.refused), report.refused


# What can be verified moves.


def test_a_model_that_is_read_whole_moves():
    assert moved(model=MODEL) == ["model.py"]


def test_a_block_moves_with_the_model_that_it_is_built_into():
    assert moved(blocks=BARE, model=USES) == ["blocks.py", "model.py"]


def test_images_move_with_the_model_that_their_reader_imports():
    assert moved(model=MODEL, images=IMAGES, train="import images\nimport model\n") == ["images.py", "model.py"]


def test_a_whole_model_that_has_its_channels_last_is_loaded_by_right():
    shutil.copy(PART_OF_ZOO / "k122-theano-th/flatten_concat_vec/full.h5", "full.h5")
    report = fixed(model=MODEL + "\nfrom keras.models import load_model\nother = load_model('full.h5')\n")
    assert "model.py" in [one.path for one in report.fixed]
    assert "load_model('full.tf.h5')" in Path("model.py").read_text()


# A layer that is in no model, models that nobody reads.


def test_a_block_alone_stays_since_nobody_knows_what_it_is_built_into():
    refused("is in no model that is read", blocks=BLOCK)


def test_an_axis_that_no_finding_tells_keeps_its_block_where_it_is():
    refused("layer 'batch_normalization_1' would not be what the conversion makes", blocks=BLOCK, model=USES)


def test_a_file_that_does_not_change_is_looked_at_where_it_imports_one_that_does():
    model = USES.replace("from blocks", "from shapes import SHAPE\nfrom blocks").replace("(3, 11, 10)", "SHAPE")
    refused("would yield", blocks=BARE, shapes="SHAPE = (3,) + (11, 10)\n", model=model)


def test_an_import_is_seen_in_brackets_and_behind_a_point():
    Path("net").mkdir()
    Path("net/__init__.py").write_text("")
    Path("net/blocks.py").write_text(BARE)
    Path("net/shapes.py").write_text("SHAPE = (3,) + (11, 10)\n")
    model = USES.replace("from blocks import block", "from . import (\n    blocks,\n    shapes,\n)\n")
    Path("net/model.py").write_text(model.replace("(3, 11, 10)", "shapes.SHAPE").replace("block(i)", "blocks.block(i)"))
    refused("would yield")


def test_a_model_inside_a_model_takes_the_outer_one_along():
    outer = MODEL + "\nouter = Sequential([model, Reshape((7, 1), input_shape=(7,)), Flatten()])\n"
    assert moved(model=outer) == ["model.py"]
    inner = BEGIN + f"inner = Sequential([{CONV[:-1]}, input_shape=(3, 11, 10))])\n"
    refused("outer: ", model=inner + "outer = Sequential([inner, Reshape((72, -1)), Dense(7)])\n")


def test_two_models_of_one_name_are_both_held_against_what_they_were():
    named = MODEL.partition("\n\n")[2].replace("8, (3, 3)", "8, (3, 3), name='a'").replace("axis=1", "axis=1, name='b'")
    named = named.replace("Flatten(", "Flatten(name='c'").replace("(7", "(7, name='d'")
    first = named.replace("(3, 11, 10)", "SHAPE")
    refused("model.py: model: layer", model=BEGIN + "SHAPE = (3,) + (11, 10)\n" + first + named)


def test_softmax_over_channels_is_no_softmax_over_columns():
    head = MODEL.replace("model.add(Flatten())\nmodel.add(Dense(7))\n", "model.add(Activation('softmax'))\n")
    refused("would not be what the conversion makes of it", model=head)


# Code that does what is not followed.


@pytest.mark.parametrize(
    ("code", "because"),
    [
        ("import keras.layers as L\nL.Conv2D = L.SeparableConv2D\n", "'Conv2D' is set on something"),
        ("setattr(Conv2D, input(), 3)\n", "an attribute is set whose name is not known"),
        ("from keras import backend as K\nK.image_data_format = lambda: 'channels_first'\n", "'image_data_format'"),
        ("exec('Conv2D = None')\n", "exec() reaches names"),
        ("try:\n    model.pop()\nexcept ValueError:\n    pass\n", "under try"),
        ("from elsewhere import wrap\nmodel = wrap(model)\n", "elsewhere.wrap does to the model"),
    ],
)  # fmt: skip
def test_code_that_is_not_followed_is_not_moved(code: str, because: str):
    where = code + MODEL.partition("\n\n")[2] if "model" not in code else MODEL.partition("\n\n")[2] + code
    refused(because, model=BEGIN + where)


def test_doubts_about_one_function_are_not_doubts_about_another():
    other = "def report(rows):\n    exec('x = 1')\n    return rows\n\n\n"
    build = "def build():\n    " + MODEL.partition("\n\n")[2].rstrip().replace("\n", "\n    ") + "\n    return model\n"
    assert moved(model=BEGIN + other + build) == ["model.py"]
    refused("exec() reaches names", model=BEGIN + other + build.replace("():\n", "():\n    report([])\n"))


# Weights that are loaded into what moves.


def test_weights_that_lie_elsewhere_may_have_the_old_layout():
    refused("loads '/data/best.h5', which is not among", model=MODEL + "model.load_weights('/data/best.h5')\n")


def test_weights_whose_name_is_not_known_may_have_the_old_layout():
    refused("which is not among the files that are read", model=MODEL + "model.load_weights(input())\n")


def test_weights_of_a_name_that_lies_in_another_folder_are_other_weights():
    Path("old").mkdir()
    shutil.copy(WEIGHTS, "old/best.h5")
    report = fixed(model=MODEL + "model.load_weights('best.h5')\n")
    assert report.fixed == ()


def test_arrays_that_are_set_by_hand_may_have_the_old_layout():
    refused("sets weights that are not known", model=MODEL + "model.set_weights(np.load('w.npy'))\n")


@pytest.mark.parametrize(
    "sets",
    [
        "from keras import backend as K\nK.set_value(model.layers[-1].kernel, np.load('w.npy'))\n",
        "from keras import backend as K\nK.batch_set_value([(model.layers[-1].kernel, np.load('w.npy'))])\n",
        "model.layers[-1].kernel.assign(np.load('w.npy'))\n",
        "import tensorflow as tf\ntf.train.Saver().restore(None, 'x.ckpt')\n",
        "from keras.engine import topology\ntopology.load_weights_from_hdf5_group(open('x'), model.layers)\n",
        "model.add(Dense(2, weights=[np.load('w.npy'), np.zeros(2)]))\n",
        "from keras.initializers import Constant\nmodel.add(Dense(2, kernel_initializer=Constant(np.load('w.npy'))))\n",
    ],
)
def test_arrays_from_elsewhere_may_have_the_old_layout(sets: str):
    refused("not known to have the new layout", model=MODEL + sets)


def test_a_rate_of_learning_is_no_weight():
    sets = "from keras import backend as K\nmodel.compile('sgd', 'mse')\nK.set_value(model.optimizer.lr, 0.1)\n"
    assert moved(model=MODEL + sets) == ["model.py"]


def test_a_table_of_words_has_no_layout():
    words = "from keras.layers import Embedding\nwords = Sequential([Embedding(5, 3, weights=[np.load('w.npy')])])\n"
    assert moved(model=MODEL + words) == ["model.py"]


def notebook(*cells: str) -> None:
    code = [{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": 1, "source": one} for one in cells]
    Path("n.ipynb").write_text(json.dumps({"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}))


def test_a_notebook_that_runs_other_files_is_not_followed():
    notebook("%matplotlib inline\n", MODEL)
    assert moved() == ["n.ipynb"]
    notebook("%run other.py\n", MODEL)
    refused("(%run)")


def test_a_file_that_a_notebook_writes_stays_as_it_writes_it():
    notebook(f"%%writefile model.py\n{MODEL}")
    refused("n.ipynb: a cell writes model.py as it was before", model=MODEL)


def test_arrays_of_another_model_of_the_code_move_with_it():
    twice = MODEL + "second = Sequential.from_config(model.get_config())\nmodel.set_weights(model.get_weights())\n"
    assert moved(model=twice.replace("second = Sequential.from_config(model.get_config())\n", "")) == ["model.py"]


def test_a_twin_that_its_certificate_does_not_make_right_is_not_loaded():
    """Weights of the right shapes whose kernels nobody turned, and a certificate that somebody wrote for them."""
    code = ZOO_MODEL + "model.load_weights('weights.h5')\n"
    shutil.copy(WEIGHTS, "weights.h5")
    Path("model.py").write_text(code)
    fix_paths((".",), Settings(), Fixing(accept="likely"), lambda *_: None)
    with h5py.File("weights.tf.h5", "r+") as file:
        layers = [file[name] for name in file if name.startswith("convolution")]
        kernel = next(array for layer in layers for array in layer.values() if array.ndim == 4)
        kernel[...] = kernel[()][::-1, ::-1]
    certificate = json.loads(Path("weights.tf.h5.proof.json").read_text())
    certificate["sha256"]["target"] = hashlib.sha256(Path("weights.tf.h5").read_bytes()).hexdigest()
    Path("weights.tf.h5.proof.json").write_text(json.dumps(certificate))
    report = fixed(model=code)
    assert report.fixed == ()
    assert "does not fit the model" in report.refused[-1].because


# What would stay behind.


def test_a_finding_that_is_not_told_keeps_the_model_where_it_is():
    own = Settings(select=("DIM202", "DIM203", "DIM204"))
    refused("images.py:6 would have to move, too", settings=own,
            model=MODEL, images=IMAGES, train="import images\nimport model\n")  # fmt: skip


def test_a_file_that_is_not_named_keeps_the_model_where_it_is():
    refused("images.py:6 would have to move, too", "model.py", "train.py",
            model=MODEL, images=IMAGES, train="import images\nimport model\n")  # fmt: skip


def test_a_file_that_is_excluded_is_none_of_the_user_s():
    from dimorder.flow.globs import globs

    Path("vendored").mkdir()
    Path("vendored/images.py").write_text(IMAGES)
    assert moved(settings=Settings(exclude=globs(("vendored/**",), ".")), model=MODEL) == ["model.py"]


def test_code_that_cannot_be_read_keeps_the_model_where_it_is():
    refused("train.py is not read", model=MODEL, train="import keras\nfrom model import model\nmodel.fit((\n")


def test_images_that_have_to_do_with_no_model_stay():
    refused("no model that is read has to do with it", model=MODEL, images=IMAGES)


def test_images_for_a_model_that_nobody_knows_stay():
    refused("which is not among", images=IMAGES.replace("def", "model = keras.models.load_model('x.h5')\n\n\ndef"))


def test_a_notebook_beside_the_named_code_keeps_it_where_it_is():
    notebook(IMAGES)
    refused("n.ipynb:cell 1, 6 would have to move, too", "model.py", model=MODEL)
