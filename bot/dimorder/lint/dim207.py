"""DIM207 dense-rows-forgotten: a conversion that leaves the rows of Dense layers behind Flatten where they were."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from dimorder.finding import Page, Severity
from dimorder.lint import syntax
from dimorder.lint.code import Code, Told
from dimorder.lint.dim205 import RIGHT
from dimorder.lint.kernels import Conversion, kernels

PAGE = Page(
    code="DIM207",
    finds="Code that converts kernels and copies all other arrays as they are, or gives a layer its own arrays back.",
    why="Flatten numbers a map channel by channel in the one ordering and pixel by pixel in the other, so the rows of "
    "the first Dense layer behind it have to move: new[s * C + c] = old[c * S + s]. Shapes are equal and nothing "
    "raises. `layer.set_weights(layer.get_weights())` copies nothing at all: the layer keeps its random start.",
    bad="for old, new in zip(th_model.layers, tf_model.layers):\n"
    "    if old.__class__.__name__ != 'Convolution2D':\n"
    "        new.set_weights(new.get_weights())\n",
    good="for old, new in zip(th_model.layers, tf_model.layers):\n"
    "    if old.__class__.__name__ == 'Dense' and old.name == 'fc1':\n"
    "        rows, bias = old.get_weights()\n"
    "        rows = rows.reshape(512, 7 * 7, -1).transpose((1, 0, 2)).reshape(rows.shape)\n"
    "        new.set_weights([rows, bias])\n",
    safety="none",
    fix="`dimorder convert` finds which rows have to move, from the architecture.",
    sources=(
        "keras layers/core.py@1.2.2 (Flatten)",
        "keras utils/layer_utils.py@2.3.1 (convert_dense_weights_data_format)",
        "https://github.com/keras-team/keras/issues/5374",
    ),
)


def find(code: Code) -> Iterator[Told]:
    """One finding for each copy."""
    for conversion in kernels(code).conversions:
        sorting = conversion.rows
        for call in conversion.given:
            source = _copied(call)
            if source is None or not isinstance(call.func, ast.Attribute):
                continue
            if ast.dump(source) == ast.dump(call.func.value):
                told = "the layer is given its own arrays back: nothing is copied, and it keeps what it started with"
                yield Told("DIM207", code.place(call), "error", "certain", told, "rows.own")
            elif _reorders(conversion) and not sorting:
                told = "arrays of all other layers are copied as they are: the rows of a Dense layer behind Flatten "
                told += "stay in the order of the other dim ordering"
                yield Told("DIM207", code.place(call), _severity(code), "likely", told, "rows.unsorted")


def _severity(code: Code) -> Severity:
    """Whether a model that the program builds has such rows; where it builds none, that is to be looked at."""
    flat = any(layer.class_name == "Flatten" for run in code.program.runs for layer in run.layers)
    return "error" if flat else "warning"


def _copied(call: ast.Call) -> ast.expr | None:
    """`x` of `y.set_weights(x.get_weights())`."""
    match call.args:
        case [ast.Call(func=ast.Attribute(value=source, attr="get_weights"), args=[])]:
            return source if syntax.called(call) == "set_weights" else None
    return None


def _reorders(conversion: Conversion) -> bool:
    """Whether it moves kernels from the one dim ordering to the other."""
    moved = any(one.of_kernel and one.axes in RIGHT.values() for one in conversion.transposes)
    return moved and conversion.moves
