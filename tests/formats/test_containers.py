"""Every container of Keras 3 and tf.keras, saved by them: each is read, and computes what they predicted.

The files are in golden/containers.zip, made by golden/make_containers.py.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

from dimorder.engine.run import run
from dimorder.errors import UnreadableFile, UnsafeContent, UsageError, WeightsDoNotFit
from dimorder.flow.on_files import inspect_file
from dimorder.flow.opened import Opened
from dimorder.flow.options import Options
from dimorder.flow.reading import open_model
from dimorder.flow.settling import settled
from dimorder.formats.keras3.stored import widened
from dimorder.report_data import InspectReport
from dimorder.sandbox.files import open_beside, open_input
from dimorder.semantics import Opaque

GOLDEN = Path(__file__).parent / "golden" / "containers.zip"
LAYERS = {"inner/ic", "inner/ib", "inner/ic2", "fun/fc", "fun/fb", "fun/fc2", "out"}
LIMIT = 1e-6


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("containers")
    with zipfile.ZipFile(GOLDEN) as archive:
        archive.extractall(place)
    return place


def opened(path: Path, architecture: Path | None = None) -> Opened:
    files = {"source": io.BytesIO(path.read_bytes())}
    names = {"source": str(path)}
    if architecture is not None:
        files["architecture"], names["architecture"] = io.BytesIO(architecture.read_bytes()), str(architecture)
    files |= {f"source:{other.name}": io.BytesIO(other.read_bytes()) for other in path.parent.glob("k3s_*.h5")}
    return open_model(files, names, Options())


def off(model: Opened, answers: Path) -> float:
    """The largest difference to what the Keras that saved the file predicted."""
    graph = settled(model, Options()).graph
    assert graph is not None
    known = np.load(answers)
    found = run(graph, {graph.inputs[0]: known["x"]}, model.read)
    return float(np.abs(found[graph.outputs[0]] - known["y"]).max())


def inspected(path: Path) -> InspectReport:
    return inspect_file({"source": str(path)}, Options(), lambda stage, done, total: None)


@pytest.mark.parametrize("tag", ["k3", "tf"])
@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_a_whole_model_predicts_what_keras_predicted(folder: Path, tag: str, ending: str) -> None:
    assert off(opened(folder / (tag + ending)), folder / f"{tag}.io.npz") < LIMIT


@pytest.mark.parametrize("tag", ["k3", "tf"])
def test_weights_and_their_architecture_predict_what_keras_predicted(folder: Path, tag: str) -> None:
    model = opened(folder / f"{tag}.weights.h5", folder / f"{tag}.json")
    assert off(model, folder / f"{tag}.io.npz") < LIMIT


def test_shards_are_one_model(folder: Path) -> None:
    model = opened(folder / "k3s.weights.json", folder / "k3.json")
    assert off(model, folder / "k3.io.npz") < LIMIT


def test_each_form_says_what_it_is(folder: Path) -> None:
    expected = {
        "k3.h5": ("keras3", "3.15.1", "jax", "model"),
        "tf.h5": ("keras2", "2.15.0", "tensorflow", "model"),
        "k3.weights.h5": ("keras3", "", "", "weights"),
        "k3s.weights.json": ("keras3", "", "", "weights"),
        "k3.json": ("keras3", "", "", "architecture"),
        "tf.json": ("keras2", "2.15.0", "tensorflow", "architecture"),
        "k3.keras": ("keras3", "3.15.1", "", "model"),
        "tf.keras": ("keras2", "2.15.0", "", "model"),
    }
    for name, says in expected.items():
        report = inspected(folder / name)
        assert (report.era, report.keras_version, report.backend, report.kind) == says, name


@pytest.mark.parametrize("name", ["k3.weights.h5", "k3s.weights.json"])
def test_weights_alone_list_their_layers_by_the_names_that_keras_noted(folder: Path, name: str) -> None:
    layers = inspected(folder / name).layers
    assert {layer.name for layer in layers} == LAYERS
    assert {layer.kind for layer in layers} == {"Conv2D", "BatchNormalization", "Dense"}


def test_their_kernels_are_correlations_beyond_doubt(folder: Path) -> None:
    for name in ("k3.h5", "tf.h5", "k3.weights.h5", "tf.keras", "k3.json"):
        report = inspected(folder / name)
        assert (report.layout.kernels, report.confidence["kernels"]) == ("tf", "certain"), name


def test_bfloat16_is_widened_exactly() -> None:
    numbers = np.array([[1.5, -0.0, 3.0], [2.0**-126, -65280.0, 0.15625]], np.float32)
    halves = (numbers.view("<u4") >> 16).astype("<u2").view("|V2")
    assert widened(halves).tobytes() == numbers.tobytes()


def test_a_layer_that_computes_in_bfloat16_is_listed_and_not_computed(folder: Path) -> None:
    (layer,) = inspected(folder / "half.weights.h5").layers
    assert [(t.shape, t.dtype) for t in layer.tensors] == [((2, 2, 2, 5), "bfloat16"), ((5,), "bfloat16")]


def test_an_operation_is_not_taken_for_the_layer_of_its_name(folder: Path, tmp_path: Path) -> None:
    """`x * 2` is written as a Multiply without a type; HDF5 files do not say where a class comes from."""
    changed = tmp_path / "k3.h5"
    changed.write_bytes((folder / "k3.h5").read_bytes())
    with h5py.File(changed, "r+") as file:
        document = json.loads(file.attrs["model_config"])
        layer = next(one for one in document["config"]["layers"] if one["name"] == "concatenate")
        layer["config"] = {"name": "concatenate", "axis": -1}
        file.attrs["model_config"] = json.dumps(document)
    graph = opened(changed).model.graph
    assert graph is not None
    assert [node.op.class_name for node in graph.nodes if isinstance(node.op, Opaque)] == ["Concatenate"]


def test_arrays_of_a_nested_model_without_an_owner_are_refused(folder: Path, tmp_path: Path) -> None:
    changed = tmp_path / "k3.h5"
    changed.write_bytes((folder / "k3.h5").read_bytes())
    with h5py.File(changed, "r+") as file:
        group = file["model_weights/inner"]
        group.move("inner/ic/kernel", "lost")
        names = [b"lost" if name.endswith("ic/kernel") else name.encode() for name in group.attrs["weight_names"]]
        group.attrs["weight_names"] = names
    with pytest.raises(WeightsDoNotFit, match="does not say which layer owns it"):
        opened(changed)


def test_weights_of_another_architecture_are_refused(folder: Path) -> None:
    with pytest.raises((WeightsDoNotFit, UnreadableFile)):
        opened(folder / "half.weights.h5", folder / "k3.json")


def test_an_architecture_of_old_keras_does_not_go_with_these_weights(folder: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.json"
    old.write_text('{"class_name": "Sequential", "keras_version": "1.2.2", "config": []}')
    with pytest.raises(UsageError, match=r"do not go with an architecture of Keras 1\.2\.2"):
        opened(folder / "k3.weights.h5", old)


def test_a_missing_shard_is_named(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "k3s.weights.json").write_bytes((folder / "k3s.weights.json").read_bytes())
    with pytest.raises(UsageError, match="k3s_0000"):
        inspected(tmp_path / "k3s.weights.json")


@pytest.mark.parametrize(
    "name", ["../k3s_00000.weights.h5", "/etc/x.weights.h5", "a\\b.weights.h5", "passwd", "\0.weights.h5"]
)
def test_an_index_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    index = tmp_path / "k3s.weights.json"
    index.write_text(json.dumps({"metadata": {}, "weight_map": {"/layers/dense/vars": name}}))
    with pytest.raises(UnsafeContent, match="its own folder"):
        inspected(index)


def test_a_shard_is_no_symbolic_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link.weights.h5").symlink_to(folder / "k3.weights.h5")
    (tmp_path / "index.json").write_text("{}")
    with open_input(str(tmp_path / "index.json")) as index, pytest.raises(UsageError, match="symbolic link"):
        open_beside(index, "link.weights.h5").__enter__()


def test_python_objects_are_never_opened(tmp_path: Path) -> None:
    np.savez(tmp_path / "w.npz", **{"layers/dense": np.array({"0": np.zeros(2)}, dtype=object)}, allow_pickle=True)
    with pytest.raises(UnsafeContent, match="never opened"):
        inspected(tmp_path / "w.npz")


def test_hdf5_with_a_group_called_layers_is_no_weights(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "data.h5", "w") as file:
        file["layers/first/values"] = np.zeros(3)
        file["vars/first"] = np.zeros(3)
    with pytest.raises(UnreadableFile, match="not weights that Keras saved"):
        inspected(tmp_path / "data.h5")
