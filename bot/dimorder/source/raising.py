"""Errors: raised where the code certainly raises, caught where it says so."""

from __future__ import annotations

import ast
from typing import Any

from dimorder.program import Argument, Thing
from dimorder.source.assignments import assign, bind, is_asked
from dimorder.source.evaluation import Evaluation
from dimorder.source.frames import Frame, Raised, Signal
from dimorder.source.objects import Instance, Method
from dimorder.source.operators import truth
from dimorder.source.values import External

_CAUGHT_ALL = frozenset({"Exception", "BaseException", "StandardError"})
_PARENTS = {
    "KeyError": ("LookupError",), "IndexError": ("LookupError",), "ModuleNotFoundError": ("ImportError",),
    "FileNotFoundError": ("OSError", "IOError"), "ZeroDivisionError": ("ArithmeticError",),
    "NotImplementedError": ("RuntimeError",), "UnicodeError": ("ValueError",),
}  # fmt: skip


def raise_(ev: Evaluation, node: ast.Raise, frame: Frame) -> Signal | None:
    """`raise error`."""
    value = None if node.exc is None else ev.evaluate(node.exc, frame)
    kind = _kind(value) or "an error"
    raise Raised(kind, f"the code raises {kind}", ev.place(node, frame), value)


def _kind(value: Any) -> str:
    if isinstance(value, Instance):
        return value.cls.name.rpartition(".")[2]
    if isinstance(value, (Thing, External)):
        return value.name.rpartition(".")[2]
    return str(getattr(value, "name", "")).rpartition(".")[2]


def try_(ev: Evaluation, node: ast.Try, frame: Frame) -> Signal | None:
    """The body; handlers only where the body certainly raises."""
    signal: Signal | None
    try:
        signal = _body(ev, node, frame)
    except Raised as problem:
        handler = next((one for one in node.handlers if _catches(ev, one, problem, frame)), None)
        if handler is None:
            ev.run(node.finalbody, frame)
            raise
        if handler.name:
            bind(ev, handler.name, Argument(problem.value or Thing("result", problem.kind, {})), frame)
        signal = ev.run(handler.body, frame)
    final = ev.run(node.finalbody, frame)
    return final or signal


def _body(ev: Evaluation, node: ast.Try, frame: Frame) -> Signal | None:
    ev.tries += 1 if node.handlers else 0
    depth = ev.depth
    try:
        signal = ev.run(node.body, frame)
    finally:
        ev.tries -= 1 if node.handlers else 0
        ev.depth = depth
    return signal if signal is not None else ev.run(node.orelse, frame)


def _catches(ev: Evaluation, handler: ast.ExceptHandler, problem: Raised, frame: Frame) -> bool:
    """By the names of classes; a class that nobody knows may catch it."""
    if handler.type is None:
        return True
    value = ev.evaluate(handler.type, frame)
    kinds = [_class_name(one) for one in (value if isinstance(value, tuple) else (value,))]
    raised = {problem.kind, *_PARENTS.get(problem.kind, ())}
    if isinstance(problem.value, Instance):
        raised |= {one.name for one in problem.value.cls.lineage()}
        raised |= {_class_name(base) for base in problem.value.cls.foreign()}
    return any(not kind or kind in _CAUGHT_ALL or kind in raised for kind in kinds)


def _class_name(value: Any) -> str:
    return str(getattr(value, "name", "")).rpartition(".")[2]


def with_(ev: Evaluation, node: ast.With | ast.AsyncWith, frame: Frame) -> Signal | None:
    """Of known instances what `__enter__` yields; of others they themselves, as files do."""
    for item in node.items:
        value = ev.evaluate(item.context_expr, frame)
        if isinstance(value, Instance) and value.cls.find("__enter__") is not None:
            value = ev.call_value(Method(value.cls.find("__enter__"), value, "__enter__"))
            ev.lose("what `__exit__` does is not followed")
        if item.optional_vars is not None:
            assign(ev, item.optional_vars, Argument(value, ev.place(item.context_expr, frame)), frame)
    return ev.run(node.body, frame)


def assert_(ev: Evaluation, node: ast.Assert, frame: Frame) -> Signal | None:
    """Taken to hold, except where the machine's settings refute it: then the code does not run on this machine."""
    before = ev.asked()
    holds = truth(ev.evaluate(node.test, frame))
    if not is_asked(ev, node.test, frame, before):
        return None
    place = ev.place(node.test, frame)
    if holds is False:
        raise Raised("AssertionError", "the code does not run with these settings of the machine", place)
    ev.guards.append(place)
    return None
