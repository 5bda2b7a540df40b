"""Layers whose orderings differ from each other, and layers that TensorFlow pads otherwise: DIM107 and DIM108."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dimorder.finding import Finding
from dimorder.flow.on_paths import check_paths
from dimorder.flow.settings import Settings
from support.check_files import architecture, model
from support.zoo import by_name

Layer = dict[str, Any]


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def found(path: object, *rules: str) -> list[Finding]:
    report = check_paths([str(path)], Settings(), lambda *_: None)
    return [one for one in report.findings if one.rule in rules]


def written(document: dict[str, Any]) -> Path:
    Path("m.json").write_text(json.dumps(document))
    return Path("m.json")


def keras2(*layers: tuple[str, Layer]) -> dict[str, Any]:
    """A Sequential as Keras 2.1 writes it, by class and settings, of an image of 9 by 7 with channels first."""
    listed: list[dict[str, Any]]
    listed = [{"class_name": kind, "config": {"name": f"{kind}_{n}".lower(), **own}}
              for n, (kind, own) in enumerate(layers)]  # fmt: skip
    listed[0]["config"]["batch_input_shape"] = [None, 3, 9, 7]
    return {"class_name": "Sequential", "keras_version": "2.1.0", "backend": "theano", "config": listed}


def conv(channels: str = "first", **own: Any) -> tuple[str, Layer]:
    settings = {"filters": 4, "kernel_size": [3, 3], "strides": [1, 1], "padding": "valid", "activation": "linear",
                "dilation_rate": [1, 1], "use_bias": True, "data_format": f"channels_{channels}"}  # fmt: skip
    return "Conv2D", {**settings, **own}


def pool(channels: str = "first", **own: Any) -> tuple[str, Layer]:
    settings = {"pool_size": [2, 2], "strides": [2, 2], "padding": "valid", "data_format": f"channels_{channels}"}
    return "MaxPooling2D", {**settings, **own}


def activation() -> tuple[str, Layer]:
    return "Activation", {"activation": "relu"}


# What agrees comes first.


@pytest.mark.parametrize("channels", ["first", "last"])
def test_layers_that_agree_are_fine(channels: str) -> None:
    assert found(written(keras2(conv(channels), activation(), pool(channels))), "DIM107") == []


def test_a_permute_between_them_explains_it() -> None:
    explained = keras2(conv("first"), ("Permute", {"dims": [2, 3, 1]}), pool("last"))
    assert found(written(explained), "DIM107") == []


def test_a_flatten_behind_maps_ends_what_layers_have_to_agree_on() -> None:
    dense = ("Dense", {"units": 2, "activation": "linear", "use_bias": True})
    assert found(written(keras2(conv("first"), ("Flatten", {"data_format": "channels_last"}), dense)), "DIM107") == []


def test_of_a_layer_without_a_setting_nothing_is_told() -> None:
    kind, own = pool()
    del own["data_format"]
    assert found(written(keras2(conv("first"), (kind, own))), "DIM107") == []


# What does not.


def test_a_pooling_over_other_channels_than_the_convolution_in_front_of_it_is_told() -> None:
    (one,) = found(written(keras2(conv("first"), activation(), pool("last"))), "DIM107")
    assert (one.severity, one.code) == ("error", "layout.mixed")
    assert "'maxpooling2d_2' computes with channels last" in one.message
    assert "'conv2d_0' yields with channels first" in one.message


def test_it_is_told_of_keras_1_and_inside_a_model_file(tmp_path: Path) -> None:
    config = architecture("th")
    settings = {"name": "pool", "pool_size": [2, 2], "strides": [2, 2], "border_mode": "valid", "dim_ordering": "tf"}
    config["config"].insert(1, {"class_name": "MaxPooling2D", "config": settings})
    (one,) = found(model(tmp_path / "m.h5", config=config), "DIM107")
    assert "layer 'pool' computes with channels last" in one.message


def test_pairs_are_counted_and_told_once() -> None:
    (one,) = found(written(keras2(conv("first"), pool("last"), conv("first", kernel_size=[1, 1]))), "DIM107")
    assert one.message.endswith("; 1 more pairs like that")


# Padding: what is the same on both backends comes first.


@pytest.mark.parametrize(
    "layer",
    [
        conv(padding="valid", strides=[2, 2]),
        conv(padding="same"),
        conv(padding="same", strides=[2, 2]),  # odd sizes: both put one zero in front
        conv(padding="same", kernel_size=[1, 1], strides=[2, 2]),
        pool(padding="same", pool_size=[3, 3], strides=[1, 1]),
        pool(padding="same", pool_size=[1, 1]),
    ],
)
def test_padding_that_is_the_same_on_both_backends_is_fine(layer: tuple[str, Layer]) -> None:
    assert found(written(keras2(layer)), "DIM108") == []


def test_a_model_of_tensorflow_pads_as_tensorflow() -> None:
    document = {**keras2(conv(padding="same", kernel_size=[2, 2])), "backend": "tensorflow"}
    assert found(written(document), "DIM108") == []


def test_without_an_architecture_nobody_knows_the_padding() -> None:
    assert found(by_name()["k122-theano-th/even_valid"].path("weights.h5"), "DIM108") == []


@pytest.mark.parametrize(
    "layer",
    [
        conv(padding="same", kernel_size=[2, 3]),
        conv(padding="same", kernel_size=[3, 3], strides=[2, 2], dilation_rate=[1, 1], filters=1),
        conv(padding="same", kernel_size=[4, 4], strides=[2, 2]),
        pool(padding="same"),
        pool(padding="same", pool_size=[5, 5], strides=[1, 1]),
    ],
)
def test_padding_that_falls_otherwise_on_tensorflow_is_told(layer: tuple[str, Layer]) -> None:
    document = keras2(layer)
    document["config"][0]["config"]["batch_input_shape"] = [None, 3, 8, 8]
    (one,) = found(written(document), "DIM108")
    assert (one.severity, one.code) == ("warning", "padding.theano")
    assert "dimorder convert rewrites" in one.message


def test_of_an_unknown_size_is_told_what_holds_for_every_size() -> None:
    for kernel, stride, told in ((3, 2, 0), (2, 1, 1), (4, 2, 1)):
        document = keras2(conv(padding="same", kernel_size=[kernel, kernel], strides=[stride, stride]))
        document["config"][0]["config"]["batch_input_shape"] = [None, 3, None, None]
        assert len(found(written(document), "DIM108")) == told
