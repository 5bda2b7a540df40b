"""What two pieces of code have in common however they are spelled."""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from collections import Counter


def meaning(tree: ast.AST) -> str:
    """The tree without places, and without the `u` of strings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            node.kind = None
    return ast.dump(tree)


def is_same(code: str, expected: str) -> bool:
    """Whether both are one expression, without regard to quotes and spacing."""
    try:
        return meaning(expression(code)) == meaning(expression(expected))
    except (SyntaxError, ValueError):
        return "".join(code.split()) == "".join(expected.split())


def expression(code: str) -> ast.AST:
    """An expression on its own or `name=value`; SyntaxError for anything else."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(f"({code}\n)", mode="eval").body
        except SyntaxError:
            return keyword(code)


def keyword(code: str) -> ast.keyword:
    """`name=value`; SyntaxError for anything else."""
    call = ast.parse(f"f({code}\n)", mode="eval").body
    if not isinstance(call, ast.Call) or call.args or len(call.keywords) != 1 or call.keywords[0].arg is None:
        raise SyntaxError("no keyword argument")
    return call.keywords[0]


def comments(text: str) -> Counter[str]:
    """How often each comment stands in sound code."""
    tokens = tokenize.generate_tokens(io.StringIO(text, newline=None).readline)
    return Counter(token.string for token in tokens if token.type == tokenize.COMMENT)
