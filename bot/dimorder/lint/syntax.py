"""Questions to a syntax tree: what a call is called, which plain values stand in it, what guards a line."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from dimorder.lint.code import Code
from dimorder.program import Place

MOST_NODES = 200_000
"""Of one file; beyond that nobody wrote it by hand, and rules that read text pass over it."""
_ORDERING = re.compile(r"(?i)dim_?ordering|data_?format|_?backend\b|theano|\bth\b|channels_(first|last)")
"""Words of a condition that asks for the ordering or the backend."""

Parents = dict[ast.AST, ast.AST]
Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef


def nodes(tree: ast.Module) -> list[ast.AST]:
    """All nodes, outermost first; none where there are too many."""
    found: list[ast.AST] = [tree]
    for node in found:
        found.extend(ast.iter_child_nodes(node))
        if len(found) > MOST_NODES:
            return []
    return found


def parents(all_nodes: list[ast.AST]) -> Parents:
    """The parent of each node."""
    return {child: node for node in all_nodes for child in ast.iter_child_nodes(node)}


def scope_of(node: ast.AST, above: Parents) -> ast.AST:
    """The innermost function that the node stands in, or the module."""
    while node in above:
        node = above[node]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            break
    return node


def scope_at(code: Code, place: Place) -> ast.AST | None:
    """The innermost function around a place of the file, or the module; None where there is no tree."""
    if code.tree is None or place.path != code.program.path:
        return None
    found: ast.AST = code.tree
    for node in nodes(code.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            last = node.end_lineno or node.lineno
            found = node if node.lineno <= place.line <= last else found
    return found


def called(call: ast.Call) -> str:
    """The last name of what is called: `transpose` of `np.transpose` and of `w[0].transpose`."""
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def numbers(node: ast.expr | None) -> tuple[int, ...]:
    """The whole numbers of a tuple or list of literals; () for anything else."""
    if not isinstance(node, ast.Tuple | ast.List):
        return ()
    found = [number(element) for element in node.elts]
    return tuple(one for one in found if one is not None) if None not in found else ()


def number(node: ast.expr) -> int | None:
    """A literal whole number, with its sign."""
    match node:
        case ast.Constant(value=int(value)) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))) if not isinstance(value, bool):
            return -value
    return None


def guards(node: ast.AST, above: Parents) -> Iterator[ast.expr]:
    """Conditions about ordering or backend that decide whether the node is reached."""
    while node in above:
        node = above[node]
        test = getattr(node, "test", None)
        if isinstance(test, ast.expr) and _ORDERING.search(_text(test)):
            yield test


def conditions(node: ast.AST, above: Parents) -> Iterator[ast.expr]:
    """Conditions whose first branch the node stands in, the innermost first."""
    child = node
    while child in above:
        node = above[child]
        if isinstance(node, ast.If) and child in node.body:
            yield node.test
        child = node


def _text(node: ast.expr) -> str:
    try:
        return ast.unparse(node)
    except (RecursionError, ValueError):
        return ""
