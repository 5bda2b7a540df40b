"""Real Keras 3 opens what we write (in safe mode) and computes it; we read what it writes."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

from dimorder import semantics as ops
from dimorder.engine.run import run
from dimorder.errors import WeightsDoNotFit
from dimorder.formats.keras3 import planned_layers, read, write
from dimorder.steps import Array
from formats.test_keras3_cases import CASES, Case, batches, compute, single

pytestmark = pytest.mark.keras

LOAD = """
import sys, pathlib
import numpy as np
import keras
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.keras")):
    model = keras.models.load_model(path)
    inputs = np.load(path.with_suffix(".in.npz"))
    given = [inputs[f"arr_{n}"] for n in range(len(inputs.files))]
    found = model.predict(given if len(given) > 1 else given[0], verbose=0)
    found = found if isinstance(found, list) else [found]
    np.savez(path.with_suffix(".out.npz"), *found)
"""

SAVE = """
import sys, pathlib
import numpy as np
import keras
from keras import layers as L
keras.utils.set_random_seed(3)
folder = pathlib.Path(sys.argv[1])

def save(name, model, *shapes):
    rng = np.random.default_rng(5)
    for weight in model.weights:
        noise = rng.normal(size=weight.shape)
        weight.assign(abs(noise) + 0.5 if "variance" in weight.path else noise)
    given = [rng.normal(size=(2, *shape)).astype("float32") for shape in shapes]
    found = model.predict(given if len(given) > 1 else given[0], verbose=0)
    model.save(folder / f"{name}.keras")
    np.savez(folder / f"{name}.in.npz", *given)
    np.savez(folder / f"{name}.out.npz", *(found if isinstance(found, list) else [found]))

save("sequential", keras.Sequential([
    keras.Input((7, 10, 3)), L.Conv2D(4, (3, 2), padding="same", activation="relu"),
    L.MaxPooling2D((2, 3)), L.BatchNormalization(), L.Dropout(0.5), L.Flatten(),
    L.Dense(5, activation="softmax")]), (7, 10, 3))

bare = keras.Sequential(
    [L.Conv1D(4, 3, activation="hard_sigmoid"), L.GlobalMaxPooling1D(), L.Dense(2)])
bare.build((None, 11, 3))
save("built", bare, (11, 3))

first = {"data_format": "channels_first"}
x = keras.Input((3, 7, 10))
y = L.Conv2D(4, (3, 2), strides=2, padding="same", activation="elu", **first)(x)
y = L.BatchNormalization(axis=1)(L.ZeroPadding2D(((1, 0), (2, 1)), **first)(y))
y = L.PReLU(shared_axes=[2, 3])(L.AveragePooling2D(2, **first)(y))
y = L.Flatten(**first)(L.SpatialDropout2D(0.1, **first)(y))
save("channels-first", keras.Model(x, L.Dense(3, activation="leaky_relu")(y)), (3, 7, 10))

inner_in = keras.Input((5,))
inner_out = L.Dense(4, activation="tanh", name="d")(L.Dense(3, name="e")(inner_in))
inner = keras.Model(inner_in, inner_out, name="inner")
steps = [L.Dense(4, activation="relu", name="d"), L.Dense(4, name="e")]
chain = keras.Sequential(steps, name="chain")
a, b = keras.Input((5,), name="a"), keras.Input((6,), name="b")
first = inner(a)
second = inner(L.Dense(5, name="pre")(b))
third = chain(a)
out = L.Concatenate()([first, second, third, L.ReLU(max_value=1.0)(third)])
save("nested", keras.Model([b, a], [L.LeakyReLU(0.2)(out), second]), (6,), (5,))

x = keras.Input((4, 6))
save("opaque", keras.Model(x, L.Dense(2)(L.RNN(L.LSTMCell(3))(x))), (4, 6))

x = keras.Input((4, 6))
y = L.LSTM(3, dropout=0.2, recurrent_dropout=0.1, return_sequences=True)(L.GaussianNoise(0.1)(x))
y = L.Bidirectional(L.GRU(2, dropout=0.3, return_sequences=True))(L.SpatialDropout1D(0.2)(y))
save("random", keras.Model(x, L.TimeDistributed(L.Dropout(0.5))(L.AlphaDropout(0.1)(y))), (4, 6))

x = keras.Input((4, 6), name="x")
model = keras.Model(x, L.Dense(2, name="d")(x))
model.compile("adam", "mse"); model.fit(np.ones((2, 4, 6)), np.ones((2, 4, 2)), verbose=0)
save("trained", model, (4, 6))
"""


def keras_python() -> str:
    """An interpreter that has Keras 3."""
    stated = os.environ.get("DIMORDER_KERAS_PYTHON")
    if not stated and not (importlib.util.find_spec("keras") and importlib.util.find_spec("jax")):
        pytest.skip("real Keras 3 is not here: install [keras] or set DIMORDER_KERAS_PYTHON")
    return stated or sys.executable


def run_keras(script: str, folder: Path) -> str:
    (folder / "home").mkdir(exist_ok=True)
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(folder / "home"),
        "KERAS_BACKEND": "jax",
        "JAX_PLATFORMS": "cpu",
    }
    done = subprocess.run(
        [keras_python(), "-c", script, str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-3000:] + done.stdout[-1000:]
    return done.stdout


def saved(case: Case) -> bytes:
    file = io.BytesIO()
    write(planned_layers(case.graph, case.net.configs), case.read, file, name="m", attributes={"dimorder": b"{}"})
    return file.getvalue()


def load_arrays(path: Path) -> list[Array]:
    with np.load(path) as found:
        return [found[f"arr_{number}"] for number in range(len(found.files))]


def test_keras_computes_what_was_written(tmp_path: Path) -> None:
    """Every case in one go: it is Keras's start that takes time."""
    for name, case in CASES.items():
        (tmp_path / f"{name}.keras").write_bytes(saved(case))
        np.savez(tmp_path / f"{name}.in.npz", *batches(case).values())
    run_keras(LOAD, tmp_path)
    found = {name: load_arrays(tmp_path / f"{name}.out.npz") for name in CASES}
    assert [name for name, case in CASES.items() if differs(case, found[name])] == []


def differs(case: Case, found: list[Array]) -> bool:
    """Keras's outputs are not those of plain numpy."""
    expected = compute(case.graph, case.read, batches(case))
    pairs = list(zip(found, expected, strict=True))
    return any(ours.shape != right.shape or not np.allclose(ours, right, rtol=2e-5, atol=2e-5) for ours, right in pairs)


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models that Keras built, saved and predicted."""
    folder = tmp_path_factory.mktemp("theirs")
    run_keras(SAVE, folder)
    return folder


@pytest.mark.parametrize("name", ["sequential", "built", "channels-first", "nested", "trained"])
def test_what_keras_saved_is_read_as_it_computes(name: str, theirs: Path) -> None:
    with (theirs / f"{name}.keras").open("rb") as file:
        model, stored = read(file, name)
        assert model.graph is not None
        given = dict(zip(model.graph.inputs, load_arrays(theirs / f"{name}.in.npz"), strict=True))
        found = compute(model.graph, stored.read_array, given)
    for ours, right in zip(found, load_arrays(theirs / f"{name}.out.npz"), strict=True):
        np.testing.assert_allclose(ours, right, rtol=2e-5, atol=2e-5)


LOADS = """
import sys, keras
try:
    keras.models.load_model(sys.argv[1] + "/random.keras")
except ValueError as problem:
    print("refused:", problem)
"""


def test_the_state_of_random_numbers_is_no_array(theirs: Path) -> None:
    with (theirs / "random.keras").open("rb") as file:
        model, stored = read(file, "random")
        assert model.graph is not None
        (given,), (right,) = (load_arrays(theirs / f"random.{end}.npz") for end in ("in", "out"))
        values = run(model.graph, {model.graph.inputs[0]: given}, stored.read_array)
    np.testing.assert_allclose(values[model.graph.outputs[0]], right, rtol=2e-5, atol=2e-5)


def test_an_array_that_keras_would_not_load_is_refused_here_too(theirs: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(theirs / "random.keras") as old, zipfile.ZipFile(tmp_path / "random.keras", "w") as new:
        for name in old.namelist():
            content = io.BytesIO(old.read(name))
            if name == "model.weights.h5":
                with h5py.File(content, "r+") as root:
                    root["layers/alpha_dropout/vars/0"] = np.ones(3, "f4")
            new.writestr(name, content.getvalue())
    assert "refused:" in run_keras(LOADS, tmp_path)
    with (tmp_path / "random.keras").open("rb") as file, pytest.raises(WeightsDoNotFit, match="owns no arrays"):
        read(file, "random")


def test_a_layer_that_is_not_known_keeps_its_arrays(theirs: Path) -> None:
    with (theirs / "opaque.keras").open("rb") as file:
        model, _ = read(file, "opaque")
    assert model.graph is not None
    (node,) = [node for node in model.graph.nodes if isinstance(node.op, ops.Opaque)]
    assert node.op == ops.Opaque("RNN", "a class that is not known here")
    assert node.shape == (3,)
    assert sorted(tensor.shape for tensor in node.tensors) == [(3, 12), (6, 12), (12,)]


def test_optimizer_state_is_listed(theirs: Path) -> None:
    with (theirs / "trained.keras").open("rb") as file:
        model, _ = read(file, "trained")
    assert len(model.slots) == 6
    assert not model.slots_known


@pytest.mark.parametrize("dtype", ["float64", "float16", ">f4"])
def test_keras_loads_other_floats(dtype: str, tmp_path: Path) -> None:
    case = single(ops.Dense(5, True), (3, 4))
    case.net.arrays.update({name: array.astype(dtype) for name, array in case.net.arrays.items()})
    (tmp_path / "other.keras").write_bytes(saved(case))
    np.savez(tmp_path / "other.in.npz", *batches(case).values())
    run_keras(LOAD, tmp_path)
    (found,) = load_arrays(tmp_path / "other.out.npz")
    (expected,) = compute(case.graph, case.read, batches(case))
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


def test_layers_keep_their_order_names_and_settings(tmp_path: Path) -> None:
    regularizer = {"class_name": "L2", "config": {"l2": 0.01}, "module": "keras.regularizers"}
    settings = {"kernel_regularizer": regularizer, "trainable": False, "units": 99}
    case = single(ops.Dense(5, True), (4,), config=settings)
    (tmp_path / "one.keras").write_bytes(saved(case))
    script = (
        "import keras, json, sys, pathlib\n"
        "layer = keras.models.load_model(pathlib.Path(sys.argv[1]) / 'one.keras').layers[1]\n"
        "l2 = float(layer.kernel_regularizer.l2)\n"
        "print(json.dumps([layer.name, layer.units, layer.trainable, l2]))\n"
    )
    assert json.loads(run_keras(script, tmp_path)) == ["tested", 5, False, pytest.approx(0.01)]
