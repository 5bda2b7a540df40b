"""What has become of layers, as those see it who read programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dimorder.program import BuiltLayer
from dimorder.source.keras_api.documents import layer_config
from dimorder.source.values import told_shape

if TYPE_CHECKING:
    from dimorder.source.keras_api.applying import Node
    from dimorder.source.keras_api.layer import Layer


def built_layer(layer: Layer, node: Node | None) -> BuiltLayer:
    """A layer as one call leaves it; None where it is not called."""
    inputs = node.inputs if node else []
    return BuiltLayer(
        layer.name,
        layer.class_name,
        layer_config(layer, "keras2"),
        layer.place,
        node.place if node else layer.place,
        dict(layer.arguments),
        layer.channels,
        layer.channels_from,
        tuple(one.layer.name for one in inputs),
        tuple(told_shape(one.shape) for one in inputs),
        told_shape(node.outputs[0].shape) if node else None,
        (*layer.unknown, *([node.refused] if node and node.refused else [])),
        layer.weights,
    )
