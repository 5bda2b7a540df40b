"""DIM202 channels-first-layer: a layer says itself that its channels come first."""

from __future__ import annotations

from collections.abc import Iterator

from dimorder.finding import Page
from dimorder.lint.code import Code, Told
from dimorder.lint.dim201 import LAST
from dimorder.lint.units import units
from dimorder.program import Argument, BuiltLayer, Place
from dimorder.remedy import Remedy

PAGE = Page(
    code="DIM202",
    finds="A layer with `data_format='channels_first'` or `dim_ordering='th'`, whatever the machine says.",
    why="This is the honest way to write channels first: the code means the same everywhere. It still cannot be run "
    "by TensorFlow on most CPUs, and mobile and web runtimes take channels last alone.",
    bad="from keras.layers import Conv2D, Input\nfrom keras.models import Model\n\n"
    "image = Input((3, 64, 48))\nmaps = Conv2D(8, 3, data_format='channels_first')(image)\n"
    "model = Model(image, maps)\n",
    good="from keras.layers import Conv2D, Input\nfrom keras.models import Model\n\n"
    "image = Input((64, 48, 3))\nmaps = Conv2D(8, 3, data_format='channels_last')(image)\n"
    "model = Model(image, maps)\n",
    safety="unsafe",
    fix="The layer says channels last, together with the rest of its model and its weights.",
    sources=("keras layers/convolutional.py@2.3.1", "https://keras.io/api/layers/convolution_layers/convolution2d/"),
)


def find(code: Code) -> Iterator[Told]:
    """One finding for each layer that says so on today's machines."""
    for unit in units(code.program):
        for layer in unit.today:
            stated = _stated(layer) or _flattened(layer)
            if stated is None or layer.place.path != code.program.path:
                continue
            told = f"{layer.class_name} says channels first by itself"
            place = stated.place or layer.place
            if _asks(code, place):
                continue
            edits = _edits(stated)
            yield Told("DIM202", place, "info", "certain", told, "code.layer", remedies=edits, model=unit.model)


def _stated(layer: BuiltLayer) -> Argument | None:
    """The argument that says channels first."""
    if layer.channels != "first" or layer.channels_from != "argument":
        return None
    return next((one for one in layer.arguments.values() if isinstance(one.value, str) and one.value in LAST), None)


def _asks(code: Code, place: Place) -> bool:
    """Whether a call stands there, such as `K.image_data_format()`: then something else says so."""
    if (place.path, place.cell) != (code.program.path, code.cell) or not 0 < place.line <= len(code.lines):
        return False
    line = code.lines[place.line - 1]
    return place.line == place.end_line and line[place.column - 1 : place.end_column - 1].endswith(")")


def _flattened(layer: BuiltLayer) -> Argument | None:
    """The same of a Flatten, which sorts what it reads by it. Source: keras layers/core.py@2.2.0 (Flatten.call)."""
    stated = layer.arguments.get("data_format") if layer.class_name == "Flatten" else None
    return stated if stated is not None and stated.value == "channels_first" else None


def _edits(stated: Argument) -> tuple[Remedy, ...]:
    place = stated.origin or stated.place
    if place is None:
        return ()
    last = LAST[stated.value]
    return (Remedy("replace", place, f"the layer says {last}", False, repr(stated.value), repr(last)),)
