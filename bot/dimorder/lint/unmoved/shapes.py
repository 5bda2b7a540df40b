"""Shapes of data with channels in front of rows and columns: of new arrays, of reshaped ones, of expected results."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from dimorder.lint import syntax
from dimorder.lint.syntax import Parents
from dimorder.lint.unmoved.words import of_channels, of_rows

MAKES = frozenset(
    {"zeros", "ones", "empty", "full", "ndarray", "memmap", "placeholder", "random_uniform", "random_normal",
     "random", "rand", "randn", "randint", "uniform", "normal", "random_sample", "standard_normal", "create_dataset",
     "create_carray", "create_earray"}
)  # fmt: skip
"""Calls that make an array of the shape that they are given."""
RESHAPES = frozenset({"reshape", "resize"})
_SPREAD = frozenset({"rand", "randn", "reshape", "resize"})
"""Calls that take the sizes one by one."""
_IMAGE, _BATCH = 3, 4
_TOLD = "a shape with channels in front of rows and columns"


def found(node: ast.AST, above: Parents) -> Iterator[str]:
    """What is to be said of one node: nothing for shapes whose channels come last."""
    if isinstance(node, ast.Call) and syntax.called(node) in MAKES | RESHAPES:
        if any(is_first(sizes) for sizes in _stated(node)):
            yield f"{syntax.called(node)} is given {_TOLD}"
    elif isinstance(node, ast.Tuple | ast.List) and _is_expected(node, above) and is_first(node.elts):
        yield f"{_TOLD} is expected"


def is_first(sizes: Sequence[ast.expr]) -> bool:
    """Whether these sizes of a batch, or of one image, put channels first; a batch that says neither counts as such."""
    if any(isinstance(one, ast.Starred) for one in sizes):
        return False
    if len(sizes) == _IMAGE:
        return of_channels(sizes[0]) and of_rows(sizes[1]) and of_rows(sizes[2])
    if len(sizes) not in (_BATCH, _BATCH + 1):
        return False
    rows, last = [ast.dump(one) for one in sizes[1:-1]], ast.dump(sizes[-1])
    if len(set(rows)) == 1 and rows[0] != last:
        return False
    if of_channels(sizes[-1]) and not of_channels(sizes[1]):
        return False
    return not all(of_rows(one) for one in sizes[1:-1]) or of_rows(sizes[-1])


def _stated(call: ast.Call) -> Iterator[Sequence[ast.expr]]:
    """The shapes that it is given, as sequences of sizes."""
    given = [*call.args, *(one.value for one in call.keywords if one.arg in ("shape", "size", "newshape", "maxshape"))]
    yield from (one.elts for one in given if isinstance(one, ast.Tuple | ast.List))
    if syntax.called(call) in _SPREAD and not any(isinstance(one, ast.Tuple | ast.List) for one in given):
        yield call.args


def _is_expected(node: ast.Tuple | ast.List, above: Parents) -> bool:
    """Whether something is held against it: `x.shape == (2, 3, 8, 9)`, `assertEqual(x.shape, …)`."""
    parent = above.get(node)
    if not isinstance(parent, ast.Compare | ast.Call):
        return False
    asserts = isinstance(parent, ast.Compare) or syntax.called(parent).startswith("assert")
    return asserts and "shape" in ast.unparse(parent)
