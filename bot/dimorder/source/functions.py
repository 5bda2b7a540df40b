"""Calls of the code's own functions."""

from __future__ import annotations

import ast
from typing import Any

from dimorder.program import Unknown
from dimorder.source.assignments import bind
from dimorder.source.binding import bound
from dimorder.source.bounds import DEEPEST
from dimorder.source.evaluation import Arguments, Evaluation
from dimorder.source.frames import Frame
from dimorder.source.journal import same
from dimorder.source.objects import Function

MOST_NESTED = 3
"""Calls of one function inside each other while a condition is not known: which of them is the last is not known."""


def call_function(ev: Evaluation, function: Function, passed: Arguments, missing: str = "the parameter") -> Any:
    """What the function returns."""
    ev.called.add(function.node)
    nested = ev.running.get(function.node, 0)
    if ev.depth >= DEEPEST or (nested >= MOST_NESTED and ev.session.uncertain):
        return Unknown(f"{function.name} calls itself without a known end")
    frame = _frame(ev, function, passed, missing)
    uncertain, guards, here = len(ev.session.uncertain), len(ev.guards), ev.here
    ev.running[function.node] = nested + 1
    ev.depth += 1
    try:
        return ev.sized(_returned(ev, function, frame)) if frame.yielded is not None else _returned(ev, function, frame)
    finally:
        ev.depth -= 1
        ev.running[function.node] = nested
        ev.here = here
        del ev.session.uncertain[uncertain:]
        del ev.guards[guards:]


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
    return _one_of(frame.returns, value, function) if frame.returns else value


def _one_of(returns: list[Any], value: Any, function: Function) -> Any:
    if all(same(one, value) for one in returns):
        return value
    unknown = next((one for one in (*returns, value) if isinstance(one, Unknown)), None)
    return unknown or Unknown(f"{function.name} returns several things, by a condition that is not known")
