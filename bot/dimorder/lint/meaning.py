"""Which ordering a model's code was written for, where its layers leave that to the machine."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dimorder.lint.code import Code
from dimorder.lint.units import Unit, axes_of, is_input, is_on_maps, is_over_maps, shape_argument
from dimorder.program import Argument, BuiltLayer, Place
from dimorder.verdict import Confidence

Meant = Literal["first", "last", "unknown"]
_FEW = 4
"""Images have one channel, three, or four; two are rare, and no image has four rows."""
_CHANNELS = re.compile(
    r"(?i)(^|_)(n|nb|num|img|image|in|input)?_?(ch|chan|chans|channel|channels|depth|colou?rs?|bands)(_|\d|$)"
)
"""Names under which code keeps the number of channels."""
_CLEARLY = 4
"""How many times smaller than all other axes the one of channels is, to be known by its size."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the code was written for, how sure that is, and the observation as part of a sentence."""

    channels: Meant
    confidence: Confidence = "unknown"
    because: str = ""


def meaning(unit: Unit, code: Code) -> Meaning:
    """By what would not fit, then by the shapes of inputs, then by the axes that are named."""
    for found in (_fitting(unit), _shaped(unit, code), _named(unit)):
        if found.channels != "unknown":
            return found
    return Meaning("unknown")


def inputs(unit: Unit) -> Iterator[tuple[BuiltLayer, str, Argument, tuple[Any, ...]]]:
    """Inputs that maps come in by: layer, name of the argument, the argument, its values without batch and time."""
    for layer in unit.today:
        stated = shape_argument(layer)
        over = reader(layer, unit) if stated else None
        if stated is None or over is None:
            continue
        name, argument = stated
        values = tuple(argument.value)[name.startswith("batch") :]
        if len(values) == axes_of(over):
            yield layer, name, argument, values[1:] if over.class_name.startswith("ConvLSTM") else values


def order_of(values: Sequence[Any], written: Sequence[ast.expr]) -> Meant:
    """Where the channels stand in a shape of three or four axes, as its sizes and its words tell."""
    first, last = values[0], values[-1]
    if _is_few(first) != _is_few(last) and (first != values[1] or not _is_few(first)):
        return "first" if _is_few(first) else "last"
    sizes = [value for value in values if isinstance(value, int)]
    if len(sizes) == len(values):
        return _by_sizes(sizes)
    if len(written) != len(values):
        return "unknown"
    equal = _by_sizes([hash(ast.dump(one)) for one in written], names=True)
    return equal if equal != "unknown" else _by_words(written)


def tuple_at(code: Code, argument: Argument) -> ast.Tuple | ast.List | None:
    """The tuple that an argument's value is written as, where it is written in this file."""
    place = argument.origin or argument.place
    if code.tree is None or place is None or (place.path, place.cell) != (code.program.path, code.cell):
        return None
    for node in ast.walk(code.tree):
        if isinstance(node, ast.Tuple | ast.List) and _starts(code.place(node), place):
            return node
    return None


def _starts(one: Place, other: Place) -> bool:
    return (one.line, one.column) == (other.line, other.column)


def _by_words(written: Sequence[ast.expr]) -> Meant:
    """The one of the outer elements whose name speaks of channels."""
    first, last = (_CHANNELS.search(_word(one)) is not None for one in (written[0], written[-1]))
    if len(written) > 3 and "depth" in (_word(written[0]) + _word(written[-1])).lower():
        return "unknown"  # of a volume it is an axis of space
    return "unknown" if first == last else "first" if first else "last"


def _word(node: ast.expr) -> str:
    """The name that stands for a value: of a variable, an attribute, or a key."""
    match node:
        case ast.Name(id=word) | ast.Attribute(attr=word) | ast.Subscript(slice=ast.Constant(value=str(word))):
            return word
    return ""


def _by_sizes(sizes: Sequence[int], *, names: bool = False) -> Meant:
    """Equal sizes are rows and columns; else the channels are clearly fewer. names: only equality counts."""
    if len(set(sizes[1:])) == 1 and sizes[0] != sizes[1]:
        return "first"
    if len(set(sizes[:-1])) == 1 and sizes[0] != sizes[-1]:
        return "last"
    if names:
        return "unknown"
    if sizes[0] * _CLEARLY <= min(sizes[1:]):
        return "first"
    return "last" if sizes[-1] * _CLEARLY <= min(sizes[:-1]) else "unknown"


def _is_few(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _FEW


def reader(layer: BuiltLayer, unit: Unit) -> BuiltLayer | None:
    """The first layer over maps that reads the input, itself included."""
    if is_over_maps(layer):
        return layer
    waiting, seen = list(unit.readers.get(layer.name, ())), {layer.name}
    while waiting:
        other = waiting.pop(0)
        if is_over_maps(other):
            return other
        if other.name not in seen and other.class_name not in ("Flatten", "Reshape", "Permute", "Dense", "Embedding"):
            seen.add(other.name)
            waiting += unit.readers.get(other.name, ())
    return None


def _fitting(unit: Unit) -> Meaning:
    """Layers that compute in one of the orderings only."""
    for layer in unit.today:
        twin = unit.twin(layer)
        if twin is None or layer.channels_from not in ("machine", "none"):
            continue
        if layer.output_shape is None and twin.output_shape is not None and _known(layer):
            told = f"{layer.class_name} in line {layer.place.line} cannot read {_shape(layer)} with channels last"
            return Meaning("first", "certain", told)
        if twin.output_shape is None and layer.output_shape is not None and _known(twin):
            return Meaning("last", "certain", f"{layer.class_name} in line {layer.place.line} needs channels last")
    return Meaning("unknown")


def _known(layer: BuiltLayer) -> bool:
    return bool(layer.input_shapes) and all(shape is not None for shape in layer.input_shapes)


def _shape(layer: BuiltLayer) -> str:
    return " and ".join(map(str, layer.input_shapes))


def _shaped(unit: Unit, code: Code) -> Meaning:
    for _, _, argument, values in inputs(unit):
        written = tuple_at(code, argument)
        said = order_of(values, written.elts[-len(values) :] if written else ())
        if said != "unknown":
            return Meaning(said, "likely", f"the shape has its channels {said}")
    return Meaning("unknown")


def _named(unit: Unit) -> Meaning:
    """Axes that layers on maps name, the same in both worlds."""
    layers = unit.layers
    said: set[Meant] = set()
    for layer in unit.today:
        axis, twin = axis_of(layer), unit.twin(layer)
        if axis is None or twin is None or axis_of(twin) != axis or is_input(layer) or not is_on_maps(layer, layers):
            continue
        said.add("first" if axis == 1 else "last" if axis in (-1, 3, 4) else "unknown")
    if said == {"first"}:
        return Meaning("first", "likely", "axis 1 is named as the one of channels")
    if said == {"last"}:
        return Meaning("last", "likely", "the last axis is named as the one of channels")
    return Meaning("unknown")


def axis_of(layer: BuiltLayer) -> int | None:
    """The axis that its call names."""
    stated = axis_argument(layer)
    return stated.value if stated else None


def axis_argument(layer: BuiltLayer) -> Argument | None:
    """The argument that names an axis by a whole number."""
    for name in ("axis", "concat_axis"):
        argument = layer.arguments.get(name)
        if argument is not None and isinstance(argument.value, int) and not isinstance(argument.value, bool):
            return argument if argument.place is not None else None
    return None
