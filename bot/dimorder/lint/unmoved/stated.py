"""Orderings that code states in words besides its layers: `img_to_array(x, dim_ordering='th')`, defaults, settings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from dimorder.lint.syntax import Parents
from dimorder.lint.unmoved.words import FIRST

_ORDERING = re.compile(r"(?i)order|data_?format|format$|channels")


def found(node: ast.AST, above: Parents) -> Iterator[str]:
    """What is to be said of one node: nothing of words that are only compared with."""
    if not isinstance(node, ast.Constant) or node.value not in FIRST:
        return
    if _speaks_of_it(node, above):
        yield f"{node.value} is stated"


def _speaks_of_it(node: ast.Constant, above: Parents) -> bool:
    """Whether the word stands where an ordering is given; `th` alone means many things."""
    parent = above.get(node)
    match parent:
        case ast.keyword(arg=name):
            return bool(_ORDERING.search(name or ""))
        case ast.Assign(targets=[target]) | ast.AnnAssign(target=target):
            return bool(_ORDERING.search(ast.unparse(target)))
        case ast.arguments():
            return bool(_ORDERING.search(_parameter(parent, node)))
        case ast.Dict(keys=keys, values=values):
            pairs = (key for key, value in zip(keys, values, strict=True) if value is node and key is not None)
            return any(_ORDERING.search(ast.unparse(key)) for key in pairs)
        case ast.Call(func=func):
            return bool(_ORDERING.search(ast.unparse(func)))
    return False


def _parameter(arguments: ast.arguments, default: ast.expr) -> str:
    """The name of the parameter that it is the default of."""
    every = [*arguments.posonlyargs, *arguments.args]
    pairs = [*zip(reversed(every), reversed(arguments.defaults), strict=False)]
    pairs += [(arg, value) for arg, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if value]
    return next((arg.arg for arg, value in pairs if value is default), "")
