"""DIM209 channels-first-preprocessing: images are brought into channels-first order before a model sees them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from dimorder.finding import Page
from dimorder.lint import syntax
from dimorder.lint.code import Code, Told
from dimorder.lint.dim201 import LAST
from dimorder.lint.kernels import Kernels, Transpose, kernels
from dimorder.remedy import Remedy

PAGE = Page(
    code="DIM209",
    finds="Images (or batches of images) whose channels are moved to the front: `transpose((2, 0, 1))`, "
    "`transpose((0, 3, 1, 2))`, `rollaxis(x, 2)`, `moveaxis(x, -1, 0)`; data given such a shape: "
    "`x.reshape(n, 3, rows, cols)`; and what reads images for Keras and is told so: "
    "`img_to_array(x, dim_ordering='th')`.",
    why="It is right as long as the model takes channels first, and has to go in the same commit in which the model "
    "moves. Square images of three channels do not raise when it stays behind, since sizes are often left open.",
    bad="import keras\nimport numpy as np\n\ndef load(path):\n"
    "    image = np.load(path)\n    return image.transpose((2, 0, 1))\n",
    good="import keras\nimport numpy as np\n\ndef load(path):\n    return np.load(path)\n",
    safety="unsafe",
    fix="The transposition becomes (0, 1, 2), and images of one channel get it as their last axis, together with the "
    "model that reads them. Other data that are given such a shape keep all layout where it is.",
    sources=("keras preprocessing/image.py@1.2.2 (img_to_array)",),
)
_MOVES = frozenset({(2, 0, 1), (0, 3, 1, 2), (3, 0, 1, 2), (0, 4, 1, 2, 3)})
"""Axes that bring the last to the front."""
_BATCH_OF_MAPS = 4
_READS = frozenset({"ImageDataGenerator", "img_to_array", "array_to_img", "load_img", "preprocess_input"})
"""Keras's own that read or write images in an ordering that they are told."""
_CHANNELS = re.compile(r"chan|colou?r|depth|(^|_)n?_?ch($|_)", re.IGNORECASE)


def find(code: Code) -> Iterator[Told]:
    """One finding for each; none where a condition asks for the ordering, and none for kernels."""
    if not code.program.uses_keras and not _has_a_model(code):
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
            yield Told(
                "DIM209", code.place(node), "info", "likely", told, "images.shaped", remedies=_channel_last(code, node)
            )
        elif isinstance(node, ast.Call) and (stated := _stated(node)) is not None and _unguarded(node, found):
            told = f"{syntax.called(node)} is told that images have their channels first"
            edits = (_said(code, stated),)
            yield Told("DIM209", code.place(stated), "info", "likely", told, "images.stated", remedies=edits)


def _has_a_model(code: Code) -> bool:
    """Whether it does something with a model that other code builds."""
    return any(call.callee.startswith("model.") for run in code.program.runs for call in run.calls)


def _edits(code: Code, one: Transpose) -> tuple[Remedy, ...]:
    still, told = range(len(one.axes)), "all axes stay where they are"
    if isinstance(one.axes_at, ast.Tuple | ast.List):
        new = str(list(still) if isinstance(one.axes_at, ast.List) else tuple(still))
        return (Remedy("replace", code.place(one.axes_at), told, False, ast.unparse(one.axes_at), new),)
    pairs = zip(one.node.args, one.axes, still, strict=True)
    return tuple(Remedy("replace", code.place(node), told, False, str(old), str(new)) for node, old, new in pairs)


def _channel_last(code: Code, node: ast.Call) -> tuple[Remedy, ...]:
    """One channel stands at the end as well as in front; of more of them the numbers themselves would have to move."""
    sizes, told = _sizes(node), "the one channel is the last axis"
    if syntax.number(sizes[1]) != 1:
        return ()
    if sizes is not node.args:
        return (Remedy("reorder", code.place(_written(node)), told, False, order=(0, 2, 3, 1)),)
    pairs = zip(sizes[1:], (*sizes[2:], sizes[1]), strict=True)
    return tuple(
        Remedy("replace", code.place(old), told, False, ast.unparse(old), ast.unparse(new)) for old, new in pairs
    )


def _stated(node: ast.Call) -> ast.Constant | None:
    """The word by which a call that reads or writes images is told of channels first."""
    if syntax.called(node) not in _READS:
        return None
    values = (one.value for one in node.keywords if one.arg in ("dim_ordering", "data_format"))
    return next((one for one in values if isinstance(one, ast.Constant) and one.value in LAST), None)


def _said(code: Code, stated: ast.Constant) -> Remedy:
    last = LAST[str(stated.value)]
    return Remedy("replace", code.place(stated), f"images have {last}", False, repr(stated.value), repr(last))


def _unguarded(node: ast.AST, found: Kernels) -> bool:
    return next(syntax.guards(node, found.above), None) is None


def _lays_out(node: ast.Call) -> bool:
    """`x.reshape(n, 1, rows, cols)`, also with the shape in brackets, or of `np.reshape(x, …)`."""
    sizes = _sizes(node) if syntax.called(node) == "reshape" else []
    return len(sizes) == _BATCH_OF_MAPS and _counts_channels(sizes[1]) and not _counts_channels(sizes[-1])


def _sizes(node: ast.Call) -> list[ast.expr]:
    """The shape's elements, in brackets or not."""
    written = _written(node)
    return written.elts if isinstance(written, ast.Tuple | ast.List) else node.args


def _written(node: ast.Call) -> ast.expr:
    """Where the shape is written, if it is in brackets."""
    return node.args[-1] if node.args else node


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
