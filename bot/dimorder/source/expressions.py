"""What each kind of expression yields."""

from __future__ import annotations

import ast
from typing import Any

from dimorder.program import Argument, Unknown
from dimorder.source.arithmetic import binary
from dimorder.source.assignments import bind, is_asked
from dimorder.source.attributes import attribute, settled
from dimorder.source.bounds import MOST_ITEMS, unknown_in, within
from dimorder.source.branches import both, doubtful, either
from dimorder.source.calls import call
from dimorder.source.comprehensions import dict_comprehension, list_comprehension, set_comprehension
from dimorder.source.deciding import decided
from dimorder.source.definitions import function_of
from dimorder.source.evaluation import Evaluation, Expression
from dimorder.source.formatting import formatted
from dimorder.source.frames import Frame
from dimorder.source.iteration import sequence
from dimorder.source.modules import starred
from dimorder.source.native.table import BUILTINS
from dimorder.source.operators import compared, negated, truth
from dimorder.source.subscripts import subscript


def _constant(ev: Evaluation, node: ast.Constant, frame: Frame) -> Any:
    return within(node.value)


def _name(ev: Evaluation, node: ast.Name, frame: Frame) -> Any:
    holder = frame.holder(node.id)
    if holder is not None:
        return holder.names[node.id]
    if node.id in BUILTINS:
        return BUILTINS[node.id]
    found = starred(ev, frame.root, node.id)
    if found is not None:
        return found
    return ev.fails("NameError", f"{node.id!r} is not defined in what is read", ev.place(node, frame))


def _attribute(ev: Evaluation, node: ast.Attribute, frame: Frame) -> Any:
    return settled(ev, attribute(ev, ev.evaluate(node.value, frame), node.attr))


def _items(ev: Evaluation, nodes: list[ast.expr], frame: Frame) -> list[Any] | Unknown:
    found: list[Any] = []
    for node in nodes:
        if not isinstance(node, ast.Starred):
            found.append(ev.evaluate(node, frame))
            continue
        inner = sequence(ev, ev.evaluate(node.value, frame))
        if inner is None:
            return Unknown("items behind * are not known", ev.place(node, frame))
        if len(found) + len(inner) > MOST_ITEMS:
            return Unknown(f"a collection of more than {MOST_ITEMS} items")
        found.extend(inner)
    return found


def _list(ev: Evaluation, node: ast.List, frame: Frame) -> Any:
    return ev.sized(_items(ev, node.elts, frame))


def _tuple(ev: Evaluation, node: ast.Tuple, frame: Frame) -> Any:
    found = _items(ev, node.elts, frame)
    return found if isinstance(found, Unknown) else tuple(found)


def _set(ev: Evaluation, node: ast.Set, frame: Frame) -> Any:
    found = _items(ev, node.elts, frame)
    unknown = unknown_in(found, 10_000)
    try:
        return unknown or ev.sized(set(found))  # type: ignore[arg-type]  # an Unknown is returned as one
    except TypeError:
        return Unknown("a set of what cannot be in one")


def _dict(ev: Evaluation, node: ast.Dict, frame: Frame) -> Any:
    found: dict[Any, Any] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        held = ev.evaluate(value, frame)
        if key is None:
            if not isinstance(held, dict):
                return Unknown("what is behind ** is not known", ev.place(value, frame))
            found.update(held)
            continue
        name = ev.evaluate(key, frame)
        unknown = unknown_in(name, 1_000)
        if unknown is not None:
            return unknown
        try:
            found[name] = held
        except TypeError:
            return Unknown("a key that cannot be one", ev.place(key, frame))
    return ev.sized(found)


def _binary(ev: Evaluation, node: ast.BinOp, frame: Frame) -> Any:
    return binary(ev, type(node.op), ev.evaluate(node.left, frame), ev.evaluate(node.right, frame))


def _unary(ev: Evaluation, node: ast.UnaryOp, frame: Frame) -> Any:
    value = ev.evaluate(node.operand, frame)
    if isinstance(node.op, ast.Not):
        holds = truth(value)
        return holds if isinstance(holds, Unknown) else not holds
    return negated(node.op, value)


def _logic(ev: Evaluation, node: ast.BoolOp, frame: Frame) -> Any:
    """The first that decides; one that is not known may be overruled by a later one."""
    stop = isinstance(node.op, ast.Or)
    unknown: Unknown | None = None
    value: Any = None
    for one in node.values:
        value = ev.evaluate(one, frame) if unknown is None else _perhaps(ev, one, frame, unknown)
        holds = truth(value)
        if isinstance(holds, Unknown):
            unknown = unknown or holds
        elif holds is stop:
            return value if unknown is None or isinstance(value, bool) else unknown
    return unknown if unknown is not None else value


def _perhaps(ev: Evaluation, node: ast.expr, frame: Frame, unknown: Unknown) -> Any:
    """The value of what is evaluated only where a condition holds that nobody knows."""
    found: list[Any] = []
    condition = doubtful(unknown, ev.place(node, frame))
    both(ev, frame, condition, lambda: found.append(ev.evaluate(node, frame)), lambda: None)
    return found[0] if found else unknown


def _compare(ev: Evaluation, node: ast.Compare, frame: Frame) -> Any:
    left = ev.evaluate(node.left, frame)
    unknown: Unknown | None = None
    for sign, one in zip(node.ops, node.comparators, strict=True):
        right = ev.evaluate(one, frame)
        found = compared(sign, left, right)
        if found is False:
            return False
        unknown = unknown or (found if isinstance(found, Unknown) else None)
        left = right
    return unknown or True


def _conditional(ev: Evaluation, node: ast.IfExp, frame: Frame) -> Any:
    before = ev.asked()
    holds = truth(ev.evaluate(node.test, frame))
    if isinstance(holds, Unknown):
        holds = decided(ev, node.test, frame, holds)
    guard = [ev.place(node.test, frame)] if is_asked(ev, node.test, frame, before) else []
    ev.guards.extend(guard)
    try:
        if not isinstance(holds, Unknown):
            return ev.evaluate(node.body if holds else node.orelse, frame)
        reason = doubtful(holds, ev.place(node.test, frame))
        ways = (lambda: ev.evaluate(node.body, frame)), (lambda: ev.evaluate(node.orelse, frame))
        return either(ev, frame, reason, *ways)
    finally:
        del ev.guards[len(ev.guards) - len(guard) :]


def _lambda(ev: Evaluation, node: ast.Lambda, frame: Frame) -> Any:
    return function_of(ev, node, frame, "<lambda>")


def _text(ev: Evaluation, node: ast.JoinedStr, frame: Frame) -> Any:
    parts = [ev.evaluate(one, frame) for one in node.values]
    unknown = next((one for one in parts if not isinstance(one, str)), None)
    if unknown is not None:
        return unknown if isinstance(unknown, Unknown) else Unknown("a text that is not known")
    return ev.sized(within("".join(parts)))


def _field(ev: Evaluation, node: ast.FormattedValue, frame: Frame) -> Any:
    wanted = ev.evaluate(node.format_spec, frame) if node.format_spec is not None else ""
    return within(formatted(ev.evaluate(node.value, frame), node.conversion, wanted))


def _walrus(ev: Evaluation, node: ast.NamedExpr, frame: Frame) -> Any:
    value = ev.evaluate(node.value, frame)
    bind(ev, node.target.id, Argument(value), frame)
    return value


def _yield(ev: Evaluation, node: ast.Yield, frame: Frame) -> Any:
    value = None if node.value is None else ev.evaluate(node.value, frame)
    if frame.yielded is not None and len(frame.yielded) < MOST_ITEMS:
        frame.yielded.append(value)
    return Unknown("what is sent to a generator is not known", ev.place(node, frame))


def _yield_from(ev: Evaluation, node: ast.YieldFrom, frame: Frame) -> Any:
    items = sequence(ev, ev.evaluate(node.value, frame))
    if frame.yielded is not None and items is not None and len(frame.yielded) + len(items) < MOST_ITEMS:
        frame.yielded.extend(items)
    return Unknown("what a generator returns is not known", ev.place(node, frame))


def _await(ev: Evaluation, node: ast.Await, frame: Frame) -> Any:
    return ev.evaluate(node.value, frame)


EXPRESSIONS: dict[type[ast.expr], Expression] = {
    ast.Constant: _constant, ast.Name: _name, ast.Attribute: _attribute, ast.Subscript: subscript, ast.Call: call,
    ast.List: _list, ast.Tuple: _tuple, ast.Set: _set, ast.Dict: _dict, ast.BinOp: _binary, ast.UnaryOp: _unary,
    ast.BoolOp: _logic, ast.Compare: _compare, ast.IfExp: _conditional, ast.Lambda: _lambda, ast.JoinedStr: _text,
    ast.FormattedValue: _field, ast.NamedExpr: _walrus, ast.Yield: _yield, ast.YieldFrom: _yield_from,
    ast.Await: _await, ast.ListComp: list_comprehension, ast.GeneratorExp: list_comprehension,
    ast.SetComp: set_comprehension, ast.DictComp: dict_comprehension,
}  # fmt: skip
