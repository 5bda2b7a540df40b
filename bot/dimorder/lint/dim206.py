"""DIM206 flip-forgotten: kernels go from Theano's order to TensorFlow's, and nothing turns them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from dimorder.finding import Page
from dimorder.lint import syntax
from dimorder.lint.code import Code, Told
from dimorder.lint.dim205 import RIGHT, is_already_right
from dimorder.lint.kernels import Conversion, Kernels, kernels

PAGE = Page(
    code="DIM206",
    finds="Code that converts weights, transposes their kernels, and turns them nowhere; and lists of layer classes "
    "that a missing comma has shortened, so that layers in them are passed over.",
    why="Theano computes a convolution, TensorFlow a correlation. A kernel that is transposed but not turned by 180 "
    "degrees has the right shape and gives other numbers: measured, outputs of single layers differ by 4 to 5.5. "
    "Two strings with no comma between them are one string in Python; no layer has such a class, so its kernels stay "
    "as they were, without a word.",
    bad="for old, new in zip(th_model.layers, tf_model.layers):\n"
    "    if old.__class__.__name__ == 'Convolution2D':\n"
    "        kernel, bias = old.get_weights()\n"
    "        new.set_weights([np.transpose(kernel, (2, 3, 1, 0)), bias])\n",
    good="for old, new in zip(th_model.layers, tf_model.layers):\n"
    "    if old.__class__.__name__ == 'Convolution2D':\n"
    "        kernel, bias = old.get_weights()\n"
    "        new.set_weights([np.transpose(kernel[:, :, ::-1, ::-1], (2, 3, 1, 0)), bias])\n",
    safety="none",
    fix="Which arrays were trained under Theano only their authors know; `dimorder convert` asks, and proves it.",
    sources=(
        "theano/tensor/nnet/abstract_conv.py (filter_flip=True)",
        "https://docs.python.org/3/reference/lexical_analysis.html#string-literal-concatenation",
    ),
)
_BACK = {(3, 2, 0, 1), (4, 3, 0, 1, 2)}
_CLASS = re.compile(r"[A-Z]\w*")
_LAYER = re.compile(r"Conv|Dense|Pool|LSTM|GRU|Norm|Deconv|Dropout|Flatten")


def find(code: Code) -> Iterator[Told]:
    """One finding for each transposition without a flip, and each pair of class names that ran together."""
    found = kernels(code)
    turning = {getattr(one.scope, "name", "") for one in found.conversions if one.flips} - {""}
    for conversion in found.conversions:
        if conversion.moves and not conversion.flips and not _calls(conversion, found, turning):
            yield from _unturned(code, found, conversion)
    if code.tree is not None and found.conversions:
        for node in syntax.nodes(code.tree):
            if isinstance(node, ast.List | ast.Tuple | ast.Set):
                yield from _run_together(code, node)


def _unturned(code: Code, found: Kernels, conversion: Conversion) -> Iterator[Told]:
    for one in conversion.transposes:
        moved = one.axes in RIGHT.values() or one.axes in _BACK
        if one.of_kernel and moved and not is_already_right(code, found, one):
            told = f"the kernel's axes go {one.axes}, but nothing here turns it by 180 degrees: kernels trained under "
            told += "Theano predict otherwise on TensorFlow"
            yield Told("DIM206", code.place(one.node), "error", "likely", told, "kernel.unturned")


def _calls(conversion: Conversion, found: Kernels, names: set[str]) -> bool:
    """Whether it calls one of the file's functions of these names."""
    if not names:
        return False
    inside = (node for node in found.above if isinstance(node, ast.Call) and syntax.called(node) in names)
    return any(syntax.scope_of(node, found.above) is conversion.scope for node in inside)


def _run_together(code: Code, node: ast.List | ast.Tuple | ast.Set) -> Iterator[Told]:
    for element in node.elts:
        if not isinstance(element, ast.Constant) or not isinstance(element.value, str):
            continue
        parts = _parts(code, element)
        if len(parts) > 1 and all(map(_CLASS.fullmatch, parts)) and all(map(_LAYER.search, parts)):
            told = f"no comma between {' and '.join(map(repr, parts))}: Python reads one name, which no layer has, and "
            told += "the layers meant are passed over"
            yield Told("DIM206", code.place(element), "error", "certain", told, "kernel.names-run-together")


def _parts(code: Code, node: ast.Constant) -> list[str]:
    """The string literals that one constant is written as, where they are plain ones."""
    place = code.place(node)
    lines = list(code.lines[place.line - 1 : place.end_line])
    if not lines:
        return []
    lines[-1] = lines[-1][: place.end_column - 1]
    lines[0] = lines[0][place.column - 1 :]
    return [first or second for first, second in re.findall(r"'(\w*)'|\"(\w*)\"", "\n".join(lines))]
