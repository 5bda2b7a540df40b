"""Axes that calls name as those of data with channels in front: transpositions, reductions, new axes."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from dimorder.lint import syntax

_TURNS = frozenset({"transpose", "permute_dimensions"})
_ROLLS = frozenset({"rollaxis", "moveaxis", "swapaxes"})
_BY_ROW = frozenset({"row_axis", "col_axis", "channel_axis", "row_index", "col_index", "channel_index"})
"""How Keras's functions that turn and shear images are told where the axes are."""
_STILL = frozenset({(0, 1, 2), (1, 0, 2), (0, 1, 2, 3), (0, 1, 2, 3, 4)})
"""Of three axes the first two may change places: that turns an image, or puts time in front of a batch."""
_OVER_ROWS = frozenset({(2, 3), (0, 2, 3), (1, 2), (2,), (3,), (-2, -1), (0, 1, 3), (0, 2, 3, 4), (2, 3, 4)})
_SPREAD = frozenset({"tile", "pad", "zoom"})
_SOFT = frozenset({"expand_dims", "stack"})
"""Calls that add an axis."""
_REDUCES = frozenset(
    {"mean", "sum", "std", "var", "max", "min", "argmax", "prod", "concatenate", "repeat", "split", "append", "take",
     "squeeze", "softmax", "norm", "any", "all", "cumsum", "delete", "insert", "flip", "roll", "median", "l2_normalize",
     "reduce_mean", "reduce_sum", "reduce_max", "repeat_elements", "unstack", "batch_flatten", "concat"}
)  # fmt: skip
_KERAS = frozenset({"K", "backend", "tf", "T"})
_BATCH = 4


def found(node: ast.AST, fed: Collection[str], *, maps: bool) -> Iterator[str]:
    """What is to be said of one node. fed: names of arrays that models are given. maps: some model yields maps."""
    if not isinstance(node, ast.Call):
        return
    name = syntax.called(node)
    if name in _TURNS and _moves(node):
        yield f"{name} moves channels"
    elif name in _ROLLS:
        yield f"{name} moves axes"
    elif name in _SPREAD and any(_differs(argument) for argument in node.args):
        yield f"{name} is told of four axes"
    elif any(one.arg in _BY_ROW and (syntax.number(one.value) or 0) >= 0 for one in node.keywords):
        yield f"{name} is told where channels, rows and columns are"
    elif name in _SOFT and _axis(node) == (1,):
        yield f"{name} adds an axis in front of rows and columns"
    elif name in _REDUCES and _is_over(node, fed, maps=maps):
        yield f"{name} goes over an axis that moves"


def _moves(node: ast.Call) -> bool:
    given = [*node.args, *(one.value for one in node.keywords)]
    axes = next((numbers for one in given if len(numbers := syntax.numbers(one)) > 2), ())
    if not axes:
        spread = [number for one in node.args if (number := syntax.number(one)) is not None]
        axes = tuple(spread) if len(spread) > 2 else ()
    return bool(axes) and axes not in _STILL


def _differs(argument: ast.expr) -> bool:
    """`(1, 3, 1, 1)`: one number for each axis of a batch, and not the same for those that change places."""
    if not isinstance(argument, ast.Tuple | ast.List) or len(argument.elts) != _BATCH:
        return False
    return len({ast.dump(one) for one in argument.elts[1:]}) > 1 and not any(map(_is_box, argument.elts))


def _is_box(node: ast.expr) -> bool:
    return isinstance(node, ast.Starred)


def _is_over(node: ast.Call, fed: Collection[str], *, maps: bool) -> bool:
    axes = _axis(node)
    if not axes:
        return False
    if len(axes) > 1:
        return axes in _OVER_ROWS
    first = node.args[0] if node.args else None
    if isinstance(first, ast.Name) and first.id in fed:
        return axes[0] not in (0, -1)
    return maps and axes != (0,) and _is_of_keras(node)


def _axis(node: ast.Call) -> tuple[int, ...]:
    """The axes that a call names; () where it names none that is a number."""
    named = next((one.value for one in node.keywords if one.arg in ("axis", "axes", "dim")), None)
    if named is None and len(node.args) > 1 and (_is_of_keras(node) or syntax.called(node) in _SOFT):
        named = node.args[1]
    if named is None:
        return ()
    one = syntax.number(named)
    return (one,) if one is not None else syntax.numbers(named)


def _is_of_keras(node: ast.Call) -> bool:
    """Whether it works on tensors: what a model yields, not what is read from disk."""
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    return isinstance(owner, ast.Name) and owner.id in _KERAS
