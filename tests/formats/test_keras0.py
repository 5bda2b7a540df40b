"""Files of real Keras 0.2 and 0.3: read as they computed, and written so that today's Keras computes the same."""

from __future__ import annotations

import io
import json
import os
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from dimorder.errors import DimorderError, Refused, UnreadableFile, UnsafeContent, WeightsDoNotFit
from dimorder.flow.on_files import convert_file, inspect_file
from dimorder.flow.options import Options
from dimorder.formats.document import parse
from dimorder.formats.keras0.reading import is_keras0
from dimorder.layout import Layout
from support.conversions import quiet
from support.keras0 import NAMES, golden
from support.places import keras_python
from support.referee import answers_of
from support.table import Recorder, record
from support.zoo import largest_difference

LIMIT = 1e-5
THEANO = Layout("th", "th")
NORMALISED = [name for name in NAMES if "normalised_everywhere" in name]

LOAD = """
import sys, pathlib
import numpy as np
import keras
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.keras")):
    with np.load(path.with_suffix(".in.npz")) as stored:
        given = [stored[f"arr_{n}"] for n in range(len(stored.files))]
    found = keras.models.load_model(path).predict(given if len(given) > 1 else given[0], verbose=0)
    np.savez(path.with_suffix(".out.npz"), *(found if isinstance(found, list) else [found]))
"""


def options() -> Options:
    return Options(stated=THEANO, referee="numpy")


@pytest.mark.parametrize("name", NAMES)
def test_the_referee_computes_what_keras_0_computed(name: str, tmp_path: Path) -> None:
    model = golden(name)
    found = answers_of(model.files(tmp_path), options(), model.inputs())
    assert largest_difference(found, model.predictions()) < LIMIT


@pytest.mark.parametrize("name", NAMES)
def test_its_conversion_is_proven(name: str, tmp_path: Path) -> None:
    model = golden(name)
    report = convert_file({**model.files(tmp_path), "target": str(tmp_path / "new.keras")}, options(), quiet)
    assert report.verdict == "equivalent"
    found = answers_of({"source": str(tmp_path / "new.keras")}, Options(), model.inputs_of_tensorflow())
    assert largest_difference(found, model.predictions()) < LIMIT


@pytest.mark.keras
def test_todays_keras_opens_them_and_computes_the_same(tmp_path: Path, record_property: Recorder) -> None:
    for name in NAMES:
        model = golden(name)
        target = tmp_path / f"{name}.keras"
        convert_file({**model.files(tmp_path), "target": str(target)}, options(), quiet)
        np.savez(target.with_suffix(".in.npz"), *model.inputs_of_tensorflow())
    python = keras_python()
    assert python is not None
    home = {"HOME": str(tmp_path / "home"), "KERAS_BACKEND": "jax", "PATH": os.environ["PATH"]}
    subprocess.run([python, "-c", LOAD, str(tmp_path)], env=home, check=True, capture_output=True)
    worst = 0.0
    for name in NAMES:
        with np.load(tmp_path / f"{name}.out.npz") as stored:
            found = [stored[f"arr_{n}"] for n in range(len(stored.files))]
        worst = max(worst, largest_difference(found, golden(name).predictions()))
    record(record_property, "", f"Keras 0, {len(NAMES)} models in real Keras 3", worst)
    assert worst < LIMIT


@pytest.mark.parametrize("name", NORMALISED)
def test_statistics_of_every_element_become_those_of_one_vector(name: str, tmp_path: Path) -> None:
    model = golden(name)
    convert_file({**model.files(tmp_path), "target": str(tmp_path / "new.keras")}, options(), quiet)
    with zipfile.ZipFile(tmp_path / "new.keras") as archive:
        document = json.loads(archive.read("config.json"))
        with h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as file:
            found = [file[f"layers/batch_normalization/vars/{number}"][()] for number in range(4)]
    gamma, beta, mean, std = (model.content[str(number)].transpose(1, 2, 0).ravel() for number in range(2, 6))
    assert all(np.array_equal(*pair) for pair in zip(found, (gamma, beta, mean), strict=False))
    assert np.allclose(np.sqrt(found[3] + 1e-12), std + 1e-6, rtol=1e-6, atol=0)
    (norm, *_) = [layer for layer in document["config"]["layers"] if layer["class_name"] == "BatchNormalization"]
    assert norm["config"]["axis"] == 1
    assert norm["config"]["epsilon"] == pytest.approx(1e-12)


def test_statistics_of_every_element_stay_in_keras_0_and_come_back(tmp_path: Path) -> None:
    model = golden("0.3.1_normalised_everywhere")
    there = {**model.files(tmp_path), "target": str(tmp_path / "t.h5"), "architecture_out": str(tmp_path / "t.json")}
    assert convert_file(there, options(), quiet).verdict == "equivalent"
    written = json.loads((tmp_path / "t.json").read_text())["layers"]
    assert (written[1]["name"], "axis" in written[1]) == ("BatchNormalization", False)
    # Real Keras 0.3.1 opens no layer with custom_name.
    assert all(layer["cache_enabled"] and "custom_name" not in layer for layer in written)
    with h5py.File(tmp_path / "t.h5") as new:
        for number in range(4):
            expected = model.content[str(2 + number)].transpose(1, 2, 0)
            assert np.array_equal(new[f"layer_1/param_{number}"][()], expected)
    back = {"source": str(tmp_path / "t.h5"), "architecture": str(tmp_path / "t.json"),
            "target": str(tmp_path / "b.h5"), "architecture_out": str(tmp_path / "b.json")}  # fmt: skip
    assert convert_file(back, Options(target=THEANO, referee="numpy"), quiet).verdict == "equivalent"
    with h5py.File(tmp_path / "b.h5") as new:
        assert all(np.array_equal(new[f"layer_1/param_{n}"][()], model.content[str(2 + n)]) for n in range(4))


def test_samples_normalised_on_their_own_are_refused(tmp_path: Path) -> None:
    model = golden("0.3.1_normalised_everywhere")
    paths = {**model.files(tmp_path), "target": str(tmp_path / "new.keras")}
    document = json.loads(Path(paths["architecture"]).read_text())
    document["layers"][1]["mode"] = 1
    Path(paths["architecture"]).write_text(json.dumps(document))
    with pytest.raises(Refused, match="every sample on its own"):
        convert_file(paths, options(), quiet)


@pytest.mark.parametrize("shape", [(5,), (3, 6, 7)])
def test_a_normalisation_without_statistics_is_refused_with_the_reason(shape: tuple[int, ...], tmp_path: Path) -> None:
    norm = {"name": "BatchNormalization", "epsilon": 1e-6, "mode": 0, "input_shape": list(shape)}
    given = paths(tmp_path, numbered((shape, shape)), sequential(norm, {"name": "Activation", "activation": "relu"}))
    with pytest.raises(WeightsDoNotFit, match=r"gamma and beta alone, as Keras 0\.1"):
        convert_file(given, options(), quiet)


def test_yaml_says_the_same_as_json(tmp_path: Path) -> None:
    model = golden("0.3.3_text_lstm")
    spoken = [parse(str(model.content[text]).encode(), text) for text in ("architecture", "yaml")]
    assert spoken[0]["config"] == json.loads(json.dumps(spoken[1]["config"]))


def test_arrays_are_told_apart_where_no_architecture_is_known(tmp_path: Path) -> None:
    model = golden("0.3.3_decoder")
    report = inspect_file({"source": model.files(tmp_path)["source"]}, Options(), quiet)
    assert (report.era, report.kind, report.layout.dim_ordering) == ("keras0", "weights", "th")
    assert report.layers[3].name == "layer_3"
    assert [tensor.shape for tensor in report.layers[3].tensors] == [(3, 4, 3, 2), (3,)]


def test_plain_weights_are_moved_without_an_architecture(tmp_path: Path) -> None:
    model = golden("0.3.3_normalised_width")
    source, target = model.files(tmp_path)["source"], tmp_path / "new.h5"
    with pytest.raises(DimorderError):
        convert_file({"source": source, "target": str(target)}, options(), quiet)
    plain = golden("0.3.3_padded_alike")
    source = plain.files(tmp_path)["source"]
    report = convert_file(
        {"source": source, "target": str(target)}, Options(stated=THEANO, unproven=True, referee="numpy"), quiet
    )
    assert report.verdict == "unproven"
    with h5py.File(target) as new:
        assert np.array_equal(new["layer_0/param_0"][()], plain.content["0"].transpose(2, 3, 1, 0)[::-1, ::-1])


def test_weights_stay_in_their_own_container_and_come_back(tmp_path: Path) -> None:
    model = golden("0.3.3_decoder")
    there = {**model.files(tmp_path), "target": str(tmp_path / "tf.h5"), "architecture_out": str(tmp_path / "tf.json")}
    assert convert_file(there, options(), quiet).verdict == "equivalent"
    spelled = json.loads((tmp_path / "tf.json").read_text())
    assert is_keras0(spelled)
    assert [layer["name"] for layer in spelled["layers"]][2:5] == ["UpSampling2D", "Convolution2D", "Permute"]
    assert "target_shape" not in spelled["layers"][1]
    assert spelled["layers"][1]["dims"] == [3, 5, 4]
    assert [layer.get("input_shape") for layer in spelled["layers"][:2]] == [[6], None]
    back = {"source": str(tmp_path / "tf.h5"), "architecture": str(tmp_path / "tf.json"),
            "target": str(tmp_path / "th.h5"), "architecture_out": str(tmp_path / "th.json")}  # fmt: skip
    assert convert_file(back, Options(target=THEANO, referee="numpy"), quiet).verdict == "equivalent"
    with h5py.File(tmp_path / "th.h5") as new, h5py.File(there["source"]) as old:
        names: list[str] = []
        old.visit(names.append)
        arrays = [name for name in names if "param" in name]
        assert all(new[name][()].tobytes() == old[name][()].tobytes() for name in arrays)


def test_what_is_distributed_is_spelled_as_keras_0_spells_it(tmp_path: Path) -> None:
    """The written document was opened by real Keras 0.3.3, which asks the inner layer for its `name`."""
    there = {**golden("0.3.3_distributed").files(tmp_path), "target": str(tmp_path / "t.h5"),
             "architecture_out": str(tmp_path / "t.json")}  # fmt: skip
    assert convert_file(there, options(), quiet).verdict == "equivalent"
    inner = json.loads((tmp_path / "t.json").read_text())["layers"][0]["layer"]
    assert (inner["name"], inner["dim_ordering"], "class_name" in inner) == ("Convolution2D", "tf", False)


def sequential(*layers: dict[str, Any]) -> bytes:
    return json.dumps({"name": "Sequential", "layers": list(layers)}).encode()


DENSE = {"name": "Dense", "output_dim": 3, "activation": "linear", "custom_name": "dense", "input_shape": [5]}


def numbered(*layers: tuple[tuple[int, ...], ...]) -> io.BytesIO:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file.attrs["nb_layers"] = len(layers)
        for number, shapes in enumerate(layers):
            group = file.create_group(f"layer_{number}")
            group.attrs["nb_params"] = len(shapes)
            for own, shape in enumerate(shapes):
                group[f"param_{own}"] = np.ones(shape, np.float32)
    return buffer


def paths(folder: Path, weights: io.BytesIO, architecture: bytes) -> dict[str, str]:
    (folder / "w.h5").write_bytes(weights.getvalue())
    (folder / "m.json").write_bytes(architecture)
    return {"source": str(folder / "w.h5"), "architecture": str(folder / "m.json"), "target": str(folder / "t.keras")}


def test_layers_without_names_get_some_that_nobody_else_has() -> None:
    told = parse(sequential(DENSE, DENSE, {**DENSE, "custom_name": "out/put"}), "m.json")
    assert [layer["config"]["name"] for layer in told["config"]] == ["dense_1", "dense_2", "out_put"]


def test_the_first_layer_alone_states_the_input() -> None:
    told = parse(sequential(DENSE, DENSE), "m.json")
    assert ["batch_input_shape" in layer["config"] for layer in told["config"]] == [True, False]


@pytest.mark.parametrize("class_name", ["AutoEncoder", "Siamese", "LambdaMerge", "Lambda", "LRN2D", "JZS1"])
def test_what_has_no_rule_is_refused_by_name(class_name: str, tmp_path: Path) -> None:
    odd = {"name": class_name, "custom_name": "odd"}
    given = paths(tmp_path, numbered(((5, 3), (3,)), ((3, 3),)), sequential(DENSE, odd))
    with pytest.raises(Refused, match=class_name):
        convert_file(given, options(), quiet)


MASKED = {"name": "Embedding", "input_dim": 7, "output_dim": 5, "input_length": 4, "mask_zero": True,
          "custom_name": "embedding"}  # fmt: skip


@pytest.mark.parametrize("first", [MASKED, {"name": "Masking", "mask_value": 0.0, "input_shape": [4, 5]}])
def test_masks_of_the_first_versions_are_refused(first: dict[str, Any], tmp_path: Path) -> None:
    """Until 0.3.1 they were heeded otherwise; from 0.3.3 on the document tells that it is later."""
    recurrent = {"name": "SimpleRNN", "output_dim": 3, "activation": "tanh", "return_sequences": False}
    table = ((7, 5),) if first is MASKED else ()
    given = paths(tmp_path, numbered(table, ((5, 3), (3, 3), (3,))), sequential(first, recurrent))
    with pytest.raises(Refused, match=r"until Keras 0\.3\.1"):
        convert_file(given, options(), quiet)
    given = paths(tmp_path, numbered(table, ((5, 3), (3, 3), (3,))), sequential(first, {**recurrent, "dropout_W": 0.0}))
    assert convert_file(given, options(), quiet).verdict == "equivalent"


@pytest.mark.parametrize(("layer", "version"), [
    ({"name": "Dense", "custom_name": "d"}, "0.3"), ({"name": "Dense", "cache_enabled": True}, "0.3"),
    ({"name": "MaxPooling2D", "dim_ordering": "th"}, "0.3"), ({"name": "MaxPooling2D"}, "0.2"),
    ({"name": "LSTM", "truncate_gradient": -1}, "0.2"), ({"name": "LSTM", "dropout_W": 0.0}, "0.3.3"),
    ({"name": "Embedding", "dropout": 0.0}, "0.3.3"), ({"name": "Dense"}, "0"),
])  # fmt: skip
def test_the_keys_of_a_document_tell_its_version(layer: dict[str, Any], version: str) -> None:
    assert parse(sequential({**layer, "input_shape": [5]}), "m.json")["keras_version"] == version


def test_dropout_scales_what_0_2_predicts_and_is_refused_where_nothing_tells(tmp_path: Path) -> None:
    dense = {key: value for key, value in DENSE.items() if key != "custom_name"}
    dropout = {"name": "Dropout", "p": 0.25}
    weights = numbered(((5, 3), (3,)), ())
    given = paths(tmp_path, weights, sequential(dense, dropout))
    with pytest.raises(Refused, match=r"Keras 0\.2 scaled"):
        convert_file(given, options(), quiet)
    x = np.ones((1, 5), np.float32)
    for version, expected in (("0.2.0", 6 * 0.75), ("0.3.0", 6.0)):
        document = {"name": "Sequential", "layers": [dense, dropout], "keras_version": version}
        given = paths(tmp_path, weights, json.dumps(document).encode())
        del given["target"]
        assert answers_of(given, options(), [x])[0].tolist() == [[expected] * 3]


def test_products_of_more_than_vectors_are_refused(tmp_path: Path) -> None:
    steps = {"name": "Activation", "activation": "tanh", "input_shape": [4, 3]}
    for mode in ("dot", "cos"):
        merge = {"name": "Merge", "mode": mode, "dot_axes": [[2], [2]], "layers": [steps, steps]}
        given = paths(tmp_path, numbered((), ()), sequential(merge, {"name": "Flatten"}))
        with pytest.raises(Refused, match=mode):
            convert_file(given, options(), quiet)


def test_full_borders_need_another_architecture(tmp_path: Path) -> None:
    model = golden("0.2.0_wide_borders")
    given = model.files(tmp_path)
    with pytest.raises(Refused, match="'full'"):
        convert_file({**given, "target": str(tmp_path / "t.h5")}, options(), quiet)
    out = {"target": str(tmp_path / "t.h5"), "architecture_out": str(tmp_path / "t.json")}
    with pytest.raises(Refused, match=r"by their number|no changed form"):
        convert_file({**given, **out}, options(), quiet)


def test_another_number_of_layers_does_not_fit(tmp_path: Path) -> None:
    given = paths(tmp_path, numbered(((5, 3), (3,)), ((3, 3), (3,)), ()), sequential(DENSE))
    with pytest.raises(WeightsDoNotFit, match="has 3 layers, 2 of them with arrays"):
        convert_file(given, options(), quiet)


def test_arrays_of_a_layer_that_owns_none_do_not_fit(tmp_path: Path) -> None:
    given = paths(tmp_path, numbered(((5, 3), (3,)), ((3, 3),)), sequential(DENSE, {"name": "Dropout", "p": 0.5}))
    with pytest.raises(WeightsDoNotFit, match="layer_1"):
        convert_file(given, options(), quiet)


def test_an_architecture_of_keras_1_takes_them_in_order(tmp_path: Path) -> None:
    layers = [{"class_name": "InputLayer", "config": {"name": "in", "batch_input_shape": [None, 5]}},
              {"class_name": "Dense", "config": {"name": "fc", "output_dim": 3, "activation": "linear"}}]  # fmt: skip
    document = json.dumps({"class_name": "Sequential", "config": layers, "keras_version": "1.2.2"}).encode()
    given = paths(tmp_path, numbered((), (), ((5, 3), (3,)), ()), document)
    assert convert_file(given, options(), quiet).verdict == "equivalent"


@pytest.mark.parametrize("count", [-1, 10**9, "many"])
def test_a_senseless_count_is_refused(count: Any, tmp_path: Path) -> None:
    weights = numbered(((5, 3),))
    with h5py.File(weights, "r+") as file:
        file.attrs["nb_layers"] = count
    (tmp_path / "w.h5").write_bytes(weights.getvalue())
    with pytest.raises((UnreadableFile, UnsafeContent)):
        inspect_file({"source": str(tmp_path / "w.h5")}, Options(), quiet)


def test_a_missing_group_and_a_link_are_refused(tmp_path: Path) -> None:
    for change in (None, h5py.SoftLink("/layer_1"), h5py.ExternalLink("other.h5", "/layer_0")):
        weights = numbered(((5, 3),), ((5, 3),))
        with h5py.File(weights, "r+") as file:
            del file["layer_0"]
            if change is not None:
                file["layer_0"] = change
        (tmp_path / "w.h5").write_bytes(weights.getvalue())
        with pytest.raises(UnreadableFile):
            inspect_file({"source": str(tmp_path / "w.h5")}, Options(), quiet)


@pytest.mark.parametrize("broken", [
    {"name": "Sequential", "layers": [7]}, {"name": "Graph", "node_config": [{"name": "a"}], "input_config": []},
    {"name": "Sequential", "layers": []},
])  # fmt: skip
def test_a_broken_document_is_unreadable_not_a_crash(broken: Any, tmp_path: Path) -> None:
    given = paths(tmp_path, numbered(((5, 3), (3,))), json.dumps(broken).encode())
    with pytest.raises(DimorderError):
        convert_file(given, options(), quiet)
