"""TimeDistributed in Keras 3: around each layer that an operation on slices becomes, where it needs one at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from dimorder import semantics as ops
from dimorder.formats.keras3.call import Call, Place, layer_document
from dimorder.formats.keras3.settings import carried
from dimorder.formats.keras3.tree import HELD, WRAPPER
from dimorder.semantics import Op, Size
from dimorder.weights import weights_of

_ALIKE = frozenset(["Activation", "Rescaling", "ReLU", "LeakyReLU", "ELU", "Add", "Subtract", "Multiply", "Average",
                    "Maximum", "Minimum"])  # fmt: skip
"""Classes that work element by element: the same with one axis more."""
_AXES = {"Softmax": "axis", "Concatenate": "axis", "Permute": "dims"}
"""Classes with axes to be counted one further."""
Spell = Callable[[Op, Place], Call]


def distributed(spell: Spell) -> Callable[[ops.Mapped, Place], Call]:
    """How a Mapped is spelled; `spell` spells what is inside."""

    def mapped(op: ops.Mapped, place: Place) -> Call:
        shapes = tuple(shape[1:] for shape in place.shapes)
        inside = spell(op.inner, replace(place, shapes=shapes, shape=place.shape[1:]))
        return _around(inside, place, place.shapes[0][0], len(weights_of(op.inner, shapes)))

    return mapped


def _around(call: Call, place: Place, steps: Size, owned: int) -> Call:
    """The call, and those that it reads, on every slice. owned: how many arrays the node has."""
    inputs = tuple(_around(one, place, steps, owned) if isinstance(one, Call) else one for one in call.inputs)
    moved = replace(call, inputs=inputs, shape=(steps, *call.shape))
    if call.class_name in _ALIKE:
        return moved
    if call.class_name in _AXES:
        return replace(moved, config=_shifted(call, _AXES[call.class_name]))
    if len(inputs) != 1:
        raise place.refuse(f"Keras 3 distributes no {call.class_name} of several inputs")
    homes = call.homes or ((("", owned),) if owned and not call.suffix else ())
    nested = tuple((f"{HELD}/{home}" if home else HELD, count) for home, count in homes)
    if call.constants and not nested:
        nested = ((HELD, 0),)
    return replace(moved, class_name=WRAPPER, config={HELD: _held(call, place)}, homes=nested)


def _shifted(call: Call, key: str) -> dict[str, Any]:
    """Axes are counted with the batch: a positive one is one further behind."""
    value = call.config[key]
    if key == "dims":
        return {**call.config, key: [1, *(axis + 1 for axis in value)]}
    return {**call.config, key: value + 1 if value > 0 else value}


def _held(call: Call, place: Place) -> dict[str, Any]:
    """The layer inside, as an object of its own."""
    own = place.layer.rpartition("/")[2]
    name = own + "_slice" if call.suffix else str(place.settings.get("name") or own + "_slice")
    settings = carried(call.class_name, {} if call.suffix else place.settings)
    return layer_document(call.class_name, {**settings, **call.config, "name": name})


def with_word(config: Mapping[str, Any], class_name: str, word: str) -> dict[str, Any]:
    """The configuration with this activation, in the layer that computes."""
    if class_name != WRAPPER:
        return {**config, "activation": word}
    held = config[HELD]
    return {**config, HELD: {**held, "config": with_word(held["config"], held["class_name"], word)}}
