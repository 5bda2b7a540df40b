"""Names that tell what an axis or a size is, and orderings that are written as words."""

from __future__ import annotations

import ast
import re

from dimorder.lint import syntax

FIRST = ("channels_first", "th")
_CHANNELS = re.compile(r"(?i)chan|colou?r|depth|bands|(^|_)n?_?ch($|_)|^n?c$")
_ROWS = re.compile(r"(?i)(^|_)(img|image)?_?(rows?|cols?|height|width|h|w)\d*($|_)|size|(^|_)dim")
_MOST_CHANNELS = 4
"""Images have one channel, three or four; no image has so few rows."""


def word(node: ast.expr) -> str:
    """The name that stands for a value: of a variable, an attribute, or a key; "" for anything else."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case ast.Starred(value=value) | ast.Call(func=ast.Name(id="int"), args=[value]):
            return word(value)
    return ""


def of_channels(node: ast.expr) -> bool:
    """Whether it counts channels: a small number, or something that is called so."""
    count = syntax.number(node)
    return 1 <= count <= _MOST_CHANNELS if count is not None else bool(_CHANNELS.search(word(node)))


def of_rows(node: ast.expr) -> bool:
    """Whether it counts rows or columns: a number that channels of images have not, or something that is called so."""
    count = syntax.number(node)
    if count is not None:
        return count > _MOST_CHANNELS
    return not _CHANNELS.search(word(node)) and bool(_ROWS.search(word(node)))


def is_called_as_channels(node: ast.expr) -> bool:
    return bool(_CHANNELS.search(word(node)))
