"""border_mode 'full' becomes padding in front, wherever the layer stands; what says no 'full' is left alone."""

from __future__ import annotations

from typing import Any

import pytest

from dimorder.formats.borders import has_explained_borders, with_explicit_borders

CONV: dict[str, Any] = {"name": "c", "nb_filter": 4, "nb_row": 3, "nb_col": 2, "border_mode": "full",
                        "dim_ordering": "th"}  # fmt: skip


def layer(class_name: str, **config: Any) -> dict[str, Any]:
    return {"class_name": class_name, "config": config}


def sequential(*layers: dict[str, Any]) -> dict[str, Any]:
    return {"class_name": "Sequential", "config": list(layers)}


def test_what_says_no_full_is_left_alone() -> None:
    document = sequential(layer("Convolution2D", **{**CONV, "border_mode": "same"}), layer("Dense", name="full"))
    assert with_explicit_borders(document) is document or with_explicit_borders(document) == document
    assert not has_explained_borders(document)


def test_the_document_given_is_not_changed() -> None:
    document = sequential(layer("Convolution2D", **CONV))
    with_explicit_borders(document)
    assert document == sequential(layer("Convolution2D", **CONV))


def test_the_padding_takes_over_the_input() -> None:
    document = with_explicit_borders(sequential(layer("Convolution2D", **CONV, batch_input_shape=[None, 3, 6, 7])))
    padding, conv = document["config"]
    assert padding["class_name"] == "ZeroPadding2D"
    assert padding["config"]["padding"] == [2, 1]
    assert padding["config"]["batch_input_shape"] == [None, 3, 6, 7]
    assert padding["config"]["dim_ordering"] == "th"
    assert conv["config"]["border_mode"] == "valid"
    assert "batch_input_shape" not in conv["config"]
    assert has_explained_borders(document)


@pytest.mark.parametrize(("class_name", "config", "amounts"), [
    ("Convolution1D", {"filter_length": 5}, 4),
    ("AtrousConvolution2D", {"nb_row": 3, "nb_col": 2, "atrous_rate": [2, 3]}, [4, 3]),
    ("Convolution3D", {"kernel_dim1": 2, "kernel_dim2": 3, "kernel_dim3": 5}, [1, 2, 4]),
])  # fmt: skip
def test_the_amounts_are_one_less_than_the_dilated_kernel(
    class_name: str, config: dict[str, Any], amounts: object
) -> None:
    document = with_explicit_borders(sequential(layer(class_name, name="c", border_mode="full", **config)))
    assert document["config"][0]["config"]["padding"] == amounts


def test_keras_2_says_padding() -> None:
    conv = layer("Conv2D", name="c", kernel_size=[3, 2], padding="full", data_format="channels_first")
    document = {"class_name": "Sequential", "config": {"name": "s", "layers": [conv]}}
    padding, changed = with_explicit_borders(document)["config"]["layers"]
    assert (padding["config"]["padding"], changed["config"]["padding"]) == ([2, 1], "valid")


def test_every_call_of_a_shared_layer_reads_its_own_padding() -> None:
    conv = {**layer("Convolution2D", **CONV), "name": "c", "inbound_nodes": [[["a", 0, 0]], [["b", 0, 0]]]}
    document = {"class_name": "Model", "config": {"layers": [conv], "input_layers": [], "output_layers": []}}
    padding, changed = with_explicit_borders(document)["config"]["layers"]
    assert padding["inbound_nodes"] == [[["a", 0, 0]], [["b", 0, 0]]]
    assert changed["inbound_nodes"] == [[[padding["name"], 0, 0]], [[padding["name"], 1, 0]]]


def test_nested_models_are_searched() -> None:
    inner = {**sequential(layer("Convolution2D", **CONV)), "name": "inner"}
    (found,) = with_explicit_borders(sequential(inner))["config"]
    assert [one["class_name"] for one in found["config"]] == ["ZeroPadding2D", "Convolution2D"]
