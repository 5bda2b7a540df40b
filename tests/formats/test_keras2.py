"""What is written into a keras2 h5, what our own reader makes of it, what is refused; real Keras: tests/keras2."""

from __future__ import annotations

import io
import json
from typing import Any

import h5py
import numpy as np
import pytest

from dimorder import semantics as ops
from dimorder.engine.run import run
from dimorder.errors import Refused
from dimorder.formats.hdf5 import Hdf5Store, names
from dimorder.formats.keras2.weights import LARGEST_ATTRIBUTE, set_names
from dimorder.formats.reader import read_hdf5
from dimorder.graph import Graph
from dimorder.infer import settle
from dimorder.layout import Layout
from dimorder.semantics import Activate
from dimorder.steps import Array, Flip, Multiply, Permute
from dimorder.verdict import ABOUT, Verdict
from formats.keras2_cases import MORE, saved
from formats.test_keras3_cases import CASES, Case, Net, batches, compute, conv, single

CERTAIN = Verdict(Layout("tf", "tf"), dict.fromkeys(ABOUT, "certain"))
ONLY_IN_KERAS3 = {
    "scale", "activation-hard_sigmoid-3", "activation-gelu", "dense-hard_sigmoid-3", "dense-gelu",
    "conv-causal-first",
}  # fmt: skip
NOT_READ = {"dot-mixed"}
"""Written rightly, and refused by the reader of Keras 2 files for reasons of its own."""
WRITTEN = {name: case for name, case in (CASES | MORE).items() if name not in ONLY_IN_KERAS3 | NOT_READ}


def opened(content: bytes) -> tuple[Graph, Hdf5Store]:
    model, store = read_hdf5(io.BytesIO(content), "x.h5")
    assert model.graph is not None
    return settle(model.graph, CERTAIN, keras_version="2.3.1"), store


def layers(case: Case, **more: Any) -> dict[str, Any]:
    """The configurations of the written layers, by name."""
    with h5py.File(io.BytesIO(saved(case, **more)[0])) as root:
        document = json.loads(root.attrs["model_config"])
    return {layer["name"]: layer for layer in document["config"]["layers"]}


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_read_back_computes_the_same(name: str) -> None:
    case = WRITTEN[name]
    graph, store = opened(saved(case)[0])
    inputs = batches(case)
    given = dict(zip(graph.inputs, inputs.values(), strict=True))
    values = run(graph, given, store.read, keep=graph.outputs)
    for place, right in enumerate(answers(case, inputs)):
        np.testing.assert_allclose(values[graph.outputs[place]], right, rtol=2e-4, atol=2e-5)


def answers(case: Case, inputs: dict[str, Array]) -> list[Array]:
    """By plain numpy where it knows the operations, else by the engine on the graph as it was."""
    if case in MORE.values():
        values = run(case.graph, inputs, case.read, keep=case.graph.outputs)
        return [values[name] for name in case.graph.outputs]
    return compute(case.graph, case.read, inputs)


@pytest.mark.parametrize("name", sorted(ONLY_IN_KERAS3 & {"scale", "activation-gelu", "activation-hard_sigmoid-3"}))
def test_what_keras_2_has_no_layer_for_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="Keras 2 has no"):
        saved(CASES[name])


@pytest.mark.parametrize("op", [ops.Patches(2, (3, 2), (1, 1)), ops.Highway(Activate("relu"), True)])
def test_classes_of_other_eras_are_refused_by_name(op: ops.Op) -> None:
    shape = (5, 7, 3) if isinstance(op, ops.Patches) else (4,)
    with pytest.raises(Refused, match=type(op).__name__):
        saved(single(op, shape))


def test_a_kernel_of_theano_is_refused() -> None:
    op = ops.Conv(2, 4, (3, 2), (1, 1), (1, 1), "valid", "last", True, "HWIO", "convolution")
    with pytest.raises(Refused, match="convolution"):
        saved(single(op, (7, 10, 3)))


def test_a_name_that_tensorflow_does_not_take_is_refused() -> None:
    net = Net()
    net.add(ops.Dense(5, True), net.input(4), name="my layer")
    with pytest.raises(Refused, match="my layer"):
        saved(Case(net, net.graph()))


def test_the_same_graph_gives_the_same_bytes() -> None:
    assert saved(CASES["shared"])[0] == saved(CASES["shared"])[0]


# How the file is laid out.


def test_arrays_lie_where_keras_2_looks_for_them_in_its_order() -> None:
    with h5py.File(io.BytesIO(saved(WRITTEN["bidirectional"])[0])) as root:
        group = root["model_weights"]
        assert group.attrs["layer_names"].tolist() == [b"in0", b"tested"]
        listed = group["tested"].attrs["weight_names"].tolist()
        assert listed == [
            f"tested/{way}_{part}:0".encode()
            for way in ("forward", "backward") for part in ("kernel", "recurrent_kernel", "bias")
        ]  # fmt: skip
        assert group["tested"][listed[1]].shape == (3, 12)
        for place in (root, group):
            assert place.attrs["keras_version"] == b"2.3.1"
            assert place.attrs["backend"] == b"tensorflow"


def test_a_kernel_is_stored_height_width_inputs_filters() -> None:
    case = single(conv(2, "last", "valid", "OIHW"), (7, 10, 3))
    with h5py.File(io.BytesIO(saved(case)[0])) as root:
        kernel = root["model_weights/tested/tested/kernel:0"][()]
    np.testing.assert_array_equal(kernel, np.einsum("oihw->hwio", case.net.arrays["tested/kernel"]))


def test_long_lists_of_names_are_cut_into_numbered_pieces() -> None:
    many = [f"a_layer_with_a_long_name_{number:05}" for number in range(5000)]
    with h5py.File(io.BytesIO(), "w") as root:
        set_names(root, "layer_names", many)
        assert "layer_names" not in root.attrs
        assert max(root.attrs[key].nbytes for key in root.attrs) <= LARGEST_ATTRIBUTE
        assert names(root, "layer_names") == many


def test_wrapped_layers_state_the_module_that_keras_3_asks_for() -> None:
    inner = layers(WRITTEN["mapped"])["tested"]["config"]["layer"]
    assert (inner["module"], inner["class_name"], inner["registered_name"]) == ("keras.layers", "Dense", None)


def test_recurrent_layers_state_what_later_versions_default_otherwise() -> None:
    found = layers(WRITTEN["gru"])["tested"]["config"]
    assert found["recurrent_activation"] == "hard_sigmoid"
    assert found["reset_after"] is False


@pytest.mark.parametrize(("name", "says"), [("lstm", "hard_sigmoid"), ("locally", "no such layer")])
def test_layers_that_are_not_for_keras_3_are_noted(name: str, says: str) -> None:
    (note,) = saved(WRITTEN[name])[1].notes
    assert "'tested' is not for Keras 3" in note
    assert says in note


def test_other_layers_are_not_noted() -> None:
    assert saved(WRITTEN["separable"])[1].notes == ()


# Settings that training heeds.

MAX_NORM = {"class_name": "MaxNorm", "config": {"max_value": 2, "axis": [1, 2, 3]}}


def configured(op: ops.Op, shape: tuple[int, ...], **config: Any) -> Case:
    return single(op, shape, config=config)


def test_regularizers_and_constraints_of_keras_1_are_translated() -> None:
    case = configured(
        ops.Dense(5, True), (4,), class_name="Dense", output_dim=5,
        W_regularizer={"name": "WeightRegularizer", "l1": 0.0, "l2": 0.25},
        b_constraint={"name": "NonNeg"}, W_constraint={"name": "MaxNorm", "m": 3, "axis": 0},
    )  # fmt: skip
    found = layers(case)["tested"]["config"]
    assert found["kernel_regularizer"] == {"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.25}}
    assert found["bias_constraint"] == {"class_name": "NonNeg", "config": {}}
    assert found["kernel_constraint"] == {"class_name": "MaxNorm", "config": {"max_value": 3, "axis": 0}}
    assert saved(case)[1].training.word == "preserved"


def test_axes_of_a_constraint_move_with_the_kernel() -> None:
    """The norm of each filter, over inputs, height and width, wherever these are stored."""
    case = configured(conv(2, "last", "valid", "OIHW"), (7, 10, 3), class_name="Conv2D", kernel_constraint=MAX_NORM)
    assert layers(case)["tested"]["config"]["kernel_constraint"]["config"]["axis"] == [0, 1, 2]
    case = configured(conv(2, "last", "valid"), (7, 10, 3), class_name="Conv2D", kernel_constraint=MAX_NORM)
    steps = {"tested/kernel": (Permute("OIHW", "HWIO"), Flip("HWIO", "HW"))}
    net = Net(configs=case.net.configs)
    net.arrays["tested/kernel"] = np.zeros((4, 3, 3, 2), "float32")
    net.add(conv(2, "last", "valid"), net.input(7, 10, 3, name="in0"), name="tested")
    found = layers(Case(net, net.graph()), steps=steps)["tested"]["config"]["kernel_constraint"]
    assert found["config"]["axis"] == [0, 1, 2]


def test_an_unknown_constraint_is_left_out_and_training_called_changed() -> None:
    odd = {"class_name": "Homemade", "config": {}}
    case = configured(ops.Dense(5, True), (4,), class_name="Dense", kernel_constraint=odd)
    assert layers(case)["tested"]["config"].get("kernel_constraint") is None
    assert saved(case)[1].training.word == "changed"


def test_a_computed_array_changes_training() -> None:
    steps = {"tested/kernel": (Multiply(1, ((0, 2),), 1.2),)}
    assert saved(single(ops.Dense(5, True), (4,)), steps=steps)[1].training.word == "changed"


def test_keras_1_averaged_its_statistics_otherwise() -> None:
    case = single(ops.BatchNorm(2, 1e-3), (5, 7, 3))
    assert saved(case)[1].training.word == "preserved"
    assert saved(case, era="keras1")[1].training.word == "changed"


def test_settings_of_a_wrapped_layer_come_along() -> None:
    inner = {"class_name": "Dense", "config": {"name": "inside", "kernel_regularizer": {
        "class_name": "L1L2", "config": {"l1": 0.5, "l2": 0.0}}}}  # fmt: skip
    case = configured(ops.Mapped(ops.Dense(5, True)), (7, 4), class_name="TimeDistributed", layer=inner)
    found = layers(case)["tested"]["config"]["layer"]["config"]
    assert found["name"] == "inside"
    assert found["kernel_regularizer"]["config"] == {"l1": 0.5, "l2": 0.0}
    assert saved(case)[1].training.word == "preserved"


def test_a_dropout_stays_what_it_was() -> None:
    found = layers(CASES["identity-dropout"])["tested"]
    assert found["class_name"] == "Dropout"
    assert found["config"]["rate"] == 0.5
