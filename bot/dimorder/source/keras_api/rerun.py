"""Shapes inside a model that is called on inputs of other shapes than it was made for."""

from __future__ import annotations

from dimorder.source.keras_api.order import Order
from dimorder.source.keras_api.tensor import Tensor
from dimorder.source.values import Session, Shape

Key = tuple[int, int]


def rerun(
    order: Order, inputs: list[Tensor], outputs: list[Tensor], shapes: list[Shape | None], session: Session
) -> list[Shape | None]:
    """Shapes of the outputs for inputs of these shapes."""
    if len(shapes) != len(inputs):
        return [None] * len(outputs)
    known: dict[Key, list[Shape | None]] = {}
    for one, shape in zip(inputs, shapes, strict=True):
        known[id(one.layer), one.node] = [shape]
    for layer, number in order.calls:
        if (id(layer), number) not in known:
            read = [_shape(known, one) for one in layer.nodes[number].inputs]
            known[id(layer), number] = layer.outputs_of(read, session)
    return [_shape(known, one) for one in outputs]


def _shape(known: dict[Key, list[Shape | None]], tensor: Tensor) -> Shape | None:
    found = known.get((id(tensor.layer), tensor.node), [])
    return found[tensor.index] if tensor.index < len(found) else None
