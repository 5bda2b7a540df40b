"""Models that code builds are those that the real Kerases made of the same code: golden/keras_api/make_golden.py."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dimorder.flow.shaping import shaping
from dimorder.formats.architectures import with_architecture
from dimorder.layout import Channels
from dimorder.model import Model
from dimorder.program import WORLDS, BuiltModel, World
from dimorder.source.evaluate import evaluate_function
from dimorder.source.keras_api import KERAS
from dimorder.source.project import Project

GOLDEN = Path(__file__).parent / "golden" / "keras_api"
ORDERINGS: dict[str, Channels] = {"th": "first", "tf": "last"}

# What a trained model does not use, what each version words in its own way, and what code does not say.
UNUSED = {
    "init", "seed", "noise_shape", "momentum", "implementation", "consume_less", "keras_version", "backend",
    "trainable", "input_dim", "input_length", "unroll", "recurrent_dropout",
}  # fmt: skip
ENDINGS = ("_initializer", "_regularizer", "_constraint", "_init")
# Keras 1 leaves the ordering out of some layers, Keras 2.2.4 tells Flatten's; forms of one meaning.
SAID_IN_OTHER_WAYS = {"dim_ordering", "data_format", "interpolation", "padding", "dot_axes", "shared_axes", "dropout",
                      "dilation_rate"}  # fmt: skip


def golden(era: str, ordering: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((GOLDEN / f"{era}_{ordering}.json").read_text())
    return found


CASES = [
    (era, ordering, name)
    for era in ("keras1", "keras2")
    for ordering in ORDERINGS
    for name in golden(era, ordering)
]


def evaluated(era: str, ordering: str, name: str) -> BuiltModel:
    path = f"samples_{era}.py"
    project = Project({path: (GOLDEN / path).read_text()})
    models = evaluate_function(path, name, project, (KERAS,), shaping)
    model = models[WORLDS.index(World(ORDERINGS[ordering], "theano"))]
    assert isinstance(model, BuiltModel), model
    return model


@pytest.mark.parametrize(("era", "ordering", "name"), CASES)
def test_a_model_is_what_keras_makes_of_the_code(era: str, ordering: str, name: str) -> None:
    model = evaluated(era, ordering, name)
    assert not model.unknown
    assert differences(json.loads(json.dumps(model.documents[era])), golden(era, ordering)[name]) == []


@pytest.mark.parametrize(("era", "ordering", "name"), CASES)
def test_documents_are_read_back_with_the_same_shapes(era: str, ordering: str, name: str) -> None:
    model = evaluated(era, ordering, name)
    for document in model.documents.values():
        read = with_architecture(Model("x", "", "keras1", "", "", "architecture", ()), document)
        real = with_architecture(Model("x", "", "keras1", "", "", "architecture", ()), golden(era, ordering)[name])
        assert read.graph is not None
        assert real.graph is not None
        assert [node.shape for node in read.graph.nodes] == [node.shape for node in real.graph.nodes]


@pytest.mark.parametrize(("era", "ordering", "name"), CASES)
def test_every_shape_is_known(era: str, ordering: str, name: str) -> None:
    assert [layer.name for layer in evaluated(era, ordering, name).layers if layer.output_shape is None] == []


def differences(ours: Any, real: Any, where: str = "") -> list[str]:
    """Where two documents differ in what matters."""
    if isinstance(ours, dict) and isinstance(real, dict):
        keys = [key for key in {**ours, **real} if key not in UNUSED and not key.endswith(ENDINGS)]
        return [one for key in keys for one in _at(key, ours, real, f"{where}.{key}")]
    if isinstance(ours, list) and isinstance(real, list) and len(ours) == len(real):
        pairs = enumerate(zip(ours, real, strict=True))
        return [one for number, pair in pairs for one in differences(*pair, f"{where}[{number}]")]
    same = ours == pytest.approx(real) if isinstance(ours, float) else ours == real
    return [] if same else [f"{where}: {ours!r} is not {real!r}"]


def _at(key: str, ours: dict[str, Any], real: dict[str, Any], where: str) -> list[str]:
    if key in ours and key in real:
        return differences(ours[key], real[key], where) if key != "padding" or isinstance(ours[key], str) else []
    return [] if key in SAID_IN_OTHER_WAYS else [f"{where} is only in {'ours' if key in ours else 'the real one'}"]
