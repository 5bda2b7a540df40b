"""DIM205 wrong-kernel-transpose: axes of a kernel are put in an order that no Keras reads."""

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
    code="DIM205",
    finds="A transposition of a layer's kernel that yields no layout of any Keras: all axes reversed, axes for "
    "another number of dimensions than the layers have, or an order that Keras 2 has already put right.",
    why="From channels first to channels last a kernel goes (2, 3, 1, 0). The tempting (3, 2, 1, 0) swaps rows and "
    "columns besides: square kernels hide it, since every shape fits. And since Keras 2.0.0 `get_weights` yields "
    "(rows, columns, in, out) whatever the data format, so the same transposition that was right in Keras 1 mixes "
    "channels with space.",
    bad="for old, new in zip(th_model.layers, tf_model.layers):\n"
    "    if old.__class__.__name__ == 'Convolution2D':\n"
    "        kernel, bias = old.get_weights()\n"
    "        kernel = np.transpose(kernel[:, :, ::-1, ::-1], (3, 2, 1, 0))\n"
    "        new.set_weights([kernel, bias])\n",
    good="for old, new in zip(th_model.layers, tf_model.layers):\n"
    "    if old.__class__.__name__ == 'Convolution2D':\n"
    "        kernel, bias = old.get_weights()\n"
    "        kernel = np.transpose(kernel[:, :, ::-1, ::-1], (2, 3, 1, 0))\n"
    "        new.set_weights([kernel, bias])\n",
    safety="unsafe",
    fix="Reversed axes become (2, 3, 1, 0). `dimorder convert` makes the script itself needless.",
    sources=(
        "keras backend/theano_backend.py@1.2.2 and @2.0.0 (_preprocess_conv2d_kernel)",
        "https://github.com/keras-team/keras/issues/5374",
    ),
)
RIGHT = {4: (2, 3, 1, 0), 5: (2, 3, 4, 1, 0)}
"""From (out, in, space…) to (space…, in, out), by the number of axes."""
_NEW = re.compile(r"(Separable|Depthwise)?Conv([123])D(Transpose)?")
_OLD = re.compile(r"(?:Atrous|Separable|)?(?:Convolution|Deconvolution)([123])D")


def find(code: Code) -> Iterator[Told]:
    """One finding for each transposition."""
    found = kernels(code)
    for conversion in found.conversions:
        for one in conversion.transposes if conversion.moves else ():
            if one.of_kernel:
                yield from _judged(code, found, one)


def _judged(code: Code, found: Kernels, one: Transpose) -> Iterator[Told]:
    names = _classes(one, found)
    ranks = {name: _axes_of(name) for name in names}
    others = [name for name, axes in ranks.items() if axes != len(one.axes)]
    if len(one.axes) > 2 and one.axes == tuple(reversed(range(len(one.axes)))):
        yield _told(code, one, f"{one.axes} reverses all axes: rows and columns change places too", "reversed")
    elif others and len(others) < len(ranks):
        listed = ", ".join(f"{name} ({ranks[name]} axes)" for name in others)
        yield _told(code, one, f"{one.axes} is applied to kernels of other dimensions: {listed}", "rank")
    elif is_already_right(code, found, one):
        told = f"Keras 2 yields kernels as (space, in, out) in every data format: {one.axes} mixes channels with space"
        yield _told(code, one, told, "era")


def is_already_right(code: Code, found: Kernels, one: Transpose) -> bool:
    """Whether the layers' arrays come from a Keras 2, which has nothing to transpose."""
    if one.axes not in RIGHT.values():
        return False
    names = _classes(one, found)
    spoken = code.program.era == "keras2" if not names else all(_NEW.fullmatch(name) for name in names)
    return spoken and not (names and code.program.era == "keras1")


def _classes(one: Transpose, found: Kernels) -> list[str]:
    """Layer classes that the branch is for, as its conditions name them."""
    texts = [
        part.value
        for test in syntax.conditions(one.node, found.above)
        for part in ast.walk(test)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]
    return [text for text in texts if _NEW.fullmatch(text) or _OLD.fullmatch(text)]


def _axes_of(name: str) -> int:
    """How many axes the kernels of a class have; those of Keras 1's Convolution1D are four."""
    new = _NEW.fullmatch(name)
    if new:
        return int(new[2]) + 2
    old = _OLD.fullmatch(name)
    return max(4, int(old[1]) + 2) if old else 0


def _told(code: Code, one: Transpose, message: str, word: str) -> Told:
    place = code.place(one.node)
    right = RIGHT.get(len(one.axes))
    edits: tuple[Remedy, ...] = ()
    if word == "reversed" and right and isinstance(one.axes_at, ast.Tuple | ast.List):
        what = f"axes {right}: rows and columns stay what they are"
        edits = (Remedy("replace", code.place(one.axes_at), what, False, str(one.axes), str(right)),)
    return Told("DIM205", place, "error", "likely", message, f"kernel.{word}", remedies=edits)
