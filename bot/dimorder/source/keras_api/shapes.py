"""Shapes of what layers yield: asked from above, but for those of wrappers and of layers that yield several values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dimorder.program import Unknown
from dimorder.source.keras_api.fitting import Misfit
from dimorder.source.keras_api.inputs import shape
from dimorder.source.keras_api.lambdas import lambda_shape
from dimorder.source.keras_api.own import shape_yielded
from dimorder.source.keras_api.refusals import RECURRENT, refused
from dimorder.source.values import Refused, Session, Shape, sizes

if TYPE_CHECKING:
    from dimorder.source.keras_api.layer import Layer

UNREAD = Unknown("what is left for an axis of a Reshape")
STATES = {"LSTM": 2, "CuDNNLSTM": 2}
"""How many states a recurrent layer has; others have one."""


def shapes_of(layer: Layer, inputs: list[Shape | None], session: Session) -> list[Shape | None]:
    """Shapes of the values that a layer yields; None for those that nobody knows."""
    if layer.class_name == "InputLayer":
        return [layer.stated[1:] if layer.stated else None]
    if layer.class_name == "Lambda":
        return [lambda_shape(layer, inputs, session)]
    if any(one is None for one in inputs):
        return [None]
    if not layer.spec.known:
        return [shape_yielded(layer, inputs, session)]
    known = [one for one in inputs if one is not None]
    if _is_refused(layer, known, session):
        return [None]
    if layer.class_name == "TimeDistributed" and layer.inner is not None:
        return _distributed(layer, known, session)
    if layer.class_name in RECURRENT and known and len(known[0]) == 2:
        return _recurrent(layer, known[0])
    if layer.class_name == "Concatenate" and layer.config.get("axis") in (0, -1 - len(known[0])):
        return [_agreed(known)]
    if layer.class_name == "Reshape" and "target_shape" not in layer.config:
        return [_reshaped(layer)]
    # Whatever an activation does, it leaves shapes as they are, and Keras takes that for granted.
    config = {**layer.config, **_wrapped(layer), "activation": "linear"}
    found = _shaped(layer, config, known, session)
    return [None if found is None else _claimed(layer, found)]


def _is_refused(layer: Layer, inputs: list[Shape], session: Session) -> bool:
    """Whether the Keras that the code is written for does not build it on these."""
    because = refused(layer, tuple(sizes(one) for one in inputs), session) if _is_told(layer, inputs) else ""
    session.refused += [because] if because else []
    return bool(because)


def _is_told(layer: Layer, inputs: list[Shape]) -> bool:
    """Whether everything is known that a refusal hangs on."""
    return not layer.unknown and not any(isinstance(size, Unknown) for one in inputs for size in one)


def _shaped(layer: Layer, config: dict[str, Any], inputs: list[Shape], session: Session) -> Shape | None:
    """As the operation yields it; an axis that it leaves open is not known where one of its inputs is not."""
    unknown = next((size for one in inputs for size in one if isinstance(size, Unknown)), None)
    read = tuple(sizes(one) for one in inputs)
    found = session.shaping(layer.class_name, config, read, layer.channels or session.channels)
    if isinstance(found, Refused):
        session.refused += [found.because] if _is_told(layer, inputs) else []
        return None
    return found if found is None or unknown is None else tuple(unknown if one is None else one for one in found)


def _agreed(inputs: list[Shape]) -> Shape | None:
    """Of batches put behind each other: their samples' shape, which Keras wants to be the same; else None."""
    if len({len(one) for one in inputs}) > 1:
        return None
    axes = [dict.fromkeys(size for size in axis if not isinstance(size, Unknown)) for axis in zip(*inputs, strict=True)]
    if any(len(known) > 1 for known in axes):
        return None
    return tuple(next(iter(known), first) for known, first in zip(axes, inputs[0], strict=True))


def _claimed(layer: Layer, found: Shape) -> Shape | None:
    """What Keras 1 says of a layer, also where that is not what it computes."""
    if layer.style == "keras1" and layer.config.get("output_shape") is not None:
        return _stated(layer)
    # A cosine has an axis of one that get_output_shape_for of 1.2.2 leaves out.
    return found[1:] if layer.config.get("mode") == "cos" else found


def _stated(layer: Layer) -> Shape | None:
    """Keras 1's Deconvolution2D yields maps of the sizes that it is told. Source: get_output_shape_for at 1.2.2."""
    told, filters = layer.config["output_shape"], layer.config.get("filters")
    if not isinstance(told, list) or len(told) != layer.spec.rank + 2 or filters is None:
        return None
    return (filters, *told[2:]) if layer.channels == "first" else (*told[1:-1], filters)


def _reshaped(layer: Layer) -> Shape | None:
    """Of a Reshape with axes whose lengths are not known: the others, and how many there are."""
    given = layer.arguments["target_shape"].value if "target_shape" in layer.arguments else None
    try:
        found = shape(given)
    except Misfit:
        return None
    return tuple(UNREAD if one == -1 else one for one in found)


def _wrapped(layer: Layer) -> dict[str, Any]:
    inner = layer.inner
    if inner is None or inner.kind != "keras layer":
        return {}
    return {"layer": {"class_name": inner.class_name, "config": inner.config}}  # type: ignore[attr-defined]


def _distributed(layer: Layer, inputs: list[Shape], session: Session) -> list[Shape | None]:
    assert layer.inner is not None
    if len(inputs[0]) < 2:
        session.refused.append("it reads no sequence")
        return [None]
    slices: list[Shape | None] = [one[1:] for one in inputs]
    found = layer.inner.outputs_of(slices, session)
    return [None if one is None else (inputs[0][0], *one) for one in found]


def _recurrent(layer: Layer, read: Shape) -> list[Shape | None]:
    """The value, then the states if they are asked for."""
    units = layer.config.get("units")
    if not isinstance(units, int):
        return [None]
    value: Shape = (read[0], units) if layer.config.get("return_sequences") else (units,)
    states = STATES.get(layer.class_name, 1) if layer.config.get("return_state") else 0
    return [value, *[(units,)] * states]
