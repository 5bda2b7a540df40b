"""What real Keras refuses is refused or unknown here; what it builds is the same here, or unknown.

golden/refused holds the snippets and what Keras 1.2.2 and 2.2.4 made of them, in both orderings and on both backends
(make_refused.py).
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pytest

from dimorder.errors import CannotTell, DimorderError
from dimorder.flow.architectures import stand_ins
from dimorder.flow.opened import Opened
from dimorder.flow.options import Options
from dimorder.flow.settling import judge
from dimorder.flow.shaping import shaping
from dimorder.formats.architectures import with_architecture
from dimorder.graph import Graph
from dimorder.infer import settle
from dimorder.layout import Channels, Layout
from dimorder.model import Model
from dimorder.program import WORLDS, BuiltModel
from dimorder.semantics import Opaque
from dimorder.source.evaluate import evaluate_function
from dimorder.source.keras_api import KERAS
from dimorder.source.project import Project

GOLDEN = Path(__file__).parent / "golden" / "refused"
OUTCOMES: dict[str, dict[str, Any]] = json.loads(gzip.decompress((GOLDEN / "outcomes.json.gz").read_bytes()))
CASES = [(era, name) for era, found in sorted(OUTCOMES.items()) for name in sorted(found)]
HEADS = {
    "keras1": "from keras.layers import *\nfrom keras.layers import Convolution2D, merge\n",
    "keras2": "from keras.layers import *\nfrom keras.layers import Conv2D, concatenate\n",
}
HEAD = "from keras.models import Model, Sequential\nfrom keras import backend as K\n"
LAYOUTS: dict[Channels, Layout] = {"first": Layout("th", "th"), "last": Layout("tf", "tf")}

TAKEN = {
    ("keras1", "dense_of_a_whole_float"): "numpy took 4.0 for a size while Keras 1 was in use",
    ("keras2", "dense_of_a_whole_float"): "the same",
    ("keras1", "convolution_with_one_length"): "Keras 2 has the class by this name, too",
    ("keras1", "words_of_keras_2"): "the same",
    ("keras2", "a_tensor_added"): "tf.keras and Keras 3 take it",
    ("keras2", "words_for_the_input_that_differ"): "the shape goes before the word, as in tf.keras",
    ("keras1", "input_of_nothing"): "Keras 2 takes it",
}
"""What is built here though one Keras refuses it."""
LEFT_OPEN = frozenset({
    "one_layer_twice_in_a_stack", "a_layer_taken_from_the_list", "a_merge_by_a_function", "activation_reads_two",
    "softmax_of_a_row_along_an_axis_beyond", "dense_of_half_a_unit", "joined_along_the_batch",
    "an_input_that_nothing_reads", "a_function_of_the_code", "a_function_of_the_code_that_says_its_shape",
    "a_function_of_the_code_with_a_shape_by_function", "full_convolution", "states_handed_on", "padding_in_capitals",
    "products_of_sequences", "transposed_convolution_same", "input_of_nothing",
    "one_layer_on_maps_of_different_ranks", "dense_as_wide_as_the_first_axis",
})  # fmt: skip
"""What a Keras builds and nobody tells here.

padding_in_capitals: Theano and TensorFlow take it otherwise; the last two: until Keras 2.2.0 the bias went elsewhere.
"""
NOT_SAID = frozenset({
    "subsample", "output_shape", "build_input_shape", "batch_input_shape", "function", "function_type", "padding",
    "dot_axes", "shared_axes", "dilation_rate", "keras_version", "backend", "interpolation",
})  # fmt: skip
"""Keys that one side may leave out, and forms of one meaning."""
ALONE = frozenset({
    "init", "seed", "noise_shape", "momentum", "implementation", "consume_less", "trainable", "input_dim", "rate", "p",
    "input_length", "unroll", "recurrent_dropout", "dropout", "dropout_W", "dropout_U", "batch_size", "dtype", "sparse",
    "input_dtype", "data_format", "dim_ordering",
})  # fmt: skip
ENDINGS = ("_initializer", "_regularizer", "_constraint", "_init")
INEXACT = frozenset({"ConvLSTM2D", "LSTM", "GRU", "SimpleRNN", "Bidirectional", "Sequential", "Model", "Merge"})
"""Their arrays are cut into other pieces here, or told by the layers inside."""


@dataclass(frozen=True)
class Built:
    """A model that is known completely. arrays: of each layer that owns some."""

    shapes: tuple[tuple[str, tuple[int | None, ...] | None], ...]
    arrays: dict[str, list[tuple[int, ...]]]
    document: dict[str, Any]


@cache
def snippets(era: str) -> dict[str, str]:
    texts = [(GOLDEN / f"{name}.txt").read_text(encoding="utf-8") for name in ("both", era)]
    pairs = (part.split("\n", 1) for text in texts for part in text.split("## ")[1:])
    return {one[0]: one[1] for one in pairs}


@cache
def answers(era: Literal["keras1", "keras2"], name: str) -> dict[str, Built | None]:
    project = Project({"net.py": HEADS[era] + HEAD + snippets(era)[name]})
    models = evaluate_function("net.py", "model", project, (KERAS,), shaping)
    pairs = zip(WORLDS, models, strict=True)
    return {f"{world.channels}/{world.backend}": built(model, era, world.channels) for world, model in pairs}


def built(model: Any, era: Literal["keras1", "keras2"], channels: Channels) -> Built | None:
    """None where it is refused or not known."""
    if not isinstance(model, BuiltModel) or not model.is_complete or era not in model.documents:
        return None
    document = json.loads(json.dumps(model.documents[era]))
    try:
        graph = filled(document, era, channels)
    except DimorderError:
        return None
    if any(isinstance(node.op, Opaque) for node in graph.nodes):
        return None
    arrays: dict[str, list[tuple[int, ...]]] = {}
    for node in graph.nodes:
        shapes = [tuple(size or 0 for size in tensor.shape) for tensor in node.tensors]
        if shapes and node.layer not in arrays:
            arrays[node.layer] = shapes
    return Built(tuple((layer.name, layer.output_shape) for layer in model.layers), arrays, document)


def filled(document: dict[str, Any], era: Literal["keras1", "keras2"], channels: Channels) -> Graph:
    """The graph that the document asks for, with the shapes of its arrays."""
    bare = Model("net.py", "", era, "", "", "architecture", ())
    opened = Opened(with_architecture(bare, document, channels), None, None)
    assert opened.model.graph is not None
    for one in (channels, "first", "last"):  # a layer may state another ordering than the machine
        layout = LAYOUTS[one]
        try:
            verdict = replace(judge(opened, Options(stated=layout)), layout=layout)
        except CannotTell:
            continue
        settled = replace(opened.model, graph=settle(opened.model.graph, verdict))
        graph = stand_ins(replace(opened, model=settled)).model.graph
        assert graph is not None
        return graph
    raise CannotTell("neither ordering is the architecture's")


@pytest.mark.parametrize(("era", "name"), CASES)
def test_what_keras_says_of_a_snippet_is_said_here(era: Literal["keras1", "keras2"], name: str) -> None:
    found = answers(era, name)
    differing = [
        (world, said) for worlds, truth in OUTCOMES[era][name] for world in worlds
        if (said := objection(era, name, truth, found[world]))
    ]  # fmt: skip
    assert differing == []


def objection(era: str, name: str, truth: Any, found: Built | None) -> str:
    """How the answer here differs from Keras's; "" where it does not, or nothing is claimed."""
    if truth == "refused":
        return "" if found is None or (era, name) in TAKEN else f"Keras refuses it, here it has {found.shapes}"
    if found is None:
        return "" if name in LEFT_OPEN or is_useless(truth) else f"Keras builds it: {truth['rows']}"
    return "; ".join((*different_rows(truth["rows"], found), *different(found.document["config"], truth["config"])))


def is_useless(truth: dict[str, Any]) -> bool:
    """Whether Keras's own model fails when it predicts, or yields maps of no size."""
    shapes = [row[2] for row in truth["rows"] if row[2] and not isinstance(row[2][0], list)]
    return "fails" in truth or any(size is not None and size < 1 for shape in shapes for size in shape)


def different_rows(rows: list[Any], found: Built) -> Iterator[str]:
    single = [(name, tuple(shape[1:])) for _, name, shape, _ in rows if not isinstance((shape or [0])[0], list)]
    ours = [(name, shape) for name, shape in found.shapes if name in {one for one, _ in single}]
    if single != ours:
        yield f"Keras has {single}, here are {ours}"
    if [row[1] for row in rows] != [name for name, _ in found.shapes]:
        yield f"Keras has the layers {[row[1] for row in rows]}"
    exact = {name: arrays for kind, name, _, arrays in rows if kind not in INEXACT and arrays}
    for name, arrays in exact.items():
        if sorted(map(sorted, arrays)) != sorted(map(sorted, found.arrays.get(name, []))):
            yield f"arrays of {name!r}: Keras has {arrays}, here are {found.arrays.get(name)}"
    total = sum(math.prod(shape) for row in rows for shape in row[3])
    here = sum(math.prod(shape) for arrays in found.arrays.values() for shape in arrays)
    if total != here and "Merge" not in {row[0] for row in rows}:
        yield f"Keras has {total} numbers in all, here are {found.arrays}"


def different(ours: Any, real: Any, where: str = "config") -> Iterator[str]:
    """Where two documents differ in what matters."""
    if isinstance(ours, dict) and isinstance(real, dict):
        for key in {**ours, **real}:
            if key in ours and key in real and key not in ALONE:
                yield from different(ours[key], real[key], f"{where}.{key}")
            elif not (key in ALONE or key in NOT_SAID or key.endswith(ENDINGS)):
                yield f"{where}.{key} is only in {'ours' if key in ours else 'the real one'}"
    elif isinstance(ours, list) and isinstance(real, list) and len(ours) == len(real):
        for number, pair in enumerate(zip(ours, real, strict=True)):
            yield from different(*pair, f"{where}[{number}]")
    elif ours != (pytest.approx(real) if isinstance(ours, float) else real):
        yield f"{where}: {ours!r} is not {real!r}"
