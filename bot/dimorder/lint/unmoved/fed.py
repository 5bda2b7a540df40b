"""Names of arrays that models are given or are trained with."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from dimorder.lint import syntax

_TAKES = frozenset(
    {"fit", "predict", "evaluate", "train_on_batch", "test_on_batch", "predict_on_batch", "predict_classes",
     "predict_proba", "flow"}
)  # fmt: skip


def fed(every: Iterable[ast.AST]) -> frozenset[str]:
    """The names that stand first where a model takes data."""
    calls = (node for node in every if isinstance(node, ast.Call) and syntax.called(node) in _TAKES)
    given = (_data(call) for call in calls)
    return frozenset(name for one in given if one is not None and (name := _bottom(one)))


def _data(call: ast.Call) -> ast.expr | None:
    if call.args:
        return call.args[0]
    return next((one.value for one in call.keywords if one.arg in ("x", "X")), None)


def _bottom(node: ast.expr) -> str:
    while isinstance(node, ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
