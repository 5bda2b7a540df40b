"""Loops that go on as they began: every turn computes on arrays and other things that nobody knows, and builds nothing.

Such loops fill masks and train; what they change is not known after a few turns, nor after many.
"""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import Any

from dimorder.program import Thing, Unknown
from dimorder.source.evaluation import Evaluation

_LINES = (ast.Assign, ast.AugAssign, ast.Expr, ast.Pass)
_CHOOSING = (
    ast.IfExp, ast.BoolOp, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda, ast.Yield,
    ast.YieldFrom, ast.Await, ast.NamedExpr,
)  # fmt: skip
"""Expressions that may do something else in a later turn."""


@lru_cache(maxsize=10_000)
def goes_straight(node: ast.For | ast.AsyncFor | ast.While) -> bool:
    """Whether each turn carries out the same lines, and sets no attribute."""
    return isinstance(node, ast.For) and _is_straight(node.body, _bound(node))


def _is_straight(block: list[ast.stmt], turning: frozenset[str]) -> bool:
    """turning: names that are bound anew in each turn."""
    return all(_carries_on(line, turning) for line in block)


def _carries_on(line: ast.stmt, turning: frozenset[str]) -> bool:
    if isinstance(line, ast.For):
        return _is_straight(line.body, turning)
    if isinstance(line, ast.If):
        same = not turning & {one.id for one in ast.walk(line.test) if isinstance(one, ast.Name)}
        return same and _is_straight(line.body, turning) and _is_straight(line.orelse, turning)
    return isinstance(line, _LINES) and not any(
        isinstance(one, _CHOOSING) or (isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store))
        for one in ast.walk(line)
    )


def _bound(node: ast.AST) -> frozenset[str]:
    names = (one for one in ast.walk(node) if isinstance(one, ast.Name))
    return frozenset(one.id for one in names if isinstance(one.ctx, ast.Store))


def targets(node: ast.For | ast.AsyncFor | ast.While) -> frozenset[str]:
    """Names that the loop and those inside it bind in turn."""
    loops = (one for one in ast.walk(node) if isinstance(one, ast.For))
    return frozenset(name.id for one in loops for name in ast.walk(one.target) if isinstance(name, ast.Name))


def changes_only_vague(ev: Evaluation, turning: frozenset[str], calls: int) -> bool:
    """Whether what the loop has changed so far is not known anyway. calls: how many were put down before it."""
    for holder, name, _ in ev.journal.levels[-1].before.values():
        if name is None or not (name in turning or isinstance(holder.get(name), (Unknown, Thing))):
            return False
    return not any(_is_of_keras(call.on) for call in ev.session.calls[calls:])


def _is_of_keras(value: Any) -> bool:
    return isinstance(value, Thing) and value.kind.startswith("keras")
