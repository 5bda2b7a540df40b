"""Whether the arrays of a weights file fit a model that code builds, as the Keras that loads them would find."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import Any, Literal

from dimorder.errors import DimorderError, WeightsDoNotFit
from dimorder.formats.architectures import lowered_document, with_architecture
from dimorder.formats.bind import wanted_by
from dimorder.formats.lower import Lowered
from dimorder.infer import settle
from dimorder.layout import Channels
from dimorder.model import Layer, Model
from dimorder.semantics import Opaque, Weight
from dimorder.verdict import Verdict

Word = Literal["fits", "differs", "unknown"]


@dataclass(frozen=True, slots=True)
class Fit:
    """because: what differs, or why nobody can tell, in one sentence. layers: by name those that differ, and how.

    met: how many layers of the file have a namesake in the code.
    """

    word: Word
    because: str = ""
    layers: tuple[tuple[str, str], ...] = ()
    met: int = 0


def fit(document: dict[str, Any], model: Model, verdict: Verdict, channels: Channels, *, by_name: bool) -> Fit:
    """The file's arrays against the architecture (Keras 1 or 2 form, of the file's era).

    channels: of layers that leave theirs to the machine. by_name: only layers of the same name are loaded.
    """
    try:
        # Of readers that keep what they are given: each call gets its own.
        document = copy.deepcopy(document)
        return _by_name(document, model, channels) if by_name else _in_order(document, model, verdict, channels)
    except WeightsDoNotFit as problem:
        return Fit("differs", problem.sentence.removeprefix(f"{model.path}: "))
    except (DimorderError, RecursionError) as problem:
        return Fit("unknown", getattr(problem, "sentence", "nested too deeply"))


def _in_order(document: dict[str, Any], model: Model, verdict: Verdict, channels: Channels) -> Fit:
    joined = with_architecture(model, document, channels)
    if joined.graph is None:
        return Fit("unknown", "its architecture is not known")
    ordering: Literal["th", "tf"] = "th" if channels == "first" else "tf"
    as_built = replace(verdict, layout=replace(verdict.layout, dim_ordering=ordering))
    settle(joined.graph, as_built, keras_version=model.keras_version)
    return Fit("fits")


def _by_name(document: dict[str, Any], model: Model, channels: Channels) -> Fit:
    """Keras loads by name what it finds, and leaves the rest as it was made."""
    lowered = lowered_document(document, "keras1" if model.era == "keras0" else model.era, "", channels)
    wanted, unsure = wanted_by(lowered), _unsure(lowered)
    met = [layer for layer in model.layers if layer.tensors and layer.name in wanted and layer.name not in unsure]
    if not met:
        return Fit("unknown", "no layer of the model is called as one of the file")
    differing = tuple((layer.name, told) for layer in met if (told := _differs(layer, wanted[layer.name])))
    if differing:
        name, told = differing[0]
        return Fit("differs", f"layer {name!r}: {told}", differing, len(met))
    return Fit("fits")


def _unsure(lowered: Lowered) -> frozenset[str]:
    """Layers that read, over whatever ways, what a layer yields that nobody knows: their sizes are guesses."""
    values: set[str] = set()
    layers: set[str] = set()
    for node in lowered.nodes:
        if isinstance(node.op, Opaque) or any(name in values for name in node.inputs):
            values.add(node.name)
            layers.add(node.layer)
    return frozenset(layers)


def _differs(layer: Layer, owned: tuple[Weight, ...] | None) -> str:
    """The first array of another shape, "" for none."""
    if owned is None or len(owned) != len(layer.tensors):
        return ""  # what a layer owns may be cut into other pieces
    for weight, tensor in zip(owned, layer.tensors, strict=True):
        if None not in weight.shape and tuple(weight.shape) != tuple(tensor.shape):
            return f"{tensor.name} is {tensor.shape} in the file, {weight.shape} in the code"
    return ""
