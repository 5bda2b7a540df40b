"""Calls of the code's own functions."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import Any

from dimorder.program import Unknown
from dimorder.source.assignments import bind
from dimorder.source.binding import bound
from dimorder.source.bounds import DEEPEST
from dimorder.source.evaluation import Arguments, Evaluation
from dimorder.source.frames import Frame
from dimorder.source.journal import Changes, same
from dimorder.source.objects import AnyFunction, Function

CHANGING = frozenset(
    {"append", "pop", "extend", "insert", "remove", "update", "setdefault", "clear", "sort", "reverse"}
)  # fmt: skip
"""Methods that change a collection."""
MOST_NESTED = 3
"""Calls of one function inside each other while a condition is not known: which of them is the last is not known."""


def call_function(ev: Evaluation, function: Function, passed: Arguments, missing: str = "the parameter") -> Any:
    """What the function returns."""
    ev.called.add(function.node)
    if function.altered is not None:
        ev.lost.append(function.altered)
    nested = ev.running.get(function, 0)
    if ev.depth >= DEEPEST or (nested >= MOST_NESTED and ev.session.uncertain):
        return Unknown(f"{function.name} calls itself without a known end")
    frame = _frame(ev, function, passed, missing)
    uncertain, guards, here = len(ev.session.uncertain), len(ev.guards), ev.here
    ev.running[function] = nested + 1
    ev.entered += 1
    ev.depth += 1
    try:
        value = _changing(ev, function, frame) if _leaves_early(function.node) else _returned(ev, function, frame)
        return ev.sized(value) if frame.yielded is not None else value
    finally:
        ev.depth -= 1
        ev.running[function] = nested
        ev.here = here
        del ev.session.uncertain[uncertain:]
        del ev.guards[guards:]


def _changing(ev: Evaluation, function: Function, frame: Frame) -> Any:
    """A function that may return before it has changed all: what it changed is then not known."""
    ev.journal.open()
    ev.journal.fresh(frame.names)
    try:
        return _returned(ev, function, frame)
    finally:
        changes = ev.journal.close()
        if frame.returns:
            ev.journal.merge(Changes(), changes, Unknown(f"{function.name} may return before it changes this"))
        else:
            ev.journal.redo(changes)


@lru_cache(maxsize=10_000)
def _leaves_early(node: AnyFunction) -> bool:
    """Whether a function returns somewhere inside a block, and changes more than its own names."""
    if isinstance(node, ast.Lambda):
        return False
    inside = [one for line in node.body for one in ast.walk(line)]
    returns = sum(isinstance(one, ast.Return) for one in inside) > isinstance(node.body[-1], ast.Return)
    return returns and any(_changes_others(one) for one in inside)


def _changes_others(node: ast.AST) -> bool:
    if isinstance(node, (ast.Global, ast.Nonlocal, ast.Delete)):
        return True
    if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
        return True
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING


def _frame(ev: Evaluation, function: Function, passed: Arguments, missing: str) -> Frame:
    enclosing: Frame | None = function.frame
    while enclosing is not None and enclosing.is_class:
        enclosing = enclosing.enclosing
    frame = Frame(function.frame.module, function.name, enclosing)
    ev.journal.fresh(frame.names)
    for name, argument in bound(function, passed, missing).items():
        ev.journal.fresh(argument.value) if name in _collected(function) else None
        bind(ev, name, argument, frame)
    if function.owner is not None and passed.positional:
        frame.owner = (function.owner, passed.positional[0].value)
    if frame.module.is_generator(function.node):
        frame.yielded = []
    return frame


def _collected(function: Function) -> tuple[str, ...]:
    """Parameters whose collections are made by the call."""
    parameters = function.node.args
    return tuple(one.arg for one in (parameters.vararg, parameters.kwarg) if one)


def _returned(ev: Evaluation, function: Function, frame: Frame) -> Any:
    node = function.node
    if isinstance(node, ast.Lambda):
        return ev.evaluate(node.body, frame)
    signal = ev.run(node.body, frame)
    if frame.yielded is not None:
        return frame.yielded
    value = signal.value if signal is not None and signal.kind == "return" else None
    return _one_of(frame, value, function) if frame.returns else value


def _one_of(frame: Frame, value: Any, function: Function) -> Any:
    if all(same(one, value) for one in frame.returns):
        return value
    unknown = next((one for one in (*frame.returns, value) if isinstance(one, Unknown)), None)
    because = f": {frame.may_return.because}" if frame.may_return else ""
    return unknown or Unknown(f"{function.name} returns several things, by a condition that is not known{because}")
