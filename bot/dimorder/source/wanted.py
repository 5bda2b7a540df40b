"""The model behind a name that users give: `model.py:VGG_16`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeGuard

from dimorder.program import Argument, BuiltModel, Unknown
from dimorder.source.attributes import attribute
from dimorder.source.beyond import beyond
from dimorder.source.binding import required
from dimorder.source.bounds import MOST_COLD_STEPS
from dimorder.source.classes import instance_of
from dimorder.source.evaluation import Arguments, Evaluation
from dimorder.source.exploring import Explored
from dimorder.source.frames import Frame
from dimorder.source.functions import call_function
from dimorder.source.objects import Class, Function, Method
from dimorder.source.values import Called


def wanted_model(ev: Evaluation, frame: Frame, name: str, stopped: Unknown | None) -> BuiltModel | Unknown:
    """What the name yields, as a model; or why it yields none."""
    first, *rest = name.split(".")
    if first not in frame.names:
        return stopped or Unknown(f"the file defines no {first!r}")
    value = frame.names[first]
    ev.steps = max(ev.steps, MOST_COLD_STEPS)
    ev.here = (frame.module.tree.body[0], frame) if getattr(frame.module.tree, "body", None) else None  # type: ignore[union-attr]
    ev.session.uids, ev.session.uncertain = {}, []
    for part in rest:
        value = _instance(ev, value, frame) if isinstance(value, Class) else value
        value = attribute(ev, value, part)
    return _model(ev, _yielded(ev, value), name)


def _instance(ev: Evaluation, cls: Class, frame: Frame) -> Any:
    begin = cls.find("__init__")
    needed = required(begin)[1:] if isinstance(begin, Function) else []
    if needed:
        return Unknown(f"{cls.name} needs arguments: {', '.join(needed)}")
    assert ev.here is not None
    return instance_of(ev, cls, Arguments(), Called((), {}, ev.place(*ev.here), ev.session))


def _yielded(ev: Evaluation, value: Any) -> Any:
    on = (Argument(value.on),) if isinstance(value, Method) else ()
    function = value.function if isinstance(value, Method) else value
    if isinstance(value, Method) and isinstance(value.on, Unknown):
        return value.on
    if not isinstance(function, Function):
        return function
    needed = required(function)[len(on) :]
    if needed:
        return Unknown(f"{function.name} needs arguments: {', '.join(needed)}")
    return call_function(ev, function, Arguments(on))


def _model(ev: Evaluation, value: Any, name: str) -> BuiltModel | Unknown:
    if isinstance(value, Unknown):
        return value
    found = [one for one in (value if isinstance(value, (list, tuple)) else (value,)) if _is_model(one)]
    if len(found) != 1:
        told = f"{name} yields {len(found)} models" if found else f"{name} yields no model of Keras"
        return Unknown(told)
    built: BuiltModel = _behind(found[0]).built(ev.session)
    lost = beyond(ev)
    return replace(built, documents={}, unknown=(*built.unknown, *lost)) if lost else built


def agreed(found: Explored[BuiltModel | Unknown]) -> BuiltModel | Unknown:
    """The model that every way past the conditions that nobody knows builds; else why it is not known."""
    base = found.base
    if not found.covered:
        return base
    _, first = found.variants[0]
    for (assumed, model), (others, other) in zip(found.variants, found.variants[1:], strict=False):
        if not _is_known(model) or not _is_known(other):
            return base
        if model.documents != other.documents:
            met = next(one for one, another in zip(assumed, others, strict=False) if one.holds != another.holds)
            return Unknown(f"which model is built depends on `{met.said}`, which is not known", met.place)
    return first if _is_known(first) else base


def _is_known(model: BuiltModel | Unknown) -> TypeGuard[BuiltModel]:
    return isinstance(model, BuiltModel) and model.is_complete and bool(model.documents)


def _is_model(value: Any) -> bool:
    return callable(getattr(_behind(value), "built", None))


def _behind(value: Any) -> Any:
    """What a library makes of an instance of an own class."""
    return getattr(value, "delegate", None) or value
