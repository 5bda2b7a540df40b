"""DIM209 channels-first-preprocessing: images are brought into channels-first order before a model sees them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from dimorder.finding import Page
from dimorder.lint import syntax
from dimorder.lint.code import Code, Told
from dimorder.lint.kernels import Kernels, Transpose, kernels
from dimorder.remedy import Remedy

PAGE = Page(
    code="DIM209",
    finds="Images (or batches of images) whose channels are moved to the front: `transpose((2, 0, 1))`, "
    "`transpose((0, 3, 1, 2))`, `rollaxis(x, 2)`, `moveaxis(x, -1, 0)`; and data given such a shape: "
    "`x.reshape(n, 3, rows, cols)`.",
    why="It is right as long as the model takes channels first, and has to go in the same commit in which the model "
    "moves. Square images of three channels do not raise when it stays behind, since sizes are often left open.",
    bad="import keras\nimport numpy as np\n\ndef load(path):\n"
    "    image = np.load(path)\n    return image.transpose((2, 0, 1))\n",
    good="import keras\nimport numpy as np\n\ndef load(path):\n    return np.load(path)\n",
    safety="unsafe",
    fix="The transposition becomes (0, 1, 2), together with the model that reads the images.",
    sources=("keras preprocessing/image.py@1.2.2 (img_to_array)",),
)
_MOVES = frozenset({(2, 0, 1), (0, 3, 1, 2), (3, 0, 1, 2), (0, 4, 1, 2, 3)})
"""Axes that bring the last to the front."""
_BATCH_OF_MAPS = 4
_CHANNELS = re.compile(r"chan|colou?r|depth|(^|_)n?_?ch($|_)", re.IGNORECASE)


def find(code: Code) -> Iterator[Told]:
    """One finding for each; none where a condition asks for the ordering, and none for kernels."""
    if not code.program.uses_keras:
        return
    found = kernels(code)
    for one in found.transposes:
        moves = one.axes in _MOVES and syntax.called(one.node) == "transpose" and not one.of_kernel
        if moves and _unguarded(one.node, found):
            told = f"{one.axes} moves the channels of images to the front"
            edits = _edits(code, one)
            yield Told("DIM209", code.place(one.node), "info", "likely", told, "images.transposed", remedies=edits)
    for node in found.above:
        if isinstance(node, ast.Call) and _rolls(node) and _unguarded(node, found):
            told = f"{syntax.called(node)} moves the channels of images to the front"
            yield Told("DIM209", code.place(node), "info", "likely", told, "images.rolled")
        elif isinstance(node, ast.Call) and _lays_out(node) and _unguarded(node, found):
            told = "data are given a shape with channels in front of rows and columns"
            yield Told("DIM209", code.place(node), "info", "likely", told, "images.shaped")


def _edits(code: Code, one: Transpose) -> tuple[Remedy, ...]:
    if not isinstance(one.axes_at, ast.Tuple | ast.List):
        return ()
    still = str(tuple(range(len(one.axes))))
    return (Remedy("replace", code.place(one.axes_at), "all axes stay where they are", False, str(one.axes), still),)


def _unguarded(node: ast.AST, found: Kernels) -> bool:
    return next(syntax.guards(node, found.above), None) is None


def _lays_out(node: ast.Call) -> bool:
    """`x.reshape(n, 1, rows, cols)`, also with the shape in brackets, or of `np.reshape(x, …)`."""
    if syntax.called(node) != "reshape":
        return False
    sizes: list[ast.expr] = node.args
    if sizes and isinstance(sizes[-1], ast.Tuple | ast.List):
        sizes = sizes[-1].elts
    return len(sizes) == _BATCH_OF_MAPS and _counts_channels(sizes[1]) and not _counts_channels(sizes[-1])


def _counts_channels(size: ast.expr) -> bool:
    """One and three are the channels of images; other numbers go by what they are called."""
    name = size.id if isinstance(size, ast.Name) else size.attr if isinstance(size, ast.Attribute) else ""
    return syntax.number(size) in (1, 3) or bool(_CHANNELS.search(name))


def _rolls(node: ast.Call) -> bool:
    """`np.rollaxis(x, 2)`, `np.rollaxis(x, 3, 1)`, `np.moveaxis(x, -1, 0)`, `np.swapaxes(x, 0, 2)` is none of them."""
    values = [syntax.number(argument) for argument in node.args[1:]]
    match syntax.called(node):
        case "rollaxis":
            return values in ([2], [2, 0], [-1], [-1, 0], [3, 1], [-1, 1])
        case "moveaxis":
            return values in ([2, 0], [-1, 0], [3, 1], [-1, 1])
    return False
