"""What each kind of statement does."""

from __future__ import annotations

import ast
from typing import Any

from dimorder.program import Argument, Place, Unknown
from dimorder.source.assignments import assign, is_asked, origin_of, unbind
from dimorder.source.branches import both, doubtful
from dimorder.source.deciding import decided
from dimorder.source.definitions import define_class, define_function
from dimorder.source.evaluation import Evaluation, Statement
from dimorder.source.frames import BREAK, CONTINUE, Frame, Signal
from dimorder.source.imports import import_, import_from
from dimorder.source.loops import for_, while_
from dimorder.source.operators import truth
from dimorder.source.raising import assert_, raise_, try_, with_
from dimorder.source.updates import augmented


def _expression(ev: Evaluation, node: ast.Expr, frame: Frame) -> Signal | None:
    ev.evaluate(node.value, frame)
    return None


def _assign(ev: Evaluation, node: ast.Assign, frame: Frame) -> Signal | None:
    before = ev.asked()
    value = ev.evaluate(node.value, frame)
    asked = is_asked(ev, node.value, frame, before)
    argument = Argument(value, ev.place(node.value, frame), origin_of(ev, node.value, frame))
    for target in node.targets:
        assign(ev, target, argument, frame, node.value, asked=asked)
    return None


def _annotated(ev: Evaluation, node: ast.AnnAssign, frame: Frame) -> Signal | None:
    if node.value is not None:
        value = ev.evaluate(node.value, frame)
        argument = Argument(value, ev.place(node.value, frame), origin_of(ev, node.value, frame))
        assign(ev, node.target, argument, frame)
    return None


def _if(ev: Evaluation, node: ast.If, frame: Frame) -> Signal | None:
    before = ev.asked()
    value = ev.evaluate(node.test, frame)
    holds = truth(value)
    guard = ev.place(node.test, frame) if is_asked(ev, node.test, frame, before) else None
    if isinstance(holds, Unknown):
        holds = decided(ev, node.test, frame, holds)
    if isinstance(holds, Unknown):
        ways = (lambda: _guarded(ev, node.body, frame, guard)), (lambda: _guarded(ev, node.orelse, frame, guard))
        signal = both(ev, frame, doubtful(holds, ev.place(node.test, frame)), *ways)
    else:
        signal = _guarded(ev, node.body if holds else node.orelse, frame, guard)
    if guard is not None and signal is None and (_leaves(node.body) or _leaves(node.orelse)):
        ev.guards.append(guard)  # the rest of the block is reached only where the condition lets it be
    return signal


def _guarded(ev: Evaluation, block: list[ast.stmt], frame: Frame, guard: Place | None) -> Signal | None:
    if guard is None:
        return ev.run(block, frame)
    ev.guards.append(guard)
    try:
        return ev.run(block, frame)
    finally:
        ev.guards.pop()


def _leaves(block: list[ast.stmt]) -> bool:
    return bool(block) and isinstance(block[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break))


def _return(ev: Evaluation, node: ast.Return, frame: Frame) -> Signal | None:
    before = ev.asked()
    value = None if node.value is None else ev.evaluate(node.value, frame)
    if node.value is not None and is_asked(ev, node.value, frame, before):
        ev.echoes += 1
    return Signal("return", value)


def _elsewhere(ev: Evaluation, node: ast.Global | ast.Nonlocal, frame: Frame) -> Signal | None:
    for name in node.names:
        if isinstance(node, ast.Global):
            frame.elsewhere[name] = frame.root
        elif frame.enclosing is not None:
            holder = frame.enclosing.holder(name)
            frame.elsewhere[name] = holder or frame.enclosing
    return None


def _delete(ev: Evaluation, node: ast.Delete, frame: Frame) -> Signal | None:
    for target in node.targets:
        unbind(ev, target, frame)
    return None


def _match(ev: Evaluation, node: Any, frame: Frame) -> Signal | None:
    """Each case as if under a condition of its own that nobody knows."""
    value = ev.evaluate(node.subject, frame)
    reason = value if isinstance(value, Unknown) else Unknown("which case matches is not read")
    signal: Signal | None = None
    for case in node.cases:
        unknown = doubtful(reason, ev.place(node.subject, frame))
        body = case.body
        signal = both(ev, frame, unknown, lambda body=body: ev.run(body, frame), lambda: None)  # type: ignore[misc]
        if signal is not None:
            return signal
    return signal


def _break(ev: Evaluation, node: ast.Break, frame: Frame) -> Signal | None:
    return BREAK


def _continue(ev: Evaluation, node: ast.Continue, frame: Frame) -> Signal | None:
    return CONTINUE


STATEMENTS: dict[type[ast.stmt], Statement] = {
    ast.Expr: _expression, ast.Assign: _assign, ast.AnnAssign: _annotated, ast.AugAssign: augmented, ast.If: _if,
    ast.For: for_, ast.AsyncFor: for_, ast.While: while_, ast.FunctionDef: define_function,
    ast.AsyncFunctionDef: define_function, ast.ClassDef: define_class, ast.Return: _return, ast.Import: import_,
    ast.ImportFrom: import_from, ast.Global: _elsewhere, ast.Nonlocal: _elsewhere, ast.Delete: _delete,
    ast.Raise: raise_, ast.Try: try_, ast.With: with_, ast.AsyncWith: with_, ast.Assert: assert_, ast.Match: _match,
    ast.Break: _break, ast.Continue: _continue,
}  # fmt: skip
"""Lines of other kinds (`pass`) do nothing."""
