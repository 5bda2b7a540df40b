"""DIM208 implicit-ordering: what a model computes depends on the keras.json of each machine."""

from __future__ import annotations

from collections.abc import Iterator

from dimorder.finding import Page, Related
from dimorder.lint.code import Code, Told
from dimorder.lint.units import Unit, above, shape_argument, units
from dimorder.program import BuiltLayer

PAGE = Page(
    code="DIM208",
    finds="A model that says channels first itself and leaves one thing to the machine: in which order Flatten lays "
    "out its maps.",
    why="Since Keras 2.2.0 Flatten sorts a map of a machine with channels first into channels-last order before it "
    "lays it out, and leaves it alone on other machines. The rows of the Dense layer behind it have another meaning "
    "on either machine, with equal shapes: weights load and predictions differ.",
    bad="from keras.layers import Conv2D, Dense, Flatten\nfrom keras.models import Sequential\n\n"
    "model = Sequential()\n"
    "model.add(Conv2D(8, 3, input_shape=(3, 32, 24), data_format='channels_first'))\n"
    "model.add(Flatten())\nmodel.add(Dense(10))\n",
    good="from keras.layers import Conv2D, Dense, Flatten\nfrom keras.models import Sequential\n\n"
    "model = Sequential()\n"
    "model.add(Conv2D(8, 3, input_shape=(3, 32, 24), data_format='channels_first'))\n"
    "model.add(Flatten(data_format='channels_last'))\nmodel.add(Dense(10))\n",
    safety="none",
    fix="Which of the two a model was trained with its machine decided: its keras.json has to be known.",
    sources=("keras layers/core.py@2.1.5, @2.1.6 and @2.2.0 (Flatten)",),
)


def find(code: Code) -> Iterator[Told]:
    """One finding for each model, where its input's shape is written; none for Keras 1, whose Flatten asks nobody."""
    for unit in units(code.program) if code.program.era != "keras1" else ():
        layers = unit.layers
        left = [layer for layer in unit.today if _is_left(layer, layers)]
        place = _place(unit) if left else None
        if place is None or place.place.path != code.program.path:
            continue
        told = "layers say channels first, and Flatten is left to each machine's keras.json: the order of the Dense "
        told += "rows behind it depends on that"
        stated = shape_argument(place)
        at = (stated[1].place if stated else None) or place.place
        related = tuple(Related(one.place.path, one.place.line, "Flatten without data_format") for one in left)
        yield Told("DIM208", at, "warning", "likely", told, "code.flatten", related, model=unit.model)


def _is_left(layer: BuiltLayer, layers: dict[str, BuiltLayer]) -> bool:
    """Whether it is a Flatten without a word about the ordering, right behind maps with stated channels first."""
    if layer.class_name != "Flatten" or "data_format" in layer.arguments:
        return False
    sources = list(above(layer, layers))
    return bool(sources) and all(one.channels == "first" and one.channels_from == "argument" for one in sources)


def _place(unit: Unit) -> BuiltLayer | None:
    """The input, or the first layer over maps."""
    return next((layer for layer in unit.today if shape_argument(layer)), None) or next(iter(unit.maps), None)
