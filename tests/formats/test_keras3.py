"""What is written into a .keras file, what is read from one, what is refused; without Keras."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import h5py
import numpy as np
import pytest

from dimorder import semantics as ops
from dimorder.errors import Refused, UnreadableFile, UnsafeContent, WeightsDoNotFit
from dimorder.formats.keras3 import planned_layers, read, write
from dimorder.formats.keras3.naming import groups, snake_case
from dimorder.formats.keras3.order import computable_order, layer_order
from dimorder.formats.keras3.settings import is_harmless
from dimorder.graph import Graph, Node
from dimorder.model import Model, Provenance
from dimorder.semantics import Activate, Merge
from formats.test_keras3_cases import CASES, Case, Net, batches, compute, conv, fused, single

PROVENANCE = {"layout": "tf/tf", "source_layout": "th/th", "source_sha256": "ab", "version": "0.1"}


def saved(case: Case, **attributes: bytes) -> bytes:
    file = io.BytesIO()
    write(planned_layers(case.graph, case.net.configs), case.read, file, name="model", attributes=attributes)
    return file.getvalue()


def opened(content: bytes) -> Model:
    return read(io.BytesIO(content), "x.keras")[0]


def config(case: Case) -> dict[str, Any]:
    """Layers of the written config.json, by name."""
    with zipfile.ZipFile(io.BytesIO(saved(case))) as archive:
        document = json.loads(archive.read("config.json"))
    return {layer["name"]: layer for layer in document["config"]["layers"]}


# Written and read back.

# Written by other layers, or read by other words, for the same function.
RESPELLED = {
    "activation-hard_sigmoid", "activation-softmax-last", "activation-thresholded_relu-0",
    "collision",
    "conv-L1IO", "conv-OIL1", "cos", "crop-1d-first", "flatten-vector", "ports", "shared", "tapped",
    "up-1d-first",
    *(f"random-{seed}" for seed in range(12)),
    *(f"softmax-{rank}d-last" for rank in (1, 2, 3)),
    *(f"conv-{rank}d-{side}-stored-oi" for rank in (1, 2, 3) for side in ("first", "last")),
    *(f"dense-{name}" for name in (
        "linear", "relu-max", "relu6", "softmax-0", "softmax-last", "hard_sigmoid", "elu-0.7",
        "leaky_relu", "thresholded_relu", "thresholded_relu-0")),
}  # fmt: skip


def arrays(node: Node) -> list[object]:
    return [(tensor.role, tensor.shape) for tensor in node.tensors]


def facts(graph: Graph) -> object:
    nodes = {node.name: (node.op, node.layer, node.inputs, node.shape, node.call, arrays(node)) for node in graph.nodes}
    return nodes, graph.inputs, graph.outputs


@pytest.mark.parametrize("name", [name for name in CASES if name not in RESPELLED])
def test_a_graph_is_read_back_as_it_was(name: str) -> None:
    graph = opened(saved(CASES[name])).graph
    assert graph is not None
    assert facts(graph) == facts(CASES[name].graph)


@pytest.mark.parametrize("name", CASES)
def test_what_is_read_back_computes_the_same(name: str) -> None:
    case = CASES[name]
    model, stored = read(io.BytesIO(saved(case)), "x.keras")
    assert model.graph is not None
    inputs = batches(case)
    given = dict(zip(model.graph.inputs, inputs.values(), strict=True))
    found = compute(model.graph, stored.read_array, given)
    expected = compute(case.graph, case.read, inputs)
    for ours, right in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, right, rtol=1e-12, atol=1e-12)


def test_arrays_keep_every_bit() -> None:
    case = single(ops.BatchNorm(0, 1e-3), (4,))
    odd = np.array([np.nan, -0.0, np.inf, 1e-45], "float32")
    case.net.arrays["tested/beta"] = odd
    model, stored = read(io.BytesIO(saved(case)), "x.keras")
    (beta,) = (tensor for tensor in model.tensors() if tensor.role == "beta")
    assert beta.address == "layers/batch_normalization/vars/1"
    assert stored.read_array(beta).tobytes() == odd.tobytes()


# How things are spelled.


def hashes() -> list[str]:
    names = ("shared", "random-1", "bn-2d-last", "identity-dropout")
    return [hashlib.sha256(saved(CASES[name], dimorder=b"{}")).hexdigest() for name in names]


def test_same_input_same_bytes() -> None:
    code = "import sys; sys.path[:0] = sys.argv[1:]\nfrom formats.test_keras3 import hashes; print(*hashes())"
    environment = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    elsewhere = subprocess.run(
        [sys.executable, "-c", code, *sys.path],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert elsewhere.stdout.split() == hashes()


def test_members_are_stored_without_time() -> None:
    with zipfile.ZipFile(io.BytesIO(saved(CASES["dense"]))) as archive:
        members = archive.infolist()
    names = [member.filename for member in members]
    assert names == ["metadata.json", "config.json", "model.weights.h5"]
    assert {member.compress_type for member in members} == {zipfile.ZIP_STORED}
    assert {member.date_time for member in members} == {(1980, 1, 1, 0, 0, 0)}


def test_attributes_stand_in_the_weights_and_in_the_metadata() -> None:
    written = json.dumps(PROVENANCE)
    content = saved(CASES["dense"], dimorder=written.encode())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        metadata = json.loads(archive.read("metadata.json"))
    assert metadata == {"keras_version": "3.15.1", "dimorder": {"dimorder": written}}
    assert opened(content).provenance == Provenance(**PROVENANCE)


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b"no json", b"\xff"])
def test_other_attributes_are_no_provenance(text: bytes) -> None:
    assert opened(saved(CASES["dense"], dimorder=text)).provenance is None


def test_a_fused_activation_is_a_word_of_its_layer() -> None:
    layers = config(fused(ops.Dense(5, True), Activate("relu"), (3, 4)))
    assert list(layers) == ["in", "tested"]
    assert layers["tested"]["config"]["activation"] == "relu"


def test_a_value_that_is_read_before_its_activation_keeps_it_apart() -> None:
    classes = [layer["class_name"] for layer in config(CASES["tapped"]).values()]
    assert classes.count("Activation") == 2


def test_a_shared_layer_with_different_activations_keeps_them_apart() -> None:
    net = Net()
    first = net.activated(ops.Dense(4, True), Activate("relu"), net.input(4), layer="fc")
    net.activated(ops.Dense(4, True), Activate("tanh"), first, layer="fc", call=1)
    with pytest.raises(Refused, match="'fc' is shared"):
        saved(Case(net, net.graph()))


def test_old_hard_sigmoid_is_scaled_first() -> None:
    layers = config(CASES["activation-hard_sigmoid"])
    assert layers["tested_scaled"]["config"]["scale"] == 1.2
    assert layers["tested"]["config"]["activation"] == "hard_sigmoid"


def test_a_shared_layer_is_written_once() -> None:
    layers = config(CASES["shared"])
    assert [len(layers[name]["inbound_nodes"]) for name in ("conv", "pool", "fc")] == [2, 2, 2]


def test_layers_of_one_name_are_told_apart() -> None:
    names = set(config(CASES["collision"]))
    assert {"fc", "fc_2", "fc_3", "fc_activation", "fc_activation_2"} <= names


def test_the_layer_keeps_what_it_needs_for_training() -> None:
    settings = {"rate": 0.25, "class_name": "Dropout", "seed": 3, "trainable": False, "units": 7}
    written = config(single(ops.Identity(), (3,), config=settings))["tested"]
    expected = {"rate": 0.25, "seed": 3, "trainable": False, "name": "tested", "dtype": "float32"}
    assert (written["class_name"], written["config"]) == ("Dropout", expected)


@pytest.mark.parametrize(
    "value",
    [
        {"class_name": "__lambda__", "config": {"value": "4wEAA"}},
        {"class_name": "run", "module": "os", "config": {}},
        {
            "class_name": "L2",
            "config": {"l2": {"module": "subprocess", "class_name": "run", "config": {}}},
        },
        [object()],
    ],
)
def test_settings_that_name_foreign_code_are_left_out(value: Any) -> None:
    assert not is_harmless(value)
    layers = config(single(ops.Dense(5, True), (4,), config={"kernel_regularizer": value}))
    assert "kernel_regularizer" not in layers["tested"]["config"]


def test_large_arrays_pass_one_by_one() -> None:
    net = Net()
    value = net.input(1000)
    for number in range(12):
        value = net.add(ops.Dense(1000, False), value, layer=f"d{number}")
    graph = net.graph()
    net.arrays.clear()
    tracemalloc.start()
    with tempfile.TemporaryFile() as file:
        write(planned_layers(graph, {}), lambda t: np.ones(t.shape, "float32"), file, name="m", attributes={})
        size, (_, peak) = file.tell(), tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        model, stored = read(file, "x")
        assert all(stored.read_array(tensor).nbytes == 4e6 for tensor in model.tensors())
        (_, peak_reading) = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 48e6
    assert max(peak, peak_reading) < 16e6  # four of the twelve arrays


# What Keras 3 has no word for.

REFUSED: dict[str, tuple[Callable[[], Case], str]] = {
    "opaque": (lambda: single(ops.Opaque("Warp2D"), (4,)), "Warp2D"),
    "std": (
        lambda: single(ops.BatchNorm(0, 1e-3, statistic="std", formula="std+e"), (4,)),
        "standard deviation",
    ),
    "formula": (
        lambda: single(ops.BatchNorm(0, 1e-3, formula="sqrt(v)+e"), (4,)),
        "standard deviation",
    ),
    "mode": (lambda: single(ops.BatchNorm(0, 1e-3, mode=2), (4,)), "mode 2"),
    "theano conv": (lambda: single(conv(2, "last", "theano-same"), (7, 5, 3)), "Theano's padding"),
    "theano pool": (
        lambda: single(ops.Pool(1, "max", (2,), (2,), "theano-same", "last"), (7, 3)),
        "Theano's padding",
    ),
    "counts": (
        lambda: single(ops.Pool(1, "ave", (2,), (2,), "tf-same", "last", counts_padding=True), (7, 3)),
        "leaves padding out",
    ),
    "causal pool": (
        lambda: single(ops.Pool(1, "max", (2,), (2,), "causal", "last"), (7, 3)),
        "causal",
    ),
    "convolution": (
        lambda: single(replace(conv(1, "last", "valid"), orientation="convolution"), (7, 3)),
        "correlations",
    ),
    "strides and dilation": (
        lambda: single(conv(1, "last", "valid", strides=(2,), dilation=(2,)), (11, 3)),
        "both strides and dilation",
    ),
    "causal": (lambda: single(conv(2, "last", "causal"), (7, 5, 3)), "one dimension"),
    "dot axes": (
        lambda: single(Merge("dot", dot_axes=((0, 1), (0, 1))), (3, 5), (3, 5)),
        "one axis only",
    ),
    "cosine": (
        lambda: single(Merge("cos", dot_axes=((1,), (1,))), (3, 5), (4, 5)),
        "cosine of matrices",
    ),
    "threshold": (lambda: single(Activate("thresholded_relu", theta=-1.0), (3,)), "negative"),
    "repeat": (lambda: single(ops.Repeat(2), (3, 5)), "vectors only"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_keras_cannot_state_is_refused(name: str) -> None:
    build, because = REFUSED[name]
    case = build()
    with pytest.raises(Refused, match=because) as refusal:
        saved(case)
    assert "'tested'" in refusal.value.sentence


# Keras's own order and names.


def test_classes_are_spelled_as_keras_does() -> None:
    spelled = {"Conv2D": "conv2d", "PReLU": "p_re_lu", "GlobalMaxPooling1D": "global_max_pooling1d"}
    assert {name: snake_case(name) for name in spelled} == spelled
    assert list(groups(["Dense", "Conv2D", "Dense"])) == ["dense", "conv2d", "dense_1"]


def test_layers_are_ordered_by_their_distance_from_the_outputs() -> None:
    a, b, c, idle = ("a", 0), ("b", 0), ("c", 0), ("idle", 0)
    parents = {a: [], b: [a], c: [b, a], ("b", 1): [c], idle: []}
    assert layer_order(parents, [a, idle], [("b", 1)]) == ["a", "b", "c", "idle"]
    assert layer_order(parents, [a], [c]) == ["a", "b", "c"]
    assert computable_order(parents, [("b", 1)]) == [a, b, c, ("b", 1)]


def test_a_loop_is_no_graph() -> None:
    with pytest.raises(UnreadableFile, match="its own output"):
        computable_order({("a", 0): [("b", 0)], ("b", 0): [("a", 0)]}, [("b", 0)])


def test_ten_thousand_layers_are_no_depth() -> None:
    parents = {("d", n): [("d", n - 1)] if n else [] for n in range(10_000)}
    assert len(computable_order(parents, [("d", 9_999)])) == 10_000


# Files that are not what they claim to be.


def rebuilt(*, members: dict[str, bytes] | None = None, drop: str = "", method: int = zipfile.ZIP_STORED) -> bytes:
    """The file of one Dense, with members changed."""
    with zipfile.ZipFile(io.BytesIO(saved(CASES["dense"]))) as source:
        contents = {name: source.read(name) for name in source.namelist() if name != drop}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in (contents | (members or {})).items():
            archive.writestr(name, content)
    return file.getvalue()


def weights(change: Callable[[h5py.File], object]) -> bytes:
    """The file of one Dense, with its HDF5 changed."""
    with zipfile.ZipFile(io.BytesIO(saved(CASES["dense"]))) as archive:
        file = io.BytesIO(archive.read("model.weights.h5"))
    with h5py.File(file, "r+") as root:
        change(root)
    return rebuilt(members={"model.weights.h5": file.getvalue()})


def changed_config(change: Callable[[dict[str, Any]], object]) -> bytes:
    """The file of one Dense, with its config.json changed."""
    with zipfile.ZipFile(io.BytesIO(saved(CASES["dense"]))) as archive:
        document = json.loads(archive.read("config.json"))
    change(document)
    return rebuilt(members={"config.json": json.dumps(document).encode()})


def test_a_compressed_file_is_read_too() -> None:
    assert opened(rebuilt(method=zipfile.ZIP_DEFLATED)).graph == opened(saved(CASES["dense"])).graph


def test_other_members_are_not_looked_at() -> None:
    others = {"assets/vocabulary.txt": b"x", "assets/a": b"\0" * 100}
    assert opened(rebuilt(members=others)).graph is not None


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x89HDF\r\n\x1a\n" + b"\0" * 99])
def test_what_is_no_zip_is_unreadable(content: bytes) -> None:
    with pytest.raises(UnreadableFile, match="not a readable zip"):
        opened(content)


@pytest.mark.parametrize("name", ["config.json", "model.weights.h5"])
def test_a_missing_member_is_named(name: str) -> None:
    with pytest.raises(UnreadableFile, match=f"has no {name}"):
        opened(rebuilt(drop=name))


def test_a_member_that_stands_there_twice_is_refused() -> None:
    file = io.BytesIO(saved(CASES["dense"]))
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("config.json", b"{}")
    with pytest.raises(UnreadableFile, match=r"more than one config\.json"):
        opened(file.getvalue())


def central(content: bytes, offset: int, value: bytes) -> bytes:
    """Bytes changed in the directory's entry of model.weights.h5, the last one."""
    at = content.rindex(b"PK\x01\x02") + offset
    return content[:at] + value + content[at + len(value) :]


def test_an_encrypted_member_is_refused() -> None:
    with pytest.raises(UnsafeContent, match="encrypted"):
        opened(central(saved(CASES["dense"]), 8, b"\x01\x00"))


def test_an_absurd_size_is_refused() -> None:
    with pytest.raises(UnsafeContent, match="declares 4294967294 bytes"):
        opened(central(saved(CASES["dense"]), 24, b"\xfe\xff\xff\xff"))


@pytest.mark.parametrize("text", [b"", b"nothing", b"[" * 100_000, b"\xff\xfe"])
def test_a_config_that_is_no_json_is_unreadable(text: bytes) -> None:
    with pytest.raises(UnreadableFile):
        opened(rebuilt(members={"config.json": text}))


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        {"class_name": "Functional"},
        {"class_name": "Custom", "config": {}},
        {"class_name": "Sequential", "config": 3},
    ],
)
def test_a_config_of_another_form_is_unreadable(document: Any) -> None:
    with pytest.raises(UnreadableFile):
        opened(rebuilt(members={"config.json": json.dumps(document).encode()}))


def test_a_layer_that_reads_nothing_known_is_unreadable() -> None:
    def break_history(document: dict[str, Any]) -> None:
        tensor = document["config"]["layers"][1]["inbound_nodes"][0]["args"][0]
        tensor["config"]["keras_history"] = ["in0", 5, 0]

    with pytest.raises(UnreadableFile, match="no call 5"):
        opened(changed_config(break_history))


@pytest.mark.parametrize("units", [None, "many", [3]])
def test_a_setting_of_another_type_is_unreadable(units: Any) -> None:
    def change(document: dict[str, Any]) -> None:
        document["config"]["layers"][1]["config"]["units"] = units

    with pytest.raises(UnreadableFile, match="layer 'tested'"):
        opened(changed_config(change))


@pytest.mark.parametrize(
    ("key", "value"),
    [("activation", "mish"), ("lora_rank", 4), ("quantization_config", {"mode": "int8"})],
)
def test_what_has_no_operation_is_opaque_and_keeps_its_arrays(key: str, value: Any) -> None:
    def change(document: dict[str, Any]) -> None:
        document["config"]["layers"][1]["config"][key] = value

    graph = opened(changed_config(change)).graph
    assert graph is not None
    node = graph.by_name()["tested"]
    assert isinstance(node.op, ops.Opaque)
    assert key in node.op.because
    assert [tensor.shape for tensor in node.tensors] == [(4, 5)]


def test_a_call_as_in_training_is_opaque() -> None:
    def change(document: dict[str, Any]) -> None:
        document["config"]["layers"][1]["inbound_nodes"][0]["kwargs"] = {"training": True}

    graph = opened(changed_config(change)).graph
    assert graph is not None
    assert isinstance(graph.by_name()["tested"].op, ops.Opaque)


KERNEL = "layers/dense/vars/0"


def replace_kernel(root: h5py.File, **made: Any) -> None:
    del root[KERNEL]
    root.create_dataset(KERNEL, **made)


def virtual(root: h5py.File) -> None:
    del root[KERNEL]
    layout = h5py.VirtualLayout((4, 5), "f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", (4, 5))
    root.create_virtual_dataset(KERNEL, layout)


def external_link(root: h5py.File) -> None:
    del root[KERNEL]
    root[KERNEL] = h5py.ExternalLink("/etc/passwd", "/x")


def soft_link(root: h5py.File) -> None:
    root["layers"].move("dense", "real")
    root["layers/dense"] = h5py.SoftLink("/layers/real")


UNSAFE: dict[str, Callable[[h5py.File], object]] = {
    "virtual": virtual,
    "external link": external_link,
    "soft link on the way": soft_link,
    "external storage": lambda root: replace_kernel(root, shape=(4, 5), dtype="f4", external=[("/etc/passwd", 0, 80)]),
    "shape bomb": lambda root: replace_kernel(root, shape=(40_000, 50_000), dtype="f4", chunks=True),
}


@pytest.mark.parametrize("name", UNSAFE)
def test_unsafe_weights_are_refused(name: str) -> None:
    with pytest.raises(UnsafeContent):
        opened(weights(UNSAFE[name]))


def test_an_array_of_another_shape_does_not_fit() -> None:
    with pytest.raises(WeightsDoNotFit, match=r"kernel has shape \(5, 4\), not \(4, 5\)"):
        opened(weights(lambda root: replace_kernel(root, data=np.ones((5, 4), "f4"))))


def test_a_missing_array_does_not_fit() -> None:
    with pytest.raises(WeightsDoNotFit, match="owns 1 arrays, the file has 0"):
        opened(weights(lambda root: root.__delitem__(KERNEL)))


def with_dropout(change: Callable[[h5py.File], object]) -> bytes:
    """The file of one Dropout, with its HDF5 changed."""
    with zipfile.ZipFile(io.BytesIO(saved(CASES["identity-dropout"]))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    file = io.BytesIO(members["model.weights.h5"])
    with h5py.File(file, "r+") as root:
        change(root)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in (members | {"model.weights.h5": file.getvalue()}).items():
            archive.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize("place", ["input_layer", "dropout"])
def test_arrays_for_a_layer_that_owns_none_do_not_fit(place: str) -> None:
    def added(root: h5py.File) -> None:
        root[f"layers/{place}/vars/0"] = np.ones(3, "f4")

    with pytest.raises(WeightsDoNotFit, match="owns no arrays, the file has 1"):
        opened(with_dropout(added))


def test_the_state_of_random_numbers_is_no_array() -> None:
    def added(root: h5py.File) -> None:
        root["layers/dropout/seed_generator/vars/0"] = np.array([1, 2], "u4")

    assert opened(with_dropout(added)).graph == opened(with_dropout(lambda root: None)).graph


def test_an_array_that_holds_no_numbers_is_unreadable() -> None:
    with pytest.raises(UnreadableFile, match="not plain numbers"):
        opened(weights(lambda root: replace_kernel(root, data=np.zeros((4, 5), "S3"))))


def test_arrays_noted_for_another_layer_are_not_given_to_this_one() -> None:
    with pytest.raises(UnreadableFile, match="'tested' were saved by layer 'other'"):
        opened(weights(lambda root: root["layers/dense/vars"].attrs.__setitem__("name", "other")))


def test_weights_that_are_no_hdf5_are_unreadable() -> None:
    with pytest.raises(UnreadableFile, match="no HDF5 file"):
        opened(rebuilt(members={"model.weights.h5": b"nothing" * 100}))
