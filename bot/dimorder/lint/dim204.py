"""DIM204 hardcoded-channel-axis: axis 1 stands for channels in code that leaves their place to the machine."""

from __future__ import annotations

from collections.abc import Iterator

from dimorder.finding import Page, Severity
from dimorder.lint import heads, syntax, unread
from dimorder.lint.code import Code, Told
from dimorder.lint.meaning import Meant, axis_argument, meaning
from dimorder.lint.units import Unit, above, is_input, is_on_maps, units
from dimorder.program import Argument, BuiltLayer
from dimorder.remedy import Remedy

PAGE = Page(
    code="DIM204",
    finds="`axis=1` or `concat_axis=1` of BatchNormalization, Concatenate, merge, or of layers of one's own, on maps; "
    "as info also Reshape and Permute that name the axes of maps with channels first.",
    why="With channels last axis 1 is the one of rows: BatchNormalization then learns one mean per row, and "
    "Concatenate lays maps below each other. Both build without a word wherever the sizes allow it.",
    bad="from keras.layers import BatchNormalization, Convolution2D\n\n\n"
    "def block(maps):\n    maps = Convolution2D(8, 3, 3)(maps)\n    return BatchNormalization(axis=1)(maps)\n",
    good="from keras.layers import BatchNormalization, Convolution2D\n\n\n"
    "def block(maps):\n    maps = Convolution2D(8, 3, 3)(maps)\n    return BatchNormalization(axis=-1)(maps)\n",
    safety="unsafe",
    fix="The axis becomes -1, together with the rest of the model.",
    sources=("keras layers/normalization.py@1.2.2", "keras engine/topology.py@1.2.2 (Merge)"),
)
_OTHERS = (
    "Permute", "Reshape", "Dot", "Lambda", "RepeatVector", "InputLayer",
    "LayerNormalization", "UnitNormalization", "GroupNormalization",
)  # fmt: skip
"""Layers whose axes are no channels, or that say nothing of them."""


def find(code: Code) -> Iterator[Told]:
    """One finding for each; info where the layers around it say channels first themselves."""
    for unit in units(code.program):
        layers = unit.layers
        meant: Meant = meaning(unit, code).channels
        for layer in unit.today:
            yield from _head(layer, unit, layers, code, meant)
            stated = axis_argument(layer)
            if stated is None or stated.value != 1 or not _is_of_maps(layer, unit, layers):
                continue
            severity = _severity(layer, layers, unit, meant)
            place = stated.place or layer.place
            if severity and place.path == code.program.path:
                told = f"axis 1 of {layer.class_name} is the one of channels only while channels come first"
                yield Told(
                    "DIM204", place, severity, "likely", told, "code.axis", (), _edits(stated), unit.model
                )
    yield from _unread(code)


def _unread(code: Code) -> Iterator[Told]:
    """Lines that no run came to, and helpers that nobody calls; of each layer's class the first is enough to look."""
    known: set[str] = set()
    for call, value in unread.axes(unread.lines(code)):
        name = syntax.called(call)
        severity: Severity = "info" if name in known else "warning"
        known.add(name)
        told = f"axis 1 of {name} is the one of channels only while channels come first"
        place = code.place(value)
        edits = (Remedy("replace", place, "the axis of channels is the last", False, "1", "-1"),)
        yield Told("DIM204", place, severity, "likely", told, "code.unread", (), edits)


def _is_of_maps(layer: BuiltLayer, unit: Unit, layers: dict[str, BuiltLayer]) -> bool:
    """Whether it names this axis of a map whatever the machine says."""
    twin = unit.twin(layer)
    same = twin is None or ((other := axis_argument(twin)) is not None and other.value == 1)
    return same and layer.class_name not in _OTHERS and not is_input(layer) and is_on_maps(layer, layers)


def _severity(layer: BuiltLayer, layers: dict[str, BuiltLayer], unit: Unit, meant: Meant) -> Severity | None:
    around = list(above(layer, layers)) or list(unit.maps)
    said = {(one.channels, one.channels_from) for one in around}
    if ("first", "argument") in said:
        return "info"
    if any(by == "argument" for _, by in said) or ("last", "code") in said:
        return None
    return "info" if meant == "last" and ("first", "code") not in said else "warning"


def _head(
    layer: BuiltLayer, unit: Unit, layers: dict[str, BuiltLayer], code: Code, meant: Meant
) -> Iterator[Told]:
    """What a Reshape or Permute says of maps with channels first: info, for it moves when the model does."""
    stated = heads.laid_out(layer, unit, layers)
    edits = heads.remedies(layer, stated, unit, code) if stated else ()
    if stated is None and (swapped := heads.swapped(layer, unit, layers, code)):
        stated, edits = swapped[0], (swapped[1],)
    place = (stated.place if stated else None) or layer.place
    firsts = any(one.channels == "first" for one in unit.maps)
    if stated is not None and place.path == code.program.path and (firsts or meant == "first"):
        told = f"{layer.class_name} lays out maps whose channels come first: it has to move when they do"
        yield Told("DIM204", place, "info", "likely", told, f"code.{layer.class_name.lower()}", (), edits, unit.model)


def _edits(stated: Argument) -> tuple[Remedy, ...]:
    place = stated.origin or stated.place
    return (Remedy("replace", place, "the axis of channels is the last", False, "1", "-1"),) if place else ()
