"""Subscripts that reach for channels in front of rows and columns: `x[:, 0, :, :]`, `image[None, None]`."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from dimorder.lint import syntax
from dimorder.lint.unmoved.words import of_channels

_TOLD = "is indexed as data with channels in front are"
_IMAGE, _BATCH = 3, 4
_FITTING = {
    "[:,:,i]", "[:,:,s]", "[s,s,:]", "[s,s,i]", "[i,:,:,:]", "[s,:,:,:]", "[:,:,:,i]", "[s,s,s]", "[i,i,:]",
    "[:,:,:]", "[:,:,:,:]", "[i,i,i]", "[:,i,i]", "[i,:,i]", "[i,i,s]", "[i,s,:]", "[s,:,:]", "[s,:,s]", "[:,s,i]",
    "[s,i,i]", "[i,s,i]", "[s,i,:]", "[s,:,i]", "[:,s,:]", "[i,:,s]", "[s,i,s]", "[:,i,s]",
}  # fmt: skip
"""What is asked of images and batches with channels last, or of other data: i an index, s a part, `:` all."""
_CROPS = {"[:,s,s,:]", "[i,s,s,:]", "[s,s,s,:]", "[:,s,s,i]", "[i,s,s,i]", "[i,:,:,i]", "[s,:,:,i]"}
"""Of batches whose rows and columns stand in the middle."""


def found(node: ast.AST, fed: Collection[str]) -> Iterator[str]:
    """What is to be said of one node. fed: names of arrays that models are given."""
    if not isinstance(node, ast.Subscript):
        return
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    kinds = [_kind(part) for part in parts]
    name = _name(node.value)
    if "n" in kinds:
        if _adds_channels(kinds):
            yield f"{name} gets an axis in front of its rows and columns"
    elif len(parts) >= _IMAGE:
        if not _fits(kinds, parts):
            yield f"{name} {_TOLD}"
    elif name in fed and (_second(kinds) or _chained(node)):
        yield f"{name} {_TOLD}"


def _fits(kinds: list[str], parts: list[ast.expr]) -> bool:
    if "." in kinds:
        return kinds[0] == "."
    turned = len(kinds) == _IMAGE and isinstance(parts[0], ast.Slice) and parts[0].step is not None
    shape = f"[{','.join(kinds)}]"
    if len(kinds) > _BATCH:
        return all(kind == ":" for kind in kinds[1:])
    return not turned and shape in _FITTING | _CROPS


def _adds_channels(kinds: list[str]) -> bool:
    """A new axis behind the first, or two of them; not one behind all others."""
    places = [number for number, kind in enumerate(kinds) if kind == "n"]
    if kinds[-1] == "n" and len(kinds) > 2 and len(places) == 1:
        return False
    if "." in kinds:
        return places != [0] and kinds[0] != "."
    return places != [0] or kinds == ["n", ":", ":"]


def _second(kinds: list[str]) -> bool:
    return len(kinds) == 2 and kinds[1] in "is"


def _chained(node: ast.Subscript) -> bool:
    """`x[i][0]`."""
    inner = node.value
    return isinstance(inner, ast.Subscript) and _kind(inner.slice) == "i" and _kind(node.slice) == "i" and (
        of_channels(node.slice) or syntax.number(node.slice) == 0
    )


def _kind(part: ast.expr) -> str:
    """`n` for a new axis, `.` for an ellipsis, `:` for all of an axis, `s` for a part of it, `i` for one place."""
    match part:
        case ast.Constant(value=None) | ast.Attribute(attr="newaxis") | ast.Name(id="newaxis"):
            return "n"
        case ast.Constant(value=value) if value is Ellipsis:
            return "."
        case ast.Slice(lower=None, upper=None, step=None):
            return ":"
        case ast.Slice():
            return "s"
    return "i"


def _name(node: ast.expr) -> str:
    """The name at the bottom of subscripts."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else "an array"
