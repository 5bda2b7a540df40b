"""Samples of the ways people write models, against what real Keras built from them (golden/make_against_keras.py)."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dimorder.flow.architectures import stand_ins
from dimorder.flow.opened import Opened
from dimorder.flow.options import Options
from dimorder.flow.settling import judge
from dimorder.flow.shaping import shaping
from dimorder.formats.architectures import with_architecture
from dimorder.infer import settle
from dimorder.layout import Layout
from dimorder.model import Model
from dimorder.program import BuiltModel, Program
from dimorder.source.evaluate import evaluate
from dimorder.source.keras_api import KERAS
from dimorder.source.project import Project

GOLDEN = Path(__file__).parent / "golden"
TRUTH: dict[str, Any] = json.loads((GOLDEN / "against_keras.json").read_text(encoding="utf-8"))
MODELS = [
    (sample, channels, name)
    for sample, worlds in sorted(TRUTH.items())
    for channels, models in sorted(worlds.items())
    for name in sorted(models)
]


@cache
def program_of(sample: str) -> Program:
    project = Project({"net.py": (GOLDEN / "samples" / sample).read_text(encoding="utf-8")})
    return evaluate("net.py", project, (KERAS,), shaping)


def models_of(sample: str, channels: str) -> tuple[BuiltModel, ...]:
    if "python2" in sample and importlib.util.find_spec("fissix") is None:
        pytest.skip("Python 2 is read with fissix")
    return next(run.models for run in program_of(sample).runs if run.world.channels == channels)


def names_and_shapes(built: BuiltModel) -> list[tuple[str, list[int | None]]]:
    layers = (layer for layer in built.layers if layer.class_name != "InputLayer")
    return [(layer.name, list(layer.output_shape or ())) for layer in layers]


def array_sizes(built: BuiltModel, era: str) -> list[list[list[int]]]:
    """Of each layer that owns arrays, as its architecture asks for them; the order of axes is left out."""
    layout = Layout("th", "th") if any(layer.channels == "first" for layer in built.layers) else Layout("tf", "tf")
    bare = Model("net.py", "", era, "", "", "architecture", ())  # type: ignore[arg-type]
    opened = Opened(with_architecture(bare, built.documents[era], layout.channels), None, None)
    assert opened.model.graph is not None
    verdict = replace(judge(opened, Options(stated=layout)), layout=layout)
    settled = replace(opened.model, graph=settle(opened.model.graph, verdict))
    graph = stand_ins(replace(opened, model=settled)).model.graph
    assert graph is not None
    return [[sorted(tensor.shape) for tensor in node.tensors] for node in graph.nodes if node.tensors]


@pytest.mark.parametrize(("sample", "channels", "name"), MODELS)
def test_names_and_shapes_are_those_of_keras(sample: str, channels: str, name: str) -> None:
    wanted = [(row[1], row[2]) for row in TRUTH[sample][channels][name] if row[0] != "InputLayer"]
    assert wanted in [names_and_shapes(built) for built in models_of(sample, channels)]


@pytest.mark.parametrize(("sample", "channels", "name"), MODELS)
def test_arrays_have_the_sizes_of_keras(sample: str, channels: str, name: str) -> None:
    rows = TRUTH[sample][channels][name]
    wanted = [[sorted(shape) for shape in row[3]] for row in rows if row[3]]
    era = "keras2" if "keras2" in sample else "keras1"
    assert wanted in [array_sizes(built, era) for built in models_of(sample, channels)]
