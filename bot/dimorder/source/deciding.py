"""A condition that nobody knows: left open, or decided by the way that the run goes; once for what cannot change."""

from __future__ import annotations

import ast
from typing import Any

from dimorder.program import Assumption, Thing, Unknown
from dimorder.source.bindings import ANYTHING
from dimorder.source.evaluation import Evaluation
from dimorder.source.frames import Frame
from dimorder.source.options import is_option
from dimorder.source.ways import UNCALLED

MOST_SHOWN = 80
DEPENDS = "it depends on"
VERSION = "__version__"
"""A condition on a library's version is not left open as others are: a run for each Keras decides it."""
_PURE = (
    ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Constant, ast.Tuple, ast.List, ast.Name, ast.Attribute, ast.Call,
    ast.expr_context, ast.cmpop, ast.boolop, ast.unaryop,
)  # fmt: skip
_METHODS = frozenset({"lower", "upper", "strip", "startswith", "endswith"})
"""Of text: they yield the same each time."""
_CONVERSIONS = frozenset({"str", "int", "float", "bool"})
_SCALARS = (bool, int, float, str, bytes, type(None))


def decided(ev: Evaluation, test: ast.expr, frame: Frame, unknown: Unknown) -> bool | Unknown:
    """Whether the condition is taken to hold; where it is left open, what is told of all that depends on it."""
    same = _same(test, frame)
    if same is not None and same in ev.ways.settled:
        return ev.ways.settled[same]
    if test not in ev.ways.forks:
        return _left_open(ev, test, unknown, same)
    holds = ev.ways.decide()
    ev.ways.assumed.append(Assumption(_shown(test), holds, ev.place(test, frame)))
    if same is not None:
        ev.ways.settled[same] = holds
    return holds


def _left_open(ev: Evaluation, test: ast.expr, unknown: Unknown, same: object) -> Unknown:
    """Of conditions that depend on one another the first is told: the rest follow from it."""
    if unknown.because.startswith((DEPENDS, UNCALLED)):
        return unknown
    said = f"{DEPENDS} `{_shown(test)}`: {unknown.because}"
    if VERSION not in said:
        ev.ways.leave(said, test, same)
    return Unknown(said, unknown.place)


def _shown(test: ast.expr) -> str:
    return ast.unparse(test)[:MOST_SHOWN]


def _same(test: ast.expr, frame: Frame) -> tuple[Frame, str] | None:
    """What makes conditions one and the same wherever they stand; None where their outcome may change.

    Only on names of one frame that are bound once, in no loop: options of the command line, of which no attribute is
    set, and whatever is held against a plain value.
    """
    inside = list(ast.walk(test))
    if not all(isinstance(one, _PURE) and _is_pure(one, frame) for one in inside):
        return None
    names = {one.id for one in inside if isinstance(one, ast.Name)} - _CONVERSIONS
    held = {frame.holder(name) for name in names}
    holder = held.pop() if len(held) == 1 else None
    if holder is None or not _is_bound_once(holder, names, inside):
        return None
    values = [holder.names[name] for name in names]
    if all(is_option(one) for one in values) or (len(names) == 1 and _is_plain(test, values[0])):
        return holder, ast.dump(test)
    return None


def _is_bound_once(holder: Frame, names: set[str], inside: list[ast.AST]) -> bool:
    bound = holder.module.bindings
    attributes = {f".{one.attr}" for one in inside if isinstance(one, ast.Attribute)}
    return ANYTHING not in bound and not attributes & bound.keys() and all(bound[name] == 1 for name in names)


def _is_plain(test: ast.expr, value: Any) -> bool:
    """Whether it compares a name with plain values: `kind == "max"`."""
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.left, ast.Name)
        and isinstance(value, (Unknown, Thing))
        and all(isinstance(one, ast.Constant) and isinstance(one.value, _SCALARS) for one in test.comparators)
    )


def _is_pure(node: ast.AST, frame: Frame) -> bool:
    if not isinstance(node, ast.Call):
        return True
    if node.keywords:
        return False
    if isinstance(node.func, ast.Attribute):
        return node.func.attr in _METHODS
    return isinstance(node.func, ast.Name) and node.func.id in _CONVERSIONS and frame.holder(node.func.id) is None
