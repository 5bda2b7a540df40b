"""Fixed code evaluated again: it must build what the conversion makes of the model that it built before."""

from __future__ import annotations

import copy
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dimorder.errors import DimorderError
from dimorder.flow.aligning import aligned
from dimorder.flow.architectures import stand_ins
from dimorder.flow.goal import make_plan
from dimorder.flow.joins import Joins
from dimorder.flow.opened import Opened, no_arrays
from dimorder.flow.options import TF_TF, Options
from dimorder.flow.settling import settled
from dimorder.flow.shaping import shaping
from dimorder.formats.architectures import with_architecture
from dimorder.graph import Graph
from dimorder.layout import Channels, Layout
from dimorder.model import Model
from dimorder.program import BuiltModel, Program
from dimorder.semantics import BatchNorm, Merge, Op, Permute, Reshape
from dimorder.source.evaluate import evaluate
from dimorder.source.keras_api import KERAS
from dimorder.source.project import Project

_ERA = "keras2"
_STATED = Layout("th", "tf")
"""Channels move; kernels are none of the code's business."""
_WITH_AXES = (BatchNorm, Merge, Permute, Reshape)
"""Operations whose settings name axes or sizes of them: these must be what the conversion makes of them."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """before: programs by path as they were. texts: of the whole repository, as the project knows them."""

    before: Mapping[str, Program]
    texts: Mapping[str, str]
    joins: Joins

    def objection(self, changed: Mapping[str, str]) -> str:
        """Why these new texts (by path) must not be written; "" where they may be."""
        project = Project({**self.texts, **changed})
        for path in changed:
            after = evaluate(posixpath.normpath(path), project, (KERAS,), shaping)
            because = next(self._objections(self.before[path], after), "")
            if because:
                return f"{path}: {because}"
        return ""

    def _objections(self, before: Program, after: Program) -> Iterator[str]:
        there = {_key(model): model for model in _models(after, "last")}
        for model in _models(before, "first"):
            name = model.name or model.function or "the model"
            if not any(layer.channels == "first" for layer in model.layers):
                continue
            new = there.get(_key(model))
            if new is None:
                yield f"{name} would not be built any more"
                return
            yield from (f"{name}: {because}" for because in _differences(model, new))
        yield from (told.message for told in self.joins.found(after))


def _models(program: Program, channels: Channels) -> list[BuiltModel]:
    """Models built on a machine of today's backend with these channels."""
    worlds = [run for run in program.runs if (run.world.channels, run.world.backend) == (channels, "tensorflow")]
    return [model for run in worlds for model in run.models]


def _key(model: BuiltModel) -> tuple[str, str]:
    return model.function, model.name


def _differences(before: BuiltModel, after: BuiltModel) -> Iterator[str]:
    for model in (before, after):
        if not model.is_complete or not model.documents.get(_ERA):
            because = model.unknown[0].because if model.unknown else "it has no form that can be compared"
            yield f"cannot be verified, since not all of it is known: {because}"
            return
    left = [layer.name for layer in after.layers if layer.channels == "first"]
    if left:
        yield f"layer {left[0]!r} would still have its channels first"
        return
    try:
        planned = _converted(before.documents[_ERA])
        found = aligned(_read(after.documents[_ERA], "last"), planned)
    except DimorderError as problem:
        yield problem.sentence
        return
    yield from _between(planned, found)


def _between(planned: Graph, found: Graph) -> Iterator[str]:
    nodes = found.by_name()
    for node in planned.nodes:
        new = nodes.get(node.name)
        if new is None:
            yield f"the conversion needs a layer {node.name!r} that the fixed code does not have"
        elif new.shape != node.shape:
            yield f"layer {node.layer!r} would yield {new.shape}, the conversion needs {node.shape}"
        elif _axes(new.op) != _axes(node.op):
            yield f"layer {node.layer!r} would not be what the conversion makes of it"
    if len(found.nodes) != len(planned.nodes):
        yield "the fixed code would have other layers than the conversion"


def _axes(op: Op) -> Op | type[Op]:
    return op if isinstance(op, _WITH_AXES) else type(op)


def _converted(document: dict[str, Any]) -> Graph:
    """What the conversion makes of the architecture."""
    options = Options(stated=_STATED, target=TF_TF)
    plan = make_plan(settled(stand_ins(_opened(document, "first")), options), options)
    assert plan.graph is not None
    return plan.graph


def _read(document: dict[str, Any], channels: Channels) -> Graph:
    found = settled(stand_ins(_opened(document, channels)), Options(stated=TF_TF)).graph
    assert found is not None
    return found


def _opened(document: dict[str, Any], channels: Channels) -> Opened:
    bare = Model("the code", "", "keras2", "", "", "architecture", ())
    return Opened(with_architecture(bare, copy.deepcopy(document), channels), no_arrays, None, form="json")
