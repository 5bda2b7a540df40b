"""InputLayers: what models begin with."""

from __future__ import annotations

from dimorder.source.keras_api.applying import applied
from dimorder.source.keras_api.layer import Layer
from dimorder.source.keras_api.naming import Names
from dimorder.source.keras_api.spec import LayerSpec
from dimorder.source.keras_api.tensor import Tensor
from dimorder.source.values import Called, Shape

SPEC = LayerSpec("InputLayer", "InputLayer")


def input_layer(names: Names, style: str, called: Called, stated: Shape | None, dtype: str) -> Layer:
    """A layer of which nothing but its shape is told. stated: batch and shape, None where nobody knows."""
    layer = Layer(SPEC, "InputLayer", names, style, called.place, {"sparse": False})
    layer.stated, layer.dtype = stated, dtype
    called.session.growing.append(layer)
    made = applied(layer, [], called.place, called.session)
    made[0].batch = stated[0] if stated else None
    return layer


def entrance(names: Names, style: str, called: Called, stated: Shape | None, dtype: str) -> Tensor:
    """The tensor of an InputLayer."""
    return input_layer(names, style, called, stated, dtype).nodes[0].outputs[0]
