"""How often a module's names and attributes are bound, told by its text: what is bound once is the same everywhere."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.comprehension)
CHANGING = frozenset(
    {"add", "append", "pop", "extend", "insert", "remove", "update", "setdefault", "clear", "sort", "reverse"}
)  # fmt: skip
BY_TEXT = frozenset({"setattr", "delattr", "vars", "globals", "locals", "exec", "eval", "execfile", "__dict__"})
ANYTHING = "any name"
"""Bound where names are reached by text."""


def bindings(tree: ast.AST) -> Counter[str]:
    """By name, and by `.name` for attributes; what is bound in a loop counts more than once."""
    found: Counter[str] = Counter()
    waiting: list[tuple[ast.AST, int]] = [(tree, 1)]
    while waiting:
        node, times = waiting.pop()
        for name in _bound(node):
            found[name] += times
        times = 2 if isinstance(node, LOOPS) else times
        waiting += [(one, times) for one in ast.iter_child_nodes(node)]
    return found


def _bound(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
            yield name
        case ast.Attribute(attr=name, ctx=ast.Store() | ast.Del()):
            yield f".{name}"
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.alias(name=name, asname=other):
            yield other or name.partition(".")[0]
        case ast.ExceptHandler(name=str(name)):
            yield name
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            yield from names
        case ast.Call(func=ast.Attribute(value=ast.Attribute(attr=name), attr=method)) if method in CHANGING:
            yield f".{name}"
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in BY_TEXT:
            yield ANYTHING
