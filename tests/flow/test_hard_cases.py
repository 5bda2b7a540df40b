"""Cases that a reviewer broke once: each is now converted rightly, or refused with the reason."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from dimorder.errors import Refused, UnreadableFile
from dimorder.flow.on_files import convert_file
from dimorder.flow.options import Dialect, Options
from dimorder.layout import parse_layout
from dimorder.report_data import ConvertReport

FIRST = {"data_format": "channels_first"}


def layer(class_name: str, **config: Any) -> dict[str, Any]:
    return {"class_name": class_name, "config": {"name": class_name.lower(), **config}}


def conv(*kernel: int, **config: Any) -> dict[str, Any]:
    stated = {"filters": 4, "kernel_size": list(kernel), "padding": "valid", **FIRST, **config}
    return layer(f"Conv{len(kernel)}D", **stated)


def document(*layers: dict[str, Any], shape: tuple[int, ...], version: str = "2.2.4") -> dict[str, Any]:
    layers[0]["config"]["batch_input_shape"] = [None, *shape]
    return {"class_name": "Sequential", "config": list(layers), "keras_version": version, "backend": "theano"}


def convert(
    folder: Path,
    model: dict[str, Any],
    arrays: dict[str, list[tuple[int, ...]]],
    target: str,
    dialect: Dialect | None = None,
) -> ConvertReport:
    """A whole model of Keras 2 on Theano with random arrays, converted."""
    source, rng = folder / "model.h5", np.random.default_rng(3)
    with h5py.File(source, "w") as file:
        file.attrs["keras_version"], file.attrs["backend"] = model["keras_version"].encode(), b"theano"
        file.attrs["model_config"] = json.dumps(model).encode()
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = np.array([name.encode() for name in arrays])
        for name, shapes in arrays.items():
            inside = group.create_group(name)
            words = ("kernel", "bias", "second/kernel", "second/bias")
            roles = [f"{name}/{role}" for role, _ in zip(words, shapes, strict=False)]
            inside.attrs["weight_names"] = np.array([role.encode() for role in roles])
            for role, shape in zip(roles, shapes, strict=True):
                inside[role] = rng.normal(size=shape).astype(np.float32)
    paths = {"source": str(source), "target": str(folder / target)}
    options = Options(stated=parse_layout("th/th"), referee="numpy", dialect=dialect)
    return convert_file(paths, options, lambda stage, done, total: None)


def test_a_model_whose_numbers_stay_is_still_written_for_the_new_ordering(tmp_path: Path) -> None:
    model = document(conv(1, 1), layer("Flatten", **FIRST), shape=(3, 5, 2))
    report = convert(tmp_path, model, {"conv2d": [(1, 1, 3, 4), (4,)]}, "out.h5", "same")
    assert (report.verdict, report.plan) == ("equivalent", ())
    with h5py.File(tmp_path / "out.h5") as file:
        assert json.loads(file.attrs["model_config"])["config"][0]["config"]["data_format"] == "channels_last"


@pytest.mark.parametrize(
    ("size", "version", "because"),
    [((1, 3, 3), "2.2.4", "window of 1"), ((2, 1, 2), "2.1.6", "window of 1")],
)
def test_pooling_that_theano_cuts_otherwise_is_refused(
    tmp_path: Path, size: tuple[int, ...], version: str, because: str
) -> None:
    pool = layer("MaxPooling3D", pool_size=list(size), strides=[1, 1, 1], padding="same", **FIRST)
    model = document(conv(3, 3, 3), pool, shape=(2, 6, 7, 8), version=version)
    with pytest.raises(Refused, match=because):
        convert(tmp_path, model, {"conv3d": [(3, 3, 3, 2, 4), (4,)]}, "out.keras")


def test_windows_that_keras_2_0_did_not_cut_are_kept(tmp_path: Path) -> None:
    """Real Keras 2.0.8 on Theano yields one more along each axis than it was asked for."""
    pool = layer("MaxPooling3D", pool_size=[2, 2, 2], strides=[1, 1, 1], padding="same", **FIRST)
    model = document(conv(3, 3, 3), pool, shape=(2, 6, 7, 8), version="2.0.8")
    report = convert(tmp_path, model, {"conv3d": [(3, 3, 3, 2, 4), (4,)]}, "out.keras")
    assert report.verdict == "equivalent"
    assert [port.target_shape for port in report.outputs] == [(5, 6, 7, 4)]


def test_a_masked_embedding_keeps_its_mask(tmp_path: Path) -> None:
    model = document(layer("Embedding", input_dim=9, output_dim=4, mask_zero=True), shape=(7,))
    assert convert(tmp_path, model, {"embedding": [(9, 4)]}, "out.keras").verdict == "equivalent"
    with zipfile.ZipFile(tmp_path / "out.keras") as archive:
        layers = json.loads(archive.read("config.json"))["config"]["layers"]
    assert [one["config"]["mask_zero"] for one in layers if one["class_name"] == "Embedding"] == [True]


def test_a_reordered_vector_that_is_repeated_keeps_its_order_for_a_convolution(tmp_path: Path) -> None:
    sequence = conv(1, data_format="channels_last")
    model = document(
        conv(3, 2), layer("Flatten", data_format="channels_last"), layer("RepeatVector", n=6), sequence, shape=(3, 5, 4)
    )
    arrays = {"conv2d": [(3, 2, 3, 4), (4,)], "conv1d": [(1, 36, 4), (4,)]}
    report = convert(tmp_path, model, arrays, "out.keras")
    assert report.verdict == "equivalent"


CONV = {"conv2d": [(3, 2, 3, 4), (4,)]}


def test_softmax_over_channels_moves_in_its_own_layer(tmp_path: Path) -> None:
    model = document(conv(3, 2), layer("Softmax", axis=1), shape=(3, 5, 4))
    assert convert(tmp_path, model, CONV, "out.h5").verdict == "equivalent"


def test_softmax_inside_an_activation_is_refused_or_becomes_a_layer_of_its_own(tmp_path: Path) -> None:
    """Over the width, the last axis of channels first."""
    model = document(conv(3, 2, activation="softmax"), shape=(3, 5, 4))
    with pytest.raises(Refused, match="last axis only"):
        convert(tmp_path, model, CONV, "same.h5", "same")
    assert convert(tmp_path, model, CONV, "out.h5").verdict == "equivalent"
    with h5py.File(tmp_path / "out.h5") as file:
        (*_, last) = json.loads(file.attrs["model_config"])["config"]["layers"]
    assert (last["class_name"], last["config"]["axis"]) == ("Softmax", 2)


def test_a_nested_layer_called_activation_is_told_to_be_renamed(tmp_path: Path) -> None:
    inner = document(conv(3, 2, name="activation"), shape=(3, 5, 4))["config"]
    nested = {"class_name": "Sequential", "config": {"name": "inner", "layers": inner}}
    model = {**document(conv(1, 1), shape=(3, 5, 4)), "config": [nested]}
    with pytest.raises(UnreadableFile, match="rename"):
        convert(tmp_path, model, {"inner": [(3, 2, 3, 4), (4,)]}, "out.h5")


@pytest.mark.parametrize("dialect", ["same", "keras2", "keras3"])
def test_a_sequential_that_is_called_twice_is_padded_once(tmp_path: Path, dialect: Dialect) -> None:
    inside = document(conv(2, 4, padding="same"), layer("Flatten", **FIRST), layer("Dense", units=5), shape=(3, 6, 7))
    own = {"name": "tower", "layers": inside["config"]}
    tower: dict[str, Any] = {"class_name": "Sequential", "name": "tower", "config": own}
    tower["inbound_nodes"] = [[["left", 0, 0, {}]], [["right", 0, 0, {}]]]
    images = [layer("InputLayer", batch_input_shape=[None, 3, 6, 7]) for _ in range(2)]
    sides = [{**image, "config": {**image["config"], "name": name}, "name": name, "inbound_nodes": []}
             for image, name in zip(images, ("left", "right"), strict=True)]  # fmt: skip
    add = {**layer("Add"), "name": "add", "inbound_nodes": [[["tower", 1, 0, {}], ["tower", 2, 0, {}]]]}
    config = {"name": "m", "layers": [*sides, tower, add], "output_layers": [["add", 0, 0]]}
    config["input_layers"] = [["left", 0, 0], ["right", 0, 0]]
    model = {"class_name": "Model", "config": config, "keras_version": "2.2.4", "backend": "theano"}
    arrays = {"tower": [(2, 4, 3, 4), (4,), (168, 5), (5,)]}
    target = "t.keras" if dialect == "keras3" else "t.h5"
    assert convert(tmp_path, model, arrays, target, dialect).verdict == "equivalent"
