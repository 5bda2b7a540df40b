"""Arrays and layers that do not belong together are told apart, never paired silently."""

from __future__ import annotations

import io
import json
from typing import Any

import h5py
import numpy as np
import pytest

from dimorder.errors import WeightsDoNotFit
from dimorder.formats.architectures import with_architecture
from dimorder.formats.reader import read_hdf5
from dimorder.model import Model

CONV = {"filters": 3, "kernel_size": [2, 2], "padding": "valid", "data_format": "channels_first", "use_bias": False}


def conv(name: str) -> dict[str, Any]:
    return {"class_name": "Conv2D", "config": {"name": name, **CONV}}


def sequential(*names: str) -> dict[str, Any]:
    layers = [conv(name) for name in names]
    layers[0]["config"]["batch_input_shape"] = [None, 3, 7, 5]
    return {"class_name": "Sequential", "config": layers, "keras_version": "2.2.4", "backend": "theano"}


def weights(*groups: tuple[str, list[str]]) -> Model:
    """A Keras 2 file with a kernel (2, 2, 3, 3) for each array named."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file.attrs["keras_version"], file.attrs["backend"] = b"2.2.4", b"theano"
        file.attrs["layer_names"] = np.array([name.encode() for name, _ in groups])
        for name, arrays in groups:
            inside = file.create_group(name)
            inside.attrs["weight_names"] = np.array([array.encode() for array in arrays])
            for array in arrays:
                inside[array] = np.ones((2, 2, 3, 3), np.float32)
    return read_hdf5(buffer, "w.h5")[0]


def single(*names: str) -> Model:
    return weights(*((name, [f"{name}/kernel"]) for name in names))


def test_layers_in_the_same_order_are_bound() -> None:
    model = with_architecture(single("a", "b"), sequential("a", "b"))
    assert model.graph is not None
    assert [node.tensors[0].name for node in model.graph.nodes if node.tensors] == ["a/kernel", "b/kernel"]


def test_arrays_that_no_layer_owns_are_refused() -> None:
    with pytest.raises(WeightsDoNotFit, match="'c', which the architecture does not have"):
        with_architecture(single("a", "b", "c"), sequential("a", "b"))


def test_names_that_cross_the_order_in_which_keras_loads_are_refused() -> None:
    with pytest.raises(WeightsDoNotFit, match="another order"):
        with_architecture(single("b", "a"), sequential("a", "b"))


def test_names_of_another_session_are_bound_by_order() -> None:
    model = with_architecture(single("x_3", "x_4"), sequential("a", "b"))
    assert model.graph is not None
    assert [node.tensors[0].name for node in model.graph.nodes if node.tensors] == ["x_3/kernel", "x_4/kernel"]


def nested(*names: str) -> dict[str, Any]:
    inner = {"class_name": "Sequential", "config": {"name": "inner", "layers": sequential(*names)["config"]}}
    return {"class_name": "Sequential", "config": [inner], "keras_version": "2.2.4", "backend": "theano"}


def test_a_nested_group_in_the_order_of_its_layers_is_bound() -> None:
    model = with_architecture(weights(("inner", ["a/kernel", "b/kernel"])), nested("a", "b"))
    assert model.graph is not None
    assert [node.tensors[0].name for node in model.graph.nodes if node.tensors] == ["a/kernel", "b/kernel"]


def test_a_frozen_inner_model_that_changed_the_order_is_refused() -> None:
    with pytest.raises(WeightsDoNotFit, match="another order than its layers state"):
        with_architecture(weights(("inner", ["b/kernel", "a/kernel"])), nested("a", "b"))


def test_an_array_in_the_place_of_another_role_is_refused() -> None:
    document = json.loads(json.dumps(sequential("a")))
    document["config"][0]["config"]["use_bias"] = True
    with pytest.raises(WeightsDoNotFit, match="stands where its kernel belongs"):
        with_architecture(weights(("a", ["a/bias", "a/kernel"])), document)
