"""Reshape and Permute on maps: what they lay out while channels come first, and how that is said with channels last."""

from __future__ import annotations

from typing import Any

from dimorder.lint.code import Code
from dimorder.lint.meaning import reader, tuple_at
from dimorder.lint.units import Unit, is_on_maps
from dimorder.program import Argument, BuiltLayer
from dimorder.remedy import Remedy

_MOVED = {1: 3, 2: 1, 3: 2}
"""Axes (batch is 0) of an image with channels first, and where they stand with channels last."""


def laid_out(layer: BuiltLayer, unit: Unit, layers: dict[str, BuiltLayer]) -> Argument | None:
    """The axes or the shape that a Reshape or Permute of maps names, if its call does; None for other layers."""
    names = {"Reshape": "target_shape", "Permute": "dims"}
    stated = layer.arguments.get(names.get(layer.class_name, ""))
    if stated is None or not is_on_maps(layer, layers) or not isinstance(stated.value, tuple | list):
        return None
    return stated if reader(layer, unit) is None else None


def remedies(layer: BuiltLayer, stated: Argument, unit: Unit, code: Code) -> tuple[Remedy, ...]:
    """What keeps the layer's result as it is while its maps get channels last; () where a person has to see to it."""
    written = tuple_at(code, stated)
    if written is None:
        return ()
    place, values = code.place(written), tuple(stated.value)
    if layer.class_name == "Permute" and sorted(_known(values)) == [1, 2, 3]:
        new = str(tuple(_MOVED[axis] for axis in values))
        return (Remedy("replace", place, "the same axes, where they now stand", False, str(values), new),)
    if layer.class_name == "Reshape" and len(values) == 2 and _swapper(layer, unit) is not None:
        told = "pixels before channels, as the Permute behind it made them"
        return (Remedy("reorder", place, told, False, order=(1, 0)),)
    return ()


def swapped(layer: BuiltLayer, unit: Unit, layers: dict[str, BuiltLayer], code: Code) -> tuple[Argument, Remedy] | None:
    """A Permute((2, 1)) right behind a Reshape of maps to two axes: it has nothing to do any more."""
    stated = layer.arguments.get("dims")
    source = layers.get(layer.inputs[0]) if len(layer.inputs) == 1 else None
    if stated is None or source is None or _swapper(source, unit) is not layer or not laid_out(source, unit, layers):
        return None
    written = tuple_at(code, stated)
    if written is None:
        return None
    told = "the axes already stand as it would bring them"
    return stated, Remedy("replace", code.place(written), told, False, "(2, 1)", "(1, 2)")


def _swapper(layer: BuiltLayer, unit: Unit) -> BuiltLayer | None:
    """The Permute((2, 1)) that alone reads a layer."""
    readers = unit.readers.get(layer.name, [])
    if len(readers) != 1 or readers[0].class_name != "Permute":
        return None
    dims = readers[0].arguments.get("dims")
    return readers[0] if dims is not None and tuple(dims.value) == (2, 1) else None


def _known(values: tuple[Any, ...]) -> list[int]:
    return [value for value in values if isinstance(value, int)]
