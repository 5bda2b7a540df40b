"""What one operation becomes in Keras 3: a layer, or a few, applied to one another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dimorder.errors import Refused
from dimorder.semantics import MaybeChannels, Shape
from dimorder.steps import Array


@dataclass(frozen=True, slots=True)
class Call:
    """A Keras layer applied to its inputs.

    inputs: names of nodes, or further layers that stand between.
    shape:  of its value, without batch.
    suffix: what its name adds to the node's; "" for the layer that yields the node's value.
    homes:  where inside the layer's group its arrays lie, and how many of the node's arrays, in their order, each
            place takes: `(("forward_layer/cell", 3), ("backward_layer/cell", 3))`. () puts all in the layer itself;
            a layer with a suffix owns none unless it states homes.
    constants: arrays of the layer that no file holds; they come after those of `homes`.
    """

    class_name: str
    config: Mapping[str, Any]
    inputs: tuple[Call | str, ...]
    shape: Shape
    suffix: str = ""
    homes: tuple[tuple[str, int], ...] = ()
    constants: tuple[Array, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where an operation stands: its layer's path, what it reads (with shapes), its own shape.

    settings: the layer's training-time settings, spelled as Keras 3 does.
    """

    layer: str
    inputs: tuple[str, ...]
    shapes: tuple[Shape, ...]
    shape: Shape
    settings: Mapping[str, Any]

    def call(self, class_name: str, **config: Any) -> Call:
        """One layer of this class, applied to what is read here."""
        return Call(class_name, config, self.inputs, self.shape)

    def refuse(self, because: str, hint: str = "") -> Refused:
        """The error for an operation that a .keras file cannot state."""
        return Refused(f"layer {self.layer!r}: {because}", hint=hint)


def data_format(channels: MaybeChannels) -> str:
    """Keras's word for where the channels are."""
    assert channels != "unset", "infer.settle comes before writing"
    return f"channels_{channels}"


def layer_document(class_name: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """A layer as an object of its own. Without a dtype Keras would take the reader's own default.

    Keras 2 passes over the module, which Keras 3 asks for (layout-facts 4).
    """
    config = {"dtype": "float32", **config}
    return {"module": "keras.layers", "class_name": class_name, "config": config, "registered_name": None}
