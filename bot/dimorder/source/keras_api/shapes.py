"""Shapes of what layers yield: asked from above, but for those of wrappers and of layers that yield several values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dimorder.source.keras_api.lambdas import lambda_shape
from dimorder.source.keras_api.own import shape_yielded
from dimorder.source.values import Session, Shape

if TYPE_CHECKING:
    from dimorder.source.keras_api.layer import Layer

RECURRENT = frozenset({"SimpleRNN", "LSTM", "GRU", "CuDNNLSTM", "CuDNNGRU"})
STATES = {"LSTM": 2, "CuDNNLSTM": 2}
"""How many states a recurrent layer has; others have one."""


def shapes_of(layer: Layer, inputs: list[Shape | None], session: Session) -> list[Shape | None]:
    """Shapes of the values that a layer yields; None for those that nobody knows."""
    if layer.class_name == "InputLayer":
        return [layer.stated[1:] if layer.stated else None]
    if layer.class_name == "Lambda":
        return [lambda_shape(layer, inputs, session)]
    if any(shape is None for shape in inputs):
        return [None]
    if not layer.spec.known:
        return [shape_yielded(layer, inputs, session)]
    known = [shape for shape in inputs if shape is not None]
    if layer.class_name == "TimeDistributed" and layer.inner is not None:
        return _distributed(layer, known, session)
    if layer.class_name in RECURRENT and known and len(known[0]) == 2:
        return _recurrent(layer, known[0])
    # Whatever an activation does, it leaves shapes as they are, and Keras takes that for granted.
    config = {**layer.config, **_wrapped(layer), "activation": "linear"}
    return [session.shaping(layer.class_name, config, tuple(known), layer.channels or session.channels)]


def _wrapped(layer: Layer) -> dict[str, Any]:
    inner = layer.inner
    if inner is None or inner.kind != "keras layer":
        return {}
    return {"layer": {"class_name": inner.class_name, "config": inner.config}}  # type: ignore[attr-defined]


def _distributed(layer: Layer, inputs: list[Shape], session: Session) -> list[Shape | None]:
    assert layer.inner is not None
    slices: list[Shape | None] = [shape[1:] for shape in inputs]
    found = layer.inner.outputs_of(slices, session)
    return [None if shape is None else (inputs[0][0], *shape) for shape in found]


def _recurrent(layer: Layer, read: Shape) -> list[Shape | None]:
    """The value, then the states if they are asked for."""
    units = layer.config.get("units")
    if not isinstance(units, int):
        return [None]
    value: Shape = (read[0], units) if layer.config.get("return_sequences") else (units,)
    states = STATES.get(layer.class_name, 1) if layer.config.get("return_state") else 0
    return [value, *[(units,)] * states]
