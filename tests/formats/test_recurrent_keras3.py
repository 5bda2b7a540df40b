"""Real Keras 3 opens the recurrent models that we write, and we read those that it writes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from dimorder.flow.options import Options
from formats.test_keras3_real import LOAD, load_arrays, run_keras
from formats.test_recurrent import NOT_IN_KERAS_3, but, cases, converted, inputs, right, stored
from support.referee import answers_of

pytestmark = pytest.mark.keras

SAVE = """
import sys, pathlib
import numpy as np
import keras
from keras import layers as L
folder = pathlib.Path(sys.argv[1])
rng = np.random.default_rng(5374)

def save(name, *layers, given=None):
    model = keras.Sequential([keras.Input((7, 5)), *layers])
    for weight in model.weights:
        weight.assign(rng.uniform(-1, 1, weight.shape))
    given = rng.normal(size=(4, 7, 5)).astype("float32") if given is None else given
    model.save(folder / f"{name}.keras")
    np.savez(folder / f"{name}.in.npz", given)
    np.savez(folder / f"{name}.out.npz", model.predict(given, verbose=0))

both = L.Bidirectional(L.LSTM(3, return_sequences=True, dropout=0.2, recurrent_dropout=0.1))
back = L.GRU(4, dropout=0.3, go_backwards=True, return_sequences=True)
save("dropped out", both, back, L.SimpleRNN(2, use_bias=False))
hard = L.LSTM(3, recurrent_activation="hard_sigmoid", activation="hard_sigmoid", return_sequences=True)
save("hard", hard, L.GRU(4, reset_after=False))
given = rng.normal(size=(4, 7, 5)).astype("float32")
given[0, 3:], given[1, :2] = 0, 0
save("masked", L.Masking(), L.LSTM(3, return_sequences=True), L.Bidirectional(L.GRU(3)), given=given)
"""


def test_keras_3_predicts_what_old_keras_predicted(tmp_path: Path) -> None:
    """Every case in one go: it is Keras's start that takes time."""
    keys = but(*NOT_IN_KERAS_3)
    for number, key in enumerate(keys):
        report, _ = converted(stored(cases()[key], tmp_path), tmp_path / f"{number}.keras")
        assert report.verdict == "equivalent", key
        np.savez(tmp_path / f"{number}.in.npz", *inputs(cases()[key], last=True))
    run_keras(LOAD, tmp_path)
    for number, key in enumerate(keys):
        (found,) = load_arrays(tmp_path / f"{number}.out.npz")
        right(cases()[key], found)


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models that Keras built, saved and predicted."""
    folder = tmp_path_factory.mktemp("recurrent")
    run_keras(SAVE, folder)
    return folder


@pytest.mark.parametrize("name", ["dropped out", "hard", "masked"])
def test_what_keras_3_saved_is_read_as_it_computes(name: str, theirs: Path) -> None:
    given = load_arrays(theirs / f"{name}.in.npz")
    (found,) = answers_of({"source": str(theirs / f"{name}.keras")}, Options(), given)
    (expected,) = load_arrays(theirs / f"{name}.out.npz")
    np.testing.assert_allclose(found, expected, rtol=2e-6, atol=2e-6)


def test_training_settings_go_along(tmp_path: Path) -> None:
    case = json.loads(json.dumps(cases()["122 LSTM 0"]))
    own = case["document"]["config"][0]["config"]
    own |= {"dropout_W": 0.25, "dropout_U": 0.5, "inner_init": "glorot_normal", "forget_bias_init": "zero"}
    own["U_regularizer"] = {"name": "WeightRegularizer", "l1": 0.0, "l2": 0.01}
    converted(stored(case, tmp_path), tmp_path / "one.keras")
    script = (
        "import keras, json, sys, pathlib\n"
        "layer = keras.models.load_model(pathlib.Path(sys.argv[1]) / 'one.keras').layers[1]\n"
        "l2, start = float(layer.recurrent_regularizer.l2), type(layer.recurrent_initializer).__name__\n"
        "print(json.dumps([layer.dropout, layer.recurrent_dropout, l2, start, layer.unit_forget_bias]))\n"
    )
    assert json.loads(run_keras(script, tmp_path)) == [0.25, 0.5, pytest.approx(0.01), "GlorotNormal", False]
