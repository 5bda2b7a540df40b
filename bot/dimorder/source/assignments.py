"""Binding: names, attributes, items, and tuples of them; each with where its literal is written."""

from __future__ import annotations

import ast
from typing import Any

from dimorder.program import Argument, Place, Thing, Unknown
from dimorder.source.attributes import set_attribute
from dimorder.source.evaluation import Evaluation
from dimorder.source.frames import MISSING, Frame
from dimorder.source.iteration import representative, sequence
from dimorder.source.subscripts import set_item

LITERALS = (ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.JoinedStr)


def origin_of(ev: Evaluation, node: ast.expr, frame: Frame) -> Place | None:
    """Where the literal is written that an expression stands for, through names and attributes of `self`."""
    if isinstance(node, LITERALS) or (isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant)):
        return ev.place(node, frame)
    if isinstance(node, ast.Name):
        holder = frame.holder(node.id)
        return holder.origins.get(node.id) if holder else None
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return _origin_of_attribute(node.value.id, node.attr, frame)
    return None


def _origin_of_attribute(name: str, attribute: str, frame: Frame) -> Place | None:
    holder = frame.holder(name)
    held = holder.names[name] if holder else None
    origins = getattr(held, "origins", None)
    return origins.get(attribute) if isinstance(origins, dict) else None


def is_asked(ev: Evaluation, node: ast.expr, frame: Frame, before: int) -> bool:
    """Whether the machine's settings decide a value. before: how often it was asked when the value was looked for."""
    if ev.asked() > before:
        return True
    for name in frame.module.names_in(node):
        first, _, attribute = name.partition(".")
        holder = frame.holder(first)
        if holder is None:
            continue
        if not attribute and first in holder.asked:
            return True
        asked = getattr(holder.names[first], "asked", None) if attribute else None
        if isinstance(asked, set) and attribute in asked:
            return True
    return False


def bind(ev: Evaluation, name: str, argument: Argument, frame: Frame, *, asked: bool = False) -> None:
    """Bind a name as seen from a frame."""
    target = frame.target(name)
    ev.journal.bind(target.names, name, argument.value)
    if argument.origin is not None:
        target.origins[name] = argument.origin
    else:
        target.origins.pop(name, None)
    (target.asked.add if asked and is_plain(argument.value) else target.asked.discard)(name)
    keep_as(argument.value, name)


def is_plain(value: Any) -> bool:
    """Data that a condition may be about."""
    return isinstance(value, (str, int, float, tuple, list, dict, type(None), Unknown, Thing))


def keep_as(value: Any, name: str) -> None:
    """Tell a layer or model the name it is first kept under."""
    if getattr(value, "kept_as", None) == "" and not isinstance(value, Thing):
        value.kept_as = name


def assign(
    ev: Evaluation, target: ast.expr, argument: Argument, frame: Frame, source: ast.expr | None = None, *,
    asked: bool = False,
) -> None:  # fmt: skip
    """Bind whatever stands left of `=`. source: the expression on its right, where there is one."""
    if isinstance(target, ast.Name):
        bind(ev, target.id, argument, frame, asked=asked)
    elif isinstance(target, (ast.Tuple, ast.List)):
        _unpack(ev, target, argument, frame, source, asked=asked)
    elif isinstance(target, ast.Starred):
        assign(ev, target.value, argument, frame, asked=asked)
    elif isinstance(target, ast.Attribute):
        owner = ev.evaluate(target.value, frame)
        set_attribute(ev, owner, target.attr, argument, asked=asked)
        keep_as(argument.value, target.attr)
    elif isinstance(target, ast.Subscript):
        set_item(ev, target, argument, frame)


def _unpack(
    ev: Evaluation, target: ast.Tuple | ast.List, argument: Argument, frame: Frame, source: ast.expr | None, *,
    asked: bool,
) -> None:  # fmt: skip
    values = _spread(ev, target, argument.value)
    sources = source.elts if isinstance(source, (ast.Tuple, ast.List)) and len(source.elts) == len(values) else None
    for number, (one, value) in enumerate(zip(target.elts, values, strict=True)):
        inner = sources[number] if sources and not isinstance(target.elts[number], ast.Starred) else None
        origin = origin_of(ev, inner, frame) if inner is not None else None
        assign(ev, one, Argument(value, argument.place, origin), frame, inner, asked=asked)


def _spread(ev: Evaluation, target: ast.Tuple | ast.List, value: Any) -> list[Any]:
    """One value for each target."""
    wanted = len(target.elts)
    items = sequence(ev, value)
    if items is None:
        return [_part(ev, value, number) for number in range(wanted)]
    stars = [number for number, one in enumerate(target.elts) if isinstance(one, ast.Starred)]
    if not stars:
        given = [*items, *[Unknown("too few values to unpack")] * wanted]
        return given[:wanted]
    behind = wanted - stars[0] - 1
    middle = ev.sized(list(items[stars[0] : len(items) - behind]))
    given = [*items[: stars[0]], middle, *items[len(items) - behind :]]
    return given[:wanted] if len(given) >= wanted else [Unknown("too few values to unpack")] * wanted


def _part(ev: Evaluation, value: Any, number: int) -> Any:
    if isinstance(value, Thing):
        return ev.thing("array" if value.kind == "array" else "result", value.name, {"on": value, "index": number})
    return representative(ev, value)


def unbind(ev: Evaluation, target: ast.expr, frame: Frame) -> None:
    """`del` of a name; of anything else it is not known what is left."""
    if isinstance(target, ast.Name):
        ev.journal.bind(frame.target(target.id).names, target.id, MISSING)
    elif isinstance(target, (ast.Tuple, ast.List)):
        for one in target.elts:
            unbind(ev, one, frame)
    elif isinstance(target, ast.Attribute):
        owner = ev.evaluate(target.value, frame)
        if isinstance(getattr(owner, "attributes", None), dict):
            ev.journal.bind(owner.attributes, target.attr, MISSING)
        else:
            ev.lose(f"{target.attr!r} is deleted from what is not known")
    elif isinstance(target, ast.Subscript):
        held, key = ev.evaluate(target.value, frame), ev.evaluate(target.slice, frame)
        _remove(ev, held, key)


def _remove(ev: Evaluation, held: Any, key: Any) -> None:
    if not isinstance(held, (list, dict)):
        return
    ev.journal.touch(held)
    try:
        del held[key]
    except (TypeError, LookupError):
        ev.journal.taint(held, key if isinstance(key, Unknown) else Unknown("an item that is not there is deleted"))
