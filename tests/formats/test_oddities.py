"""Files as they are met in the wild: odd names, odd suffixes, odd wrappings, and things that are no models at all."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from dimorder.errors import DimorderError, UnreadableFile, UnsafeContent, WeightsDoNotFit
from dimorder.flow.on_files import convert_file, inspect_file
from dimorder.flow.options import Options
from dimorder.formats.document import parse
from dimorder.layout import Layout
from dimorder.report_data import InspectReport
from support.conversions import quiet

KERNEL, BIAS = (4, 3, 5, 2), (4,)
Arrays = dict[str, dict[str, tuple[int, ...]]]
PLAIN: Arrays = {"conv": {"conv_W": KERNEL, "conv_b": BIAS}, "flatten": {}}


def weights_file(layers: Arrays) -> bytes:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file.attrs["layer_names"] = np.array([name.encode() for name in layers])
        for name, arrays in layers.items():
            group = file.create_group(name)
            # An empty list that went through numpy: float64.
            group.attrs["weight_names"] = np.array([own.encode() for own in arrays]) if arrays else np.array([])
            for own, shape in arrays.items():
                group[own] = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    return buffer.getvalue()


def inspected(folder: Path, content: bytes, name: str = "w.h5") -> InspectReport:
    (folder / name).write_bytes(content)
    return inspect_file({"source": str(folder / name)}, Options(), quiet)


def refusal(folder: Path, content: bytes, name: str = "w.h5") -> DimorderError:
    with pytest.raises(DimorderError) as caught:
        inspected(folder, content, name)
    assert caught.value.exit_class == "refused"
    return caught.value


@pytest.mark.parametrize("suffix", [".h5", ".hd5", ".h5f", ".hdf5", ".d5", ".weights", ".model", ""])
def test_a_file_is_known_by_its_content_whatever_its_suffix(suffix: str, tmp_path: Path) -> None:
    assert inspected(tmp_path, weights_file(PLAIN), f"net{suffix}").layout.dim_ordering == "th"


@pytest.mark.parametrize(("content", "told"), [
    (b"<!DOCTYPE html><html>404: Not Found</html>", "a web page"),
    (b"\n  <?xml version='1.0'?><Error>AccessDenied</Error>", "a web page or XML"),
    (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 553\n", "a Git LFS pointer"),
    (gzip.compress(b"something", mtime=0), "packed with gzip"),
    (b"BZh91AY&SY", "packed with bzip2"),
    (b"\x80\x02}q\x00.", "a Python pickle, which is never opened"),
    (b"\x93NUMPY\x01\x00v\x00{'descr'", "a NumPy array"),
    (b"\x00\x01\x02\x03", "neither HDF5 nor"),
    (b"", "is empty"),
    (b"404: Not Found", "not a Keras architecture"),
])  # fmt: skip
def test_what_is_no_model_is_called_by_its_name(content: bytes, told: str, tmp_path: Path) -> None:
    assert told in refusal(tmp_path, content).sentence


@pytest.mark.parametrize("kept", [8, 60, 500, 0.5, 0.9])
def test_a_truncated_file_is_refused(kept: float, tmp_path: Path) -> None:
    whole = weights_file(PLAIN)
    assert isinstance(refusal(tmp_path, whole[: int(kept if kept > 1 else kept * len(whole))]), UnreadableFile)


def test_hdf5_that_is_data_is_not_judged(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file["x_train"] = np.zeros((7, 3, 5, 2), np.uint8)
        file["y_train"] = np.zeros(7)
    told = refusal(tmp_path, buffer.getvalue())
    assert "not weights that Keras saved" in told.sentence
    assert "'x_train', 'y_train'" in told.sentence
    assert "model.save" in told.hint


def test_empty_attributes_say_nothing(tmp_path: Path) -> None:
    (tmp_path / "w.h5").write_bytes(weights_file(PLAIN))
    with h5py.File(tmp_path / "w.h5", "r+") as file:
        for name in ("keras_version", "backend", "model_config", "training_config", "dimorder"):
            file.attrs[name] = h5py.Empty("S1")
        file["flatten"].attrs["weight_names"] = h5py.Empty("f8")
    report = inspected(tmp_path, (tmp_path / "w.h5").read_bytes())
    assert (report.kind, report.layout.dim_ordering, report.backend) == ("weights", "th", "")


NAMES = ["my conv, the first", "conv[0]", "свёртка", "卷积 1", "it's", 'a"b', "50%", "a.b-c", "λ\u0301", "x" * 200]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_any_letters_are_read_and_written(name: str, tmp_path: Path) -> None:
    source, target = tmp_path / "w.h5", tmp_path / "t.h5"
    source.write_bytes(weights_file({name: {f"{name}_W": KERNEL, f"{name}_b": BIAS}}))
    options = Options(stated=Layout("th", "th"), unproven=True, referee="numpy")
    assert convert_file({"source": str(source), "target": str(target)}, options, quiet).verdict == "unproven"
    with h5py.File(source) as old, h5py.File(target) as new:
        moved = old[name][f"{name}_W"][()].transpose(2, 3, 1, 0)[::-1, ::-1]
        assert np.array_equal(new[name][f"{name}_W"][()], moved)


@pytest.mark.parametrize("name", NAMES)
def test_layers_of_any_name_are_proven_and_become_todays(name: str, tmp_path: Path) -> None:
    config = {"nb_filter": 4, "nb_row": 5, "nb_col": 2, "border_mode": "valid", "subsample": [1, 1],
              "dim_ordering": "th", "activation": "relu", "bias": True, "name": name,
              "batch_input_shape": [None, 3, 9, 7]}  # fmt: skip
    document = {"class_name": "Sequential", "config": [{"class_name": "Convolution2D", "config": config}]}
    (tmp_path / "w.h5").write_bytes(weights_file({name: {f"{name}_W": KERNEL, f"{name}_b": BIAS}}))
    (tmp_path / "m.json").write_text(json.dumps(document), encoding="utf-8")
    given = {"source": str(tmp_path / "w.h5"), "architecture": str(tmp_path / "m.json")}
    for target in ("t.keras", "t.h5"):
        out = {"architecture_out": str(tmp_path / "t.json")} if target == "t.h5" else {}
        paths = {**given, **out, "target": str(tmp_path / target)}
        assert convert_file(paths, Options(stated=Layout("th", "th"), referee="numpy"), quiet).verdict == "equivalent"


def test_lists_of_names_may_be_cut_into_pieces(tmp_path: Path) -> None:
    names = [f"layer_with_a_long_name_{number:04}" for number in range(7)]
    (tmp_path / "w.h5").write_bytes(weights_file({name: {f"{name}_W": KERNEL, f"{name}_b": BIAS} for name in names}))
    with h5py.File(tmp_path / "w.h5", "r+") as file:
        whole = file.attrs["layer_names"]
        del file.attrs["layer_names"]
        file.attrs["layer_names0"], file.attrs["layer_names1"] = whole[:4], whole[4:]
        for name in names:
            own = file[name].attrs["weight_names"]
            del file[name].attrs["weight_names"]
            file[name].attrs["weight_names0"], file[name].attrs["weight_names1"] = own[:1], own[1:]
    report = inspected(tmp_path, (tmp_path / "w.h5").read_bytes())
    assert [layer.name for layer in report.layers] == names
    assert {len(layer.tensors) for layer in report.layers} == {2}


DENSE = {"class_name": "Dense", "config": {"name": "fc", "output_dim": 3, "batch_input_shape": [None, 5]}}
DOCUMENT = {"class_name": "Sequential", "config": [DENSE], "keras_version": "1.2.2"}
TEXT = json.dumps(DOCUMENT)
KERAS0 = {"name": "Sequential", "layers": [{"name": "Dense", "output_dim": 3, "input_shape": [5]}]}

WRAPPINGS: dict[str, bytes] = {
    "plain": TEXT.encode(),
    "encoded twice": json.dumps(TEXT).encode(),
    "encoded three times": json.dumps(json.dumps(TEXT)).encode(),
    "with a byte order mark": b"\xef\xbb\xbf" + TEXT.encode(),
    "in UTF-16": TEXT.encode("utf-16"),
    "YAML of Keras 1": b"class_name: Sequential\nkeras_version: 1.2.2\nconfig:\n- class_name: Dense\n  config:\n"
                       b"    name: fc\n    output_dim: 3\n    batch_input_shape: !!python/tuple [null, 5]\n",
    "YAML of Python 2": b"class_name: !!python/unicode 'Sequential'\nkeras_version: !!python/str '1.2.2'\nconfig:\n"
                        b"- class_name: Dense\n  config: {name: fc, output_dim: !!python/long '3',"
                        b" batch_input_shape: !!python/tuple [null, 5]}\n",
    "in a project's own settings": json.dumps({"keras_model": TEXT, "feature_list": ["board"]}).encode(),
    "keras-js": json.dumps({"config": DOCUMENT, "weights": []}).encode(),
    "TensorFlow.js": json.dumps({"modelTopology": {"keras_version": "1.2.2", "model_config": DOCUMENT}}).encode(),
}  # fmt: skip


@pytest.mark.parametrize("wrapping", list(WRAPPINGS))
def test_an_architecture_is_found_in_every_wrapping(wrapping: str) -> None:
    found = parse(WRAPPINGS[wrapping], "m.json")
    assert (found["class_name"], found["keras_version"]) == ("Sequential", "1.2.2")
    assert found["config"][0]["config"]["output_dim"] == 3


def test_one_of_keras_0_is_found_in_a_wrapping() -> None:
    found = parse(json.dumps({"keras_model": json.dumps(KERAS0)}).encode(), "m.json")
    assert (found["class_name"], found["config"][0]["class_name"]) == ("Sequential", "Dense")


OTHERS = ['{"model": 3}', '{"config": {"config": {}}}', "[1, 2]", '"{"', "a: b", "!!python/object:os.x {}"]


@pytest.mark.parametrize("text", OTHERS)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(UnreadableFile):
        parse(text.encode(), "m.json")


def test_texts_that_grow_without_bounds_are_refused() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    with pytest.raises(UnsafeContent):
        parse(bomb.encode(), "m.yaml")


MACHINES: list[tuple[dict[str, Any], str, str, str]] = [
    ({"backend": "theano", "floatx": "float32", "epsilon": 1e-07, "image_dim_ordering": "th"}, "keras1", "th", "th"),
    ({"backend": "tensorflow", "floatx": "float32", "image_dim_ordering": "th"}, "keras1", "th", "tf"),
    ({"backend": "theano", "floatx": "float32", "image_data_format": "channels_last"}, "keras2", "tf", "th"),
    ({"backend": "cntk", "floatx": "float32", "image_data_format": "channels_first"}, "keras2", "th", "tf"),
    ({"floatx": "float32", "epsilon": 1e-07, "backend": "theano"}, "keras0", "unknown", "th"),
    ({"backend": "theano", "image_dim_ordering": "tf", "image_data_format": "channels_first"},
     "keras2", "unknown", "th"),
]


@pytest.mark.parametrize(("settings", "era", "ordering", "kernels"), MACHINES)
def test_keras_json_is_told_for_what_it_is(
    settings: dict[str, Any], era: str, ordering: str, kernels: str, tmp_path: Path
) -> None:
    report = inspected(tmp_path, json.dumps(settings).encode(), "keras.json")
    assert (report.era, report.kind, report.backend) == (era, "architecture", settings["backend"])
    assert (report.layout.dim_ordering, report.layout.kernels, report.layers) == (ordering, kernels, ())
    assert "certain" not in report.confidence.values()


def test_keras_json_is_no_architecture_of_weights(tmp_path: Path) -> None:
    (tmp_path / "w.h5").write_bytes(weights_file(PLAIN))
    (tmp_path / "keras.json").write_text(json.dumps(MACHINES[1][0]))
    paths = {"source": str(tmp_path / "w.h5"), "architecture": str(tmp_path / "keras.json"),
             "target": str(tmp_path / "t.h5")}  # fmt: skip
    with pytest.raises(UnreadableFile, match="a machine's Keras settings") as caught:
        convert_file(paths, Options(), quiet)
    assert "--from th/tf" in caught.value.hint


def test_a_nested_group_lists_trainable_arrays_first(tmp_path: Path) -> None:
    """Keras 1 wrote a nested Sequential of conv, normalisation, conv as W, b, gamma, beta, W, b, mean, std."""
    conv = {"nb_filter": 4, "nb_row": 5, "nb_col": 2, "dim_ordering": "th"}
    inside = [
        {"class_name": "Convolution2D", "config": {**conv, "name": "c1", "batch_input_shape": [None, 3, 9, 8]}},
        {"class_name": "BatchNormalization", "config": {"name": "bn", "axis": 1, "epsilon": 1e-3, "mode": 0}},
        {"class_name": "Convolution2D", "config": {**conv, "name": "c2", "nb_row": 2, "nb_col": 3}},
    ]
    document = {"class_name": "Sequential", "keras_version": "1.2.2",
                "config": [{"class_name": "Sequential", "config": inside, "name": "inner"}]}  # fmt: skip
    arrays = {"c1_W": KERNEL, "c1_b": BIAS, "bn_gamma": BIAS, "bn_beta": BIAS, "c2_W": (4, 4, 2, 3), "c2_b": BIAS,
              "bn_running_mean": BIAS, "bn_running_std": BIAS}  # fmt: skip
    for names in (list(arrays), [f"param_{number}" for number in range(8)]):
        shapes = dict(zip(names, arrays.values(), strict=True))
        (tmp_path / "w.h5").write_bytes(weights_file({"inner": shapes}))
        (tmp_path / "m.json").write_text(json.dumps(document))
        paths = {"source": str(tmp_path / "w.h5"), "architecture": str(tmp_path / "m.json"),
                 "target": str(tmp_path / f"{len(names[0])}.keras")}  # fmt: skip
        report = convert_file(paths, Options(stated=Layout("th", "th"), referee="numpy"), quiet)
        assert report.verdict == "equivalent"
        assert [line.tensor for line in report.plan][:2] == [names[0], names[4]]


def test_a_group_that_lists_what_is_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "w.h5").write_bytes(weights_file(PLAIN))
    with h5py.File(tmp_path / "w.h5", "r+") as file:
        del file["conv/conv_b"]
    assert isinstance(refusal(tmp_path, (tmp_path / "w.h5").read_bytes()), UnreadableFile)


def test_weights_of_another_model_do_not_fit(tmp_path: Path) -> None:
    (tmp_path / "w.h5").write_bytes(weights_file(PLAIN))
    (tmp_path / "m.json").write_text(TEXT)
    paths = {"source": str(tmp_path / "w.h5"), "architecture": str(tmp_path / "m.json"),
             "target": str(tmp_path / "t.h5")}  # fmt: skip
    with pytest.raises(WeightsDoNotFit):
        convert_file(paths, Options(stated=Layout("th", "th")), quiet)
