"""What layers and Input say of the shape that they read.

Source: keras/engine/topology.py and layers at 1.2.2; engine/base_layer.py, input_layer.py and layers at 2.2.4.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dimorder.program import Argument, Thing, Unknown
from dimorder.source.keras_api.fitting import Misfit, whole
from dimorder.source.keras_api.spec import LayerSpec
from dimorder.source.values import External, Shape

Stated = Shape
"""With batch."""
SEQUENCES = frozenset({
    "SimpleRNN", "LSTM", "GRU", "CuDNNLSTM", "CuDNNGRU", "Conv1D", "LocallyConnected1D", "TimeDistributedDense",
})  # fmt: skip
"""Layers whose input_dim and input_length are the two axes of a sequence."""
WHOLE = ("batch_input_shape", "batch_shape")


def stated_input(spec: LayerSpec, given: Mapping[str, Argument], style: str) -> Stated | Unknown | None:
    """Batch and shape of the input as the constructor says them; None where it does not.

    style: keras1, in which input_dim and Embedding's input_length go before input_shape; else they come after it.
    """
    try:
        return _stated(spec, {name: argument.value for name, argument in given.items()}, style == "keras1")
    except Misfit as problem:
        return Unknown(f"the shape of the input is not known: {problem}")


def _stated(spec: LayerSpec, given: dict[str, Any], old: bool) -> Stated | None:
    for name in WHOLE:
        if given.get(name) is not None:
            return shape(given[name])
    batch, own = axis(given.get("batch_size")), given.get("input_shape")
    found = (_by_lengths(spec, given) if old else None) or (None if own is None else shape(own))
    found = found or _by_lengths(spec, given)
    return None if found is None else (batch, *found)


def _by_lengths(spec: LayerSpec, given: dict[str, Any]) -> Stated | None:
    """As input_dim and input_length say it."""
    if spec.name == "Embedding":
        length = given.get("input_length")
        return shape(length) if isinstance(length, list | tuple) else (axis(length),)
    if given.get("input_dim") is None:
        return None
    width = axis(given["input_dim"])
    return (axis(given.get("input_length")), width) if spec.name in SEQUENCES else (width,)


def shape(value: Any) -> Stated:
    """A shape from a list or tuple. Raises Misfit."""
    if isinstance(value, Unknown):
        raise Misfit(value.because)
    if not isinstance(value, list | tuple):
        raise Misfit("it is no tuple")
    return tuple(axis(one) for one in value)


def axis(value: Any) -> int | Unknown | None:
    """The length of one axis; Unknown where only running tells it. Raises Misfit for what is no length."""
    try:
        return whole(value)
    except Misfit as problem:
        if isinstance(value, Unknown | Thing | External):
            return Unknown(str(problem))
        raise


def unknown_axis(stated: Stated | None) -> Unknown | None:
    """Why not all of a shape is known; None where it is, or where nothing of it is."""
    found = next((one for one in stated or () if isinstance(one, Unknown)), None)
    return None if found is None else Unknown(f"the shape of the input is not known: {found.because}")


def dtype(spec: LayerSpec, given: Mapping[str, Argument], style: str) -> str:
    """The kind of numbers that are read."""
    found = next((given[name].value for name in ("dtype", "input_dtype") if name in given), None)
    default = "int32" if spec.name == "Embedding" and style == "keras1" else "float32"
    return found if isinstance(found, str) else default
