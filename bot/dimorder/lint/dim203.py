"""DIM203 channels-first-input-shape: the shape of an input puts channels first."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from dimorder.finding import Page, Related, Severity
from dimorder.lint import unread
from dimorder.lint.code import Code, Told
from dimorder.lint.meaning import Meaning, inputs, meaning, tuple_at
from dimorder.lint.syntax import scope_at
from dimorder.lint.units import Unit, units
from dimorder.program import Argument, Place
from dimorder.remedy import Remedy

PAGE = Page(
    code="DIM203",
    finds="An input whose shape has its channels first, for layers that take their ordering from the machine or from "
    "a global switch.",
    why="The same line builds another network on another machine: with channels last, (3, 224, 224) is an image of 3 "
    "rows and 224 columns with 224 channels. Often that builds too, with kernels of other shapes; weights then "
    "fail to load, or the model is trained on rows. Keras looked for channels first by default until 1.0.8.",
    bad="from keras.layers import Convolution2D, Flatten, Dense\nfrom keras.models import Sequential\n\n"
    "model = Sequential()\nmodel.add(Convolution2D(8, 3, 3, input_shape=(1, 28, 24)))\n",
    good="from keras.layers import Convolution2D, Flatten, Dense\nfrom keras.models import Sequential\n\n"
    "model = Sequential()\nmodel.add(Convolution2D(8, 3, 3, input_shape=(28, 24, 1)))\n",
    safety="unsafe",
    fix="The shape's elements change places, together with the model's axes, its data and its weights.",
    sources=(
        "keras backend/common.py@1.0.8 and @1.1.0 (image_dim_ordering)",
        "https://keras.io/api/utils/config_utils/",
    ),
)


def find(code: Code) -> Iterator[Told]:
    """One finding for each input that today's machines build, or that no run came to.

    Info where all layers say channels first themselves, and for further inputs of the same function.
    """
    warned: set[ast.AST | str] = set()
    for told in sorted((*_built(code), *_unread(code)), key=lambda told: (told.place.line, told.place.column)):
        scope = scope_at(code, told.place) or told.model[1]
        yield replace(told, severity="info") if scope in warned else told
        if told.severity != "info":
            warned.add(scope)


def _unread(code: Code) -> Iterator[Told]:
    """Lines that no run came to; the first is enough to look at them."""
    for nth, (shape, axes) in enumerate(unread.shapes(unread.lines(code))):
        message = "an input's channels come first, but each machine's keras.json decides what its layer takes them for"
        edits = _reordered(code, shape, axes)
        severity: Severity = "info" if nth else "warning"
        yield Told("DIM203", code.place(shape), severity, "likely", message, "code.unread", (), edits)


def _built(code: Code) -> Iterator[Told]:
    for unit in units(code.program):
        meant = _meant(unit, code)
        if meant is None:
            continue
        severity, told = meant
        for _, name, argument, values in inputs(unit):
            place = argument.place or argument.origin
            if place is None or place.path != code.program.path or not _may_be_first(values):
                continue
            what = "the reshaped map's" if name == "target_shape" else "the input's"
            message = f"{what} channels come first: {_shown(values)}; {told.because}"
            edits = _edits(code, argument, len(values))
            related = _from(argument, place)
            yield Told(
                "DIM203", place, severity, told.confidence, message, f"code.{name}", related, edits, unit.model
            )


def _meant(unit: Unit, code: Code) -> tuple[Severity, Meaning] | None:
    """How bad channels first are here; None where they come last, or nobody knows."""
    maps = unit.maps
    if not maps:
        return None
    stated = [layer for layer in maps if layer.channels_from == "argument"]
    if stated and any(layer.channels == "first" for layer in stated):
        return "info", Meaning("first", "certain", "layers say so themselves")
    if any(layer.channels_from == "code" and layer.channels == "first" for layer in maps):
        return "warning", Meaning("first", "certain", "a global switch in the code makes that right")
    if stated or any(layer.channels_from == "code" for layer in maps):
        return None
    found = meaning(unit, code)
    because = f"{found.because}, but it depends on each machine's keras.json what the layers take them for"
    return ("warning", Meaning("first", found.confidence, because)) if found.channels == "first" else None


def _may_be_first(values: tuple[Any, ...]) -> bool:
    """Whether the shape does not plainly say the opposite."""
    first, last = values[0], values[-1]
    few = isinstance(last, int) and last <= 4
    return not few or (isinstance(first, int) and first <= last)


def _shown(values: tuple[Any, ...]) -> str:
    known = [str(value) if isinstance(value, int) or value is None else "?" for value in values]
    return f"({', '.join(known)})"


def _from(argument: Argument, place: Place) -> tuple[Related, ...]:
    origin = argument.origin
    if origin is None or (origin.path, origin.line) == (place.path, place.line):
        return ()
    return (Related(origin.path, origin.line, "the shape is written here"),)


def _edits(code: Code, argument: Argument, axes: int) -> tuple[Remedy, ...]:
    """The channels behind the other elements; the batch's size, where stated, stays in front."""
    written, origin = tuple_at(code, argument), argument.origin
    if written is not None:
        return _reordered(code, written, axes)
    if origin is None or (origin.path, origin.cell) == (code.program.path, code.cell):
        return ()
    return _at_end(origin, len(argument.value), axes)


def _reordered(code: Code, written: ast.Tuple | ast.List, axes: int) -> tuple[Remedy, ...]:
    return _at_end(code.place(written), len(written.elts), axes)


def _at_end(place: Place, count: int, axes: int) -> tuple[Remedy, ...]:
    """place: of the shape, also in another file or cell."""
    front = count - axes
    order = (*range(front), *range(front + 1, front + axes), front)
    return (Remedy("reorder", place, "the channels go to the end of the shape", False, order=order),)
