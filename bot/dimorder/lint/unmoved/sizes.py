"""Sizes that are read off data as those with channels in front have them: `n, c, h, w = x.shape`, `x.shape[2:]`."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from dimorder.lint import syntax
from dimorder.lint.syntax import Parents
from dimorder.lint.unmoved.words import is_called_as_channels, of_rows

_TOLD = "sizes are read as those of data with channels in front"
_SHAPES = frozenset({"shape", "output_shape", "input_shape", "_keras_shape", "get_shape", "int_shape", "as_list"})
_IMAGE, _BATCH = 3, 4


def found(node: ast.AST, above: Parents, fed: Collection[str]) -> Iterator[str]:
    """What is to be said of one node. fed: names of arrays that models are given."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        if _unpacks(node.targets[0], node.value) or _is_misnamed(node.targets[0], node.value):
            yield _TOLD
    elif isinstance(node, ast.Subscript) and _is_shape(node.value) and _reaches_for_first(node, above, fed):
        yield _TOLD


def _unpacks(target: ast.expr, value: ast.expr) -> bool:
    """Whether all sizes of data get names, and channels do not get the last one."""
    if not isinstance(target, ast.Tuple | ast.List):
        return False
    names = target.elts
    if isinstance(value, ast.Subscript) and _is_shape(value.value):
        return _is_behind(value.slice) and all(of_rows(one) for one in names)
    if not _is_shape(value):
        return False
    if len(names) == _IMAGE:
        return is_called_as_channels(names[0]) or (of_rows(names[1]) and of_rows(names[2]))
    return len(names) in (_BATCH, _BATCH + 1) and not is_called_as_channels(names[-1])


def _is_misnamed(target: ast.expr, value: ast.expr) -> bool:
    """`channels = x.shape[1]`, `rows = x.shape[2]`."""
    if not isinstance(value, ast.Subscript) or not _is_shape(value.value):
        return False
    place = syntax.number(value.slice)
    if is_called_as_channels(target):
        return place in (0, 1)
    return place in (2, 3) and of_rows(target)


def _reaches_for_first(node: ast.Subscript, above: Parents, fed: Collection[str]) -> bool:
    """Whether a size is asked for that only data with channels in front have there."""
    if isinstance(node.slice, ast.Slice):
        return _is_behind(node.slice) and isinstance(above.get(node), ast.Call | ast.Starred)
    place = syntax.number(node.slice)
    if place not in (1, 2, 3):
        return False
    same = _same(node, above)
    if same >= {1, 2, 3} or same >= {0, 1, 2}:
        return False  # all of them, as they come
    keras = not isinstance(node.value, ast.Attribute) or node.value.attr != "shape"
    return keras or same >= {2, 3} or (place in (1, 3) and _owner(node) in fed)


def _is_behind(part: ast.expr) -> bool:
    """`[2:]`, `[-2:]`, `[2:4]`: what stands behind the channels."""
    return isinstance(part, ast.Slice) and part.lower is not None and syntax.number(part.lower) in (2, -2)


def _same(node: ast.Subscript, above: Parents) -> set[int]:
    """Places that the statement asks for of the same shape."""
    statement: ast.AST = node
    while statement in above and not isinstance(statement, ast.stmt):
        statement = above[statement]
    text = ast.dump(node.value)
    asked = (one for one in ast.walk(statement) if isinstance(one, ast.Subscript) and ast.dump(one.value) == text)
    return {place for one in asked if (place := syntax.number(one.slice)) is not None}


def _is_shape(node: ast.expr) -> bool:
    match node:
        case ast.Attribute(attr=name):
            return name in _SHAPES
        case ast.Call():
            return syntax.called(node) in _SHAPES or (syntax.called(node) == "tuple" and any(map(_is_shape, node.args)))
    return False


def _owner(node: ast.Subscript) -> str:
    value = node.value.value if isinstance(node.value, ast.Attribute) else node.value
    return value.id if isinstance(value, ast.Name) else ""
