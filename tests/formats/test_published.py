"""Published architectures against what real Keras 1.2.2 and 2.0.8 describe."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dimorder.errors import CannotTell, UsageError
from dimorder.formats.architectures import lowered_document
from dimorder.formats.published import APPS, document, released_layout
from dimorder.graph import Graph, Tensor
from dimorder.layout import Channels, Layout
from dimorder.model import Layer, Model
from dimorder.weights import weights_of

GOLDEN = Path(__file__).parent / "golden" / "published.json.gz"
VERSIONS = {"keras1": "1.2.2", "keras2": "2.0.8"}
CASES = [
    (app, era, top, channels)
    for app in APPS
    for era in VERSIONS
    for top in ("top", "notop")
    for channels in ("first", "last")
    if (app, channels) != ("xception", "first")
]


@cache
def golden() -> dict[str, Any]:
    with gzip.open(GOLDEN, "rt") as file:
        found: dict[str, Any] = json.load(file)
    return found


def weights(graph: Graph, era: Any) -> Model:
    """A weights file of this graph, as far as its names and shapes go."""
    shapes = {node.name: node.shape for node in graph.nodes}
    layers = []
    for node in graph.nodes:
        owned = weights_of(node.op, tuple(shapes[name] for name in node.inputs))
        tensors = tuple(Tensor(w.role, f"/{node.layer}/{w.role}", w.shape, "float32") for w in owned)
        layers.append(Layer(node.layer, "", tensors))
    return Model("weights.h5", "", era, "", "", "weights", tuple(layers))


def structure(graph: Graph) -> tuple[list[Any], list[str]]:
    """What each node computes from what, whatever weightless layers are called; and the layers with arrays."""
    places = {node.name: number for number, node in enumerate(graph.nodes)}
    shapes = {node.name: node.shape for node in graph.nodes}
    rows, owners = [], []
    for node in graph.nodes:
        reads = tuple(shapes[name] for name in node.inputs)
        rows.append((node.op, tuple(places[name] for name in node.inputs), node.shape))
        if weights_of(node.op, reads):
            owners.append(node.layer)
    return rows, owners


def real(app: str, era: str, top: str, channels: Channels) -> Graph:
    found = golden()[f"{app} {VERSIONS[era]} {top} {channels}"]
    return lowered_document(found, era, VERSIONS[era], channels).graph()  # type: ignore[arg-type]


def sorted_by_need(graph: Graph) -> Graph:
    """Nodes in an order that depends on what is computed only, so that two listings of one graph agree."""
    table, order = graph.by_name(), list[str]()

    def visit(name: str) -> None:
        if name not in order:
            for read in table[name].inputs:
                visit(read)
            order.append(name)

    for output in graph.outputs:
        visit(output)
    return replace(graph, nodes=tuple(table[name] for name in order))


@pytest.mark.parametrize(("app", "era", "top", "channels"), CASES)
def test_the_published_model_is_what_real_keras_builds(app: str, era: str, top: str, channels: Channels) -> None:
    theirs = real(app, era, top, channels)
    built = document(app, weights(theirs, era), channels)
    ours = lowered_document(built, era, VERSIONS[era], channels).graph()  # type: ignore[arg-type]
    assert structure(sorted_by_need(ours)) == structure(sorted_by_need(theirs))


def test_the_number_of_classes_is_the_files_own() -> None:
    theirs = real("vgg16", "keras1", "top", "first")
    model = weights(theirs, "keras1")
    kernel = Tensor("W", "/predictions/W", (4096, 7), "float32")
    named = [layer for layer in model.layers if layer.name != "predictions"]
    built = document("vgg16", replace(model, layers=(*named, Layer("predictions", "", (kernel,)))), None)
    assert built["config"]["layers"][-1]["config"]["output_dim"] == 7


@pytest.mark.parametrize("channels", ["first", "last"])
@pytest.mark.parametrize("app", ["vgg16", "resnet50", "inception_v3"])
def test_keras_1_tells_the_ordering_by_its_first_kernel(app: str, channels: Channels) -> None:
    model = weights(real(app, "keras1", "top", channels), "keras1")
    assert document(app, model, None) == document(app, model, channels)


def test_keras_2_does_not_tell_the_ordering() -> None:
    with pytest.raises(CannotTell, match="alike in both dim orderings"):
        document("vgg16", weights(real("vgg16", "keras2", "notop", "last"), "keras2"), None)


def test_unnamed_layers_take_over_the_numbers_of_the_file() -> None:
    """A session that built something else before started to count later."""
    theirs = real("inception_v3", "keras1", "notop", "last")
    model = weights(theirs, "keras1")
    stored = {layer.name for layer in model.layers if layer.name.startswith("convolution2d_")}
    built = document("inception_v3", model, "last")["config"]["layers"]
    assert "convolution2d_1" not in stored
    assert {item["name"] for item in built if item["class_name"] == "Convolution2D"} == stored


def test_an_unknown_name_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="app:vgg17"):
        document("vgg17", weights(real("vgg16", "keras1", "top", "first"), "keras1"), "first")


@pytest.mark.parametrize(
    ("path", "layout"),
    [
        ("vgg16_weights_th_dim_ordering_th_kernels.h5", Layout("th", "th")),
        ("models/resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5", Layout("tf", "tf")),
        ("my_vgg16_th_kernels.h5", None),
        ("vgg16_weights_th_dim_ordering_th_kernels_finetuned.h5", None),
    ],
)
def test_only_the_released_spelling_states_a_layout(path: str, layout: Layout | None) -> None:
    assert released_layout(path) == layout
