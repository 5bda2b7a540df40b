"""The layers of one model, as today's machines build them and as a machine with channels first does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from dimorder.program import Argument, BuiltLayer, BuiltModel, Place, Program, Run, World

TODAY = World("last", "tensorflow")
FIRST = (World("first", "tensorflow"), World("first", "theano"))
_MAPS = re.compile(r"[23]D")
_BREAKS = re.compile(
    r"^(Flatten|Reshape|Permute|Dense|Lambda|Embedding|RepeatVector|Global|TimeDistributed$)|RNN|LSTM$|GRU$"
)
"""Layers behind which a map is no map any more, or has its axes elsewhere."""
_DEEPEST = 4000


@dataclass(frozen=True)
class Unit:
    """One model, or what belongs to none.

    today: its layers on today's machines. first: the same where the machine says channels first; () if it is not
    built there. model: its name and the function that builds it.
    """

    model: tuple[str, str]
    today: tuple[BuiltLayer, ...]
    first: tuple[BuiltLayer, ...]

    @cached_property
    def maps(self) -> tuple[BuiltLayer, ...]:
        """Layers over images or volumes, which have channels somewhere."""
        return tuple(layer for layer in self.today if is_over_maps(layer))

    @cached_property
    def layers(self) -> dict[str, BuiltLayer]:
        """Today's layers by name."""
        return {layer.name: layer for layer in self.today}

    @cached_property
    def readers(self) -> dict[str, list[BuiltLayer]]:
        """Who reads a layer, by its name."""
        found: dict[str, list[BuiltLayer]] = {}
        for layer in self.today:
            for name in layer.inputs:
                found.setdefault(name, []).append(layer)
        return found

    @cached_property
    def _twins(self) -> dict[int, BuiltLayer]:
        """By the identity of today's layers: the layer that the same call's same turn makes."""
        others: dict[Place, list[BuiltLayer]] = {}
        for layer in reversed(self.first):
            others.setdefault(layer.place, []).append(layer)
        left = ((id(layer), others.get(layer.place)) for layer in self.today)
        return {key: same.pop() for key, same in left if same}

    def twin(self, layer: BuiltLayer) -> BuiltLayer | None:
        """The same call's layer where channels are first; None where it is not called there."""
        return self._twins.get(id(layer))


def is_over_maps(layer: BuiltLayer) -> bool:
    """Whether it computes on images or volumes with a dim ordering."""
    return layer.channels is not None and _MAPS.search(layer.class_name) is not None


def axes_of(layer: BuiltLayer) -> int:
    """Axes of the maps that it reads, without batch: 3 of images, 4 of volumes."""
    return 4 if "3D" in layer.class_name or layer.class_name.startswith("ConvLSTM") else 3


def units(program: Program) -> Iterator[Unit]:
    """Every model of today's run, then all layers outside of models."""
    today = run_in(program, TODAY)
    if today is None:
        return
    first = next((run for world in FIRST if (run := run_in(program, world)) is not None), None)
    others = list(first.models) if first else []
    for model in today.models:
        twin = _same(model, others)
        there = _chained(twin.layers) if twin else ()
        yield _settled(Unit((model.name, model.function), _chained(model.layers), there))
    loose = _loose(today)
    if loose:
        yield _settled(Unit(("", ""), loose, _loose(first) if first else ()))


def run_in(program: Program, world: World) -> Run | None:
    """What the program does in a world."""
    return next((run for run in program.runs if run.world == world), None)


def above(layer: BuiltLayer, layers: dict[str, BuiltLayer]) -> Iterator[BuiltLayer]:
    """The nearest layers over maps that feed it, across layers that leave the axes where they are."""
    waiting, seen = list(layer.inputs), set(layer.inputs)
    while waiting and len(seen) < _DEEPEST:
        source = layers.get(waiting.pop())
        if source is None:
            continue
        if is_over_maps(source):
            yield source
        elif not _BREAKS.search(source.class_name):
            waiting += [name for name in source.inputs if name not in seen]
            seen |= set(source.inputs)


def is_on_maps(layer: BuiltLayer, layers: dict[str, BuiltLayer]) -> bool:
    """Whether what it reads is a map: by its shape, or by what feeds it."""
    known = [shape for shape in layer.input_shapes if shape is not None]
    if known:
        return all(len(shape) > 2 for shape in known)
    return any(not source.class_name.startswith("Global") for source in above(layer, layers))


def is_input(layer: BuiltLayer) -> bool:
    """Whether it states a shape that maps come in by."""
    return shape_argument(layer) is not None


def shape_argument(layer: BuiltLayer) -> tuple[str, Argument] | None:
    """The argument that states the shape of what comes in, or of maps that a Reshape makes, with its name."""
    for name in ("shape", "batch_shape", "input_shape", "batch_input_shape", "target_shape"):
        argument = layer.arguments.get(name)
        if argument is None or (name == "shape" and layer.class_name not in ("InputLayer", "Input")):
            continue
        if isinstance(argument.value, tuple | list):
            return name, argument
    return None


def _settled(unit: Unit) -> Unit:
    """Layers that are given what the machine says (`data_format=K.image_data_format()`) leave it to the machine."""
    twins = [(layer, unit.twin(layer)) for layer in unit.today]
    today = (
        replace(layer, channels_from="machine") if twin is not None and twin.channels != layer.channels else layer
        for layer, twin in twins
    )
    return replace(unit, today=tuple(today))


def _chained(layers: tuple[BuiltLayer, ...]) -> tuple[BuiltLayer, ...]:
    """Layers of a Sequential that nobody knows the input of read the one before them all the same."""
    if any(layer.inputs for layer in layers):
        return layers
    before = ("", *(layer.name for layer in layers))
    return tuple(
        replace(layer, inputs=(source,)) if source else layer for layer, source in zip(layers, before, strict=False)
    )


def _same(model: BuiltModel, others: list[BuiltModel]) -> BuiltModel | None:
    """The model that the same call makes; taken out, since a call may be carried out several times."""
    for one in others:
        if one.place == model.place and one.function == model.function:
            others.remove(one)
            return one
    return None


def _loose(run: Run) -> tuple[BuiltLayer, ...]:
    """Layers that are in no model."""
    taken: Counter[tuple[str, Place]] = Counter((layer.name, layer.place) for m in run.models for layer in m.layers)
    return tuple(layer for layer in run.layers if not taken[layer.name, layer.place])
