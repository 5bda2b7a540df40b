"""Two readings of one model, before and after its layout moved: the second must be what the conversion makes of it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from dimorder.errors import DimorderError
from dimorder.flow.aligning import aligned
from dimorder.flow.architectures import stand_ins
from dimorder.flow.goal import make_plan
from dimorder.flow.opened import Opened, no_arrays
from dimorder.flow.options import TF_TF, Options
from dimorder.flow.settling import settled
from dimorder.formats.architectures import with_architecture
from dimorder.graph import Graph, Node
from dimorder.layout import Channels, Layout
from dimorder.model import Era, Model
from dimorder.program import BuiltModel

ERA: Era = "keras2"
_STATED = Layout("th", "tf")
"""Channels move; kernels are none of the code's business."""


def differences(before: BuiltModel, after: BuiltModel) -> Iterator[str]:
    """What keeps the second from being what the conversion makes of the first; also that nobody can tell."""
    for model in (before, after):
        if doubt := doubted(model):
            yield f"cannot be verified, since {doubt}"
            return
    left = [layer.name for layer in after.layers if layer.channels == "first"]
    if left:
        yield f"layer {left[0]!r} would still have its channels first"
        return
    try:
        planned = _converted(before.documents[ERA])
        found = aligned(_read(after.documents[ERA], "last"), planned)
    except DimorderError as problem:
        yield problem.sentence
        return
    yield from _between(planned, found)


def doubted(model: BuiltModel) -> str:
    """Why a reading of a model is not to be relied on, "" where it is."""
    if not model.is_complete:
        return f"not all of it is known: {model.unknown[0].because}"
    if not model.documents.get(ERA):
        return "it has no form that can be compared"
    if model.doubts:
        place = model.doubts[0].place
        where = f" ({place.path}:{place.line})" if place else ""
        return f"the code does what is not followed here: {model.doubts[0].because}{where}"
    return ""


def has_channels_first(model: BuiltModel) -> bool:
    """Whether something in it may have its channels first: layers inside of layers and models, too."""
    if any(layer.channels == "first" for layer in model.layers) or not model.documents.get(ERA):
        return True
    waiting: list[Any] = [model.documents[ERA]]
    while waiting:
        item = waiting.pop()
        if item == "channels_first":
            return True
        waiting += item.values() if isinstance(item, dict) else item if isinstance(item, (list, tuple)) else ()
    return False


def _between(planned: Graph, found: Graph) -> Iterator[str]:
    nodes = found.by_name()
    for node in planned.nodes:
        new = nodes.get(node.name)
        if new is None:
            yield f"the conversion needs a layer {node.name!r} that the fixed code does not have"
        else:
            yield from _of_node(node, new)
    if len(found.nodes) != len(planned.nodes):
        yield "the fixed code would have other layers than the conversion"
    if (found.inputs, found.outputs) != (planned.inputs, planned.outputs):
        yield "the fixed code would have other inputs and outputs than the conversion"


def _of_node(planned: Node, found: Node) -> Iterator[str]:
    if found.shape != planned.shape:
        yield f"layer {planned.layer!r} would yield {found.shape}, the conversion needs {planned.shape}"
    elif found.op != planned.op:
        yield f"layer {planned.layer!r} would not be what the conversion makes of it"
    elif found.inputs != planned.inputs:
        yield f"layer {planned.layer!r} would read something else than after the conversion"


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
    bare = Model("the code", "", ERA, "", "", "architecture", ())
    return Opened(with_architecture(bare, copy.deepcopy(document), channels), no_arrays, None, form="json")
