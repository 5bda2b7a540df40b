"""Cases that a reviewer broke once: each is now converted rightly, or refused with the reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from dimorder.errors import Refused, UnreadableFile
from dimorder.flow.on_files import convert_file
from dimorder.flow.options import Options
from dimorder.layout import parse_layout
from dimorder.report_data import ConvertReport

FIRST = {"data_format": "channels_first"}


def layer(class_name: str, **config: Any) -> dict[str, Any]:
    return {"class_name": class_name, "config": {"name": class_name.lower(), **config}}


def conv(*kernel: int, **config: Any) -> dict[str, Any]:
    return layer(f"Conv{len(kernel)}D", filters=4, kernel_size=list(kernel), padding="valid", **{**FIRST, **config})


def document(*layers: dict[str, Any], shape: tuple[int, ...], version: str = "2.2.4") -> dict[str, Any]:
    layers[0]["config"]["batch_input_shape"] = [None, *shape]
    return {"class_name": "Sequential", "config": list(layers), "keras_version": version, "backend": "theano"}


def convert(
    folder: Path, model: dict[str, Any], arrays: dict[str, list[tuple[int, ...]]], target: str
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
            roles = [f"{name}/{role}" for role, _ in zip(("kernel", "bias"), shapes, strict=False)]
            inside.attrs["weight_names"] = np.array([role.encode() for role in roles])
            for role, shape in zip(roles, shapes, strict=True):
                inside[role] = rng.normal(size=shape).astype(np.float32)
    paths = {"source": str(source), "target": str(folder / target)}
    options = Options(stated=parse_layout("th/th"), referee="numpy")
    return convert_file(paths, options, lambda stage, done, total: None)


def test_a_model_whose_numbers_stay_is_still_written_for_the_new_ordering(tmp_path: Path) -> None:
    model = document(conv(1, 1), layer("Flatten", **FIRST), shape=(3, 5, 2))
    report = convert(tmp_path, model, {"conv2d": [(1, 1, 3, 4), (4,)]}, "out.h5")
    assert (report.verdict, report.plan) == ("equivalent", ())
    with h5py.File(tmp_path / "out.h5") as file:
        assert json.loads(file.attrs["model_config"])["config"][0]["config"]["data_format"] == "channels_last"


@pytest.mark.parametrize(
    ("size", "version", "because"),
    [((1, 3, 3), "2.2.4", "window of 1"), ((2, 2, 2), "2.0.8", "even window"), ((2, 1, 2), "2.1.6", "window of 1")],
)
def test_pooling_that_theano_cuts_otherwise_is_refused(
    tmp_path: Path, size: tuple[int, ...], version: str, because: str
) -> None:
    pool = layer("MaxPooling3D", pool_size=list(size), strides=[1, 1, 1], padding="same", **FIRST)
    model = document(conv(3, 3, 3), pool, shape=(2, 6, 7, 8), version=version)
    with pytest.raises(Refused, match=because):
        convert(tmp_path, model, {"conv3d": [(3, 3, 3, 2, 4), (4,)]}, "out.keras")


def test_a_masked_embedding_is_refused(tmp_path: Path) -> None:
    model = document(layer("Embedding", input_dim=9, output_dim=4, mask_zero=True), shape=(7,))
    with pytest.raises(Refused, match="mask_zero"):
        convert(tmp_path, model, {"embedding": [(9, 4)]}, "out.keras")


def test_a_reordered_vector_that_is_repeated_keeps_its_order_for_a_convolution(tmp_path: Path) -> None:
    sequence = conv(1, data_format="channels_last")
    model = document(
        conv(3, 2), layer("Flatten", data_format="channels_last"), layer("RepeatVector", n=6), sequence, shape=(3, 5, 4)
    )
    arrays = {"conv2d": [(3, 2, 3, 4), (4,)], "conv1d": [(1, 36, 4), (4,)]}
    report = convert(tmp_path, model, arrays, "out.keras")
    assert report.verdict == "equivalent"


def test_softmax_over_channels_moves_in_its_own_layer_and_is_refused_inside_an_activation(tmp_path: Path) -> None:
    arrays = {"conv2d": [(3, 2, 3, 4), (4,)]}
    written = convert(tmp_path, document(conv(3, 2), layer("Softmax", axis=1), shape=(3, 5, 4)), arrays, "out.h5")
    assert written.verdict == "equivalent"
    with pytest.raises(Refused, match="last axis only"):
        convert(tmp_path, document(conv(3, 2, activation="softmax"), shape=(3, 5, 4)), arrays, "other.h5")


def test_a_nested_layer_called_activation_is_told_to_be_renamed(tmp_path: Path) -> None:
    inner = document(conv(3, 2, name="activation"), shape=(3, 5, 4))["config"]
    nested = {"class_name": "Sequential", "config": {"name": "inner", "layers": inner}}
    model = {**document(conv(1, 1), shape=(3, 5, 4)), "config": [nested]}
    with pytest.raises(UnreadableFile, match="rename"):
        convert(tmp_path, model, {"inner": [(3, 2, 3, 4), (4,)]}, "out.h5")
