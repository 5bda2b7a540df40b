"""ConvLSTM2D and locally connected layers: read as Keras 1 and 2 wrote them, written for Keras 3 and read from it."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dimorder import semantics as ops
from dimorder.engine.run import run
from dimorder.formats.keras3 import planned_layers, read, write
from dimorder.formats.layers.table import read_layer
from dimorder.formats.layers.written import Written
from dimorder.graph import Graph
from dimorder.semantics import Activate, Opaque
from dimorder.steps import Array
from formats.test_keras3_cases import Case, Net, single
from formats.test_keras3_real import LOAD, load_arrays, run_keras

FILM, MAP, LINE = (4, 7, 6, 2), (7, 6, 2), (9, 2)
LSTM = ops.ConvRecurrent(
    filters=3, kernel_size=(3, 2), strides=(1, 1), dilation=(1, 1), padding="valid", recurrent_padding="tf-same",
    channels="last", use_bias=True, activation=Activate("tanh"), gate=Activate("hard_sigmoid", slope=1 / 6),
    axes="HWIO", orientation="correlation",
)  # fmt: skip


def built(rank: int, shape: tuple[int, ...]) -> Case:
    """What a locally connected layer becomes."""
    net = Net()
    windows = net.add(ops.Patches(rank, (2, 3)[:rank], (2, 1)[:rank]), net.input(*shape), name="windows")
    positions, _ = net.shape(windows)
    net.add(ops.Einsum("bpi,pio->bpo", (positions, 5), "po"), windows, name="product")
    return Case(net, net.graph())


CASES = {
    "windows of a map": built(2, MAP),
    "windows of a line": built(1, LINE),
    "product": single(ops.Einsum("bpi,pio->bpo", (6, 5)), (6, 4)),
    "product with bias": single(ops.Einsum("nac,cd->nad", (6, 5), "d"), (6, 4)),
    "last": single(LSTM, FILM),
    "first": single(replace(LSTM, channels="first"), (4, 2, 7, 6)),
    "sequence": single(replace(LSTM, sequences=True, backwards=True, padding="tf-same"), FILM),
    "strides": single(replace(LSTM, strides=(2, 3), use_bias=False, activation=Activate("relu")), FILM),
    "dilation": single(replace(LSTM, dilation=(2, 1), padding="tf-same", gate=Activate("sigmoid")), FILM),
}


def saved(case: Case) -> bytes:
    file = io.BytesIO()
    write(planned_layers(case.graph, case.net.configs), case.read, file, name="m", attributes={"dimorder": b"{}"})
    return file.getvalue()


def batch_for(case: Case) -> dict[str, Array]:
    shape = tuple(size or 1 for size in case.net.shape("in" if "in" in case.graph.by_name() else "in0"))
    return {case.graph.inputs[0]: np.random.default_rng(4).standard_normal((2, *shape)).astype("float32")}


def value_of(graph: Graph, reader: Any, feeds: dict[str, Array]) -> Array:
    return run(graph, feeds, reader)[graph.outputs[0]]


@pytest.mark.parametrize("name", CASES)
def test_what_is_written_is_read_back_as_it_computes(name: str) -> None:
    case = CASES[name]
    model, stored = read(io.BytesIO(saved(case)), "m.keras")
    assert model.graph is not None
    feeds = batch_for(case)
    theirs = dict(zip(model.graph.inputs, feeds.values(), strict=True))
    found = value_of(model.graph, stored.read_array, theirs)
    np.testing.assert_allclose(found, value_of(case.graph, case.read, feeds), rtol=1e-6, atol=1e-6)


@pytest.mark.keras
def test_keras_computes_what_was_written(tmp_path: Path) -> None:
    for name, case in CASES.items():
        (tmp_path / f"{name}.keras").write_bytes(saved(case))
        np.savez(tmp_path / f"{name}.in.npz", *batch_for(case).values())
    run_keras(LOAD, tmp_path)
    for name, case in CASES.items():
        (found,) = load_arrays(tmp_path / f"{name}.out.npz")
        expected = value_of(case.graph, case.read, batch_for(case))
        np.testing.assert_allclose(found, expected, rtol=2e-5, atol=2e-5, err_msg=name)


SAVE = """
import sys, pathlib
import numpy as np
import keras
from keras import layers as L
keras.utils.set_random_seed(3)
film = keras.Sequential([keras.Input((4, 7, 6, 2)),
    L.ConvLSTM2D(3, (2, 3), padding="same", dropout=0.2, return_sequences=True, recurrent_activation="hard_sigmoid"),
    L.ConvLSTM2D(2, (3, 2), strides=(2, 1), use_bias=False, go_backwards=True), L.Flatten(), L.Dense(3)])
line = keras.Sequential([keras.Input((6, 4)), L.EinsumDense("abc,bcd->abd", (6, 3), bias_axes="bd"),
    L.EinsumDense("abc,cd->abd", (None, 5), bias_axes="d", activation="relu"),
    L.EinsumDense("...c,cd->...d", 2, bias_axes="d")])
for name, model in (("film", film), ("line", line)):
    for weight in model.weights:
        if "seed" not in weight.path:
            weight.assign(np.random.default_rng(1).normal(size=weight.shape))
    given = np.random.default_rng(2).normal(size=(2, *model.input_shape[1:])).astype("float32")
    model.save(pathlib.Path(sys.argv[1]) / f"{name}.keras")
    np.savez(pathlib.Path(sys.argv[1]) / f"{name}.npz", given, model.predict(given, verbose=0))
"""


@pytest.mark.keras
def test_what_keras_saved_is_read_as_it_computes(tmp_path: Path) -> None:
    run_keras(SAVE, tmp_path)
    with (tmp_path / "film.keras").open("rb") as file:
        model, stored = read(file, "film")
        assert model.graph is not None
        given, right = load_arrays(tmp_path / "film.npz")
        found = value_of(model.graph, stored.read_array, {model.graph.inputs[0]: given})
    np.testing.assert_allclose(found, right, rtol=2e-5, atol=2e-5)
    with (tmp_path / "line.keras").open("rb") as file:
        graph = read(file, "line")[0].graph
    assert graph is not None
    kinds = [type(node.op) for node in graph.nodes[1:]]
    assert kinds == [ops.Einsum, ops.Einsum, Activate, Opaque]


def layer(class_name: str, *shapes: tuple[int, ...], version: tuple[int, ...] = (2, 0, 8), **config: Any) -> ops.Op:
    era: Any = "keras1" if version < (2,) else "keras2"
    return read_layer(Written("x", class_name, config, era, version, shapes, "first"))[0]


LOCALLY2: dict[str, Any] = {
    "filters": 3, "kernel_size": [2, 3], "strides": [2, 1], "padding": "valid", "use_bias": False,
}  # fmt: skip
LSTM1 = {"nb_filter": 3, "nb_row": 2, "nb_col": 3, "border_mode": "same", "dim_ordering": "th",
         "activation": "tanh", "inner_activation": "hard_sigmoid"}  # fmt: skip
LSTM2 = {"filters": 3, "kernel_size": 3, "recurrent_activation": "sigmoid", "data_format": "channels_last"}


def test_keras_1_and_2_state_the_same_locally_connected_layer() -> None:
    old: dict[str, Any] = {"nb_filter": 3, "nb_row": 2, "nb_col": 3, "subsample": [2, 1]}
    old |= {"dim_ordering": "th", "bias": False}
    expected = ops.LocallyConnected(2, 3, (2, 3), (2, 1), "first", use_bias=False)
    assert layer("LocallyConnected2D", (2, 7, 6), version=(1, 2, 2), **old) == expected
    assert layer("LocallyConnected2D", (2, 7, 6), data_format="channels_first", **LOCALLY2) == expected


@pytest.mark.parametrize("form", [2, 3])
def test_a_kernel_kept_in_another_form_is_not_read(form: int) -> None:
    found = layer("LocallyConnected2D", (2, 7, 6), implementation=form, **LOCALLY2)
    assert isinstance(found, Opaque)
    assert "another form" in found.because


def test_a_conv_lstm_of_keras_1_keeps_its_kernels_like_its_maps() -> None:
    found = layer("ConvLSTM2D", (4, 2, 7, 6), version=(1, 2, 2), **LSTM1)
    assert isinstance(found, ops.ConvRecurrent)
    assert (found.axes, found.strides, found.padding, found.recurrent_padding) == ("OIHW", (1, 1), "same", "same")


@pytest.mark.parametrize(
    ("changed", "because"),
    [
        ({"return_state": True}, "yields its state"), ({"padding": "full"}, "border mode"),
        ({"activation": "softmax"}, "softmax"), ({"activation": "mish"}, "not known"),
    ],
)  # fmt: skip
def test_a_conv_lstm_that_does_more_is_not_read(changed: dict[str, Any], because: str) -> None:
    found = layer("ConvLSTM2D", FILM, **{**LSTM2, **changed})
    assert isinstance(found, Opaque)
    assert because in found.because


@pytest.mark.parametrize(
    ("version", "kernel", "padding"),
    [((1, 0, 8), 2, "tf-same"), ((1, 1, 0), 4, "tf-same"), ((1, 0, 8), 3, "same"), ((1, 2, 2), 2, "same")],
)
def test_keras_1_0_put_zeros_around_volumes_as_tensorflow_does(
    version: tuple[int, ...], kernel: int, padding: str
) -> None:
    config = {"nb_filter": 2, "kernel_dim1": kernel, "kernel_dim2": 3, "kernel_dim3": 3, "border_mode": "same"}
    found = layer("Convolution3D", (2, 5, 6, 7), version=version, dim_ordering="th", **config)
    assert isinstance(found, ops.Conv)
    assert found.padding == padding


@pytest.mark.parametrize("version", [(), (1, 1, 2)])
def test_what_keras_1_1_put_around_an_even_kernel_depends_on_theano(version: tuple[int, ...]) -> None:
    config = {"nb_filter": 2, "kernel_dim1": 2, "kernel_dim2": 3, "kernel_dim3": 3, "border_mode": "same"}
    config["dim_ordering"] = "th"
    written = Written("x", "Convolution3D", config, "keras1", version, ((2, 5, 6, 7),), "first")
    assert isinstance(read_layer(written)[0], Opaque)


@pytest.mark.parametrize(
    ("version", "theano_same"), [((2, 0, 0), "theano-uncut"), ((2, 1, 5), "theano-uncut"), ((2, 1, 6), "theano-same")]
)
def test_volumes_are_not_cut_until_2_1_5_and_never_count_padding(
    version: tuple[int, ...], theano_same: str
) -> None:
    config = {"pool_size": [2, 3, 4], "strides": [2, 2, 2], "padding": "same", "data_format": "channels_first"}
    found = layer("AveragePooling3D", (2, 5, 6, 7), version=version, **config)
    assert isinstance(found, ops.Pool)
    assert (found.theano_same, found.theano_counts_padding) == (theano_same, False)


def test_arrays_of_a_conv_lstm_lie_in_its_cell() -> None:
    model, _ = read(io.BytesIO(saved(CASES["last"])), "m.keras")
    assert model.graph is not None
    (node,) = [node for node in model.graph.nodes if isinstance(node.op, ops.ConvRecurrent)]
    assert [tensor.address.split("/")[-3:] for tensor in node.tensors] == [["cell", "vars", str(n)] for n in range(3)]
