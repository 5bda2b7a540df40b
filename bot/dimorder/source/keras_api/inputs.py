"""What layers and Input say of the shape that they read.

Source: keras/engine/topology.py and layers at 1.2.2; engine/base_layer.py, input_layer.py and layers at 2.2.4.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dimorder.program import Argument, Unknown
from dimorder.source.keras_api.fitting import Misfit, whole
from dimorder.source.keras_api.spec import LayerSpec

Stated = tuple[int | None, ...]
SEQUENCES = frozenset({
    "SimpleRNN", "LSTM", "GRU", "CuDNNLSTM", "CuDNNGRU", "Conv1D", "LocallyConnected1D", "TimeDistributedDense",
})  # fmt: skip
"""Layers whose input_dim and input_length are the two axes of a sequence."""
WHOLE = ("batch_input_shape", "batch_shape")


def stated_input(spec: LayerSpec, given: Mapping[str, Argument]) -> Stated | Unknown | None:
    """Batch and shape of the input as the constructor says them; None where it does not."""
    try:
        return _stated(spec, {name: argument.value for name, argument in given.items()})
    except Misfit as problem:
        return Unknown(f"the shape of the input is not known: {problem}")


def _stated(spec: LayerSpec, given: dict[str, Any]) -> Stated | None:
    for name in WHOLE:
        if given.get(name) is not None:
            return shape(given[name])
    batch = whole(given.get("batch_size"))
    if given.get("input_shape") is not None:
        return (batch, *shape(given["input_shape"]))
    if spec.name == "Embedding":
        length = given.get("input_length")
        return (batch, *shape(length)) if isinstance(length, list | tuple) else (batch, whole(length))
    if given.get("input_dim") is None:
        return None
    width = whole(given["input_dim"])
    return (batch, whole(given.get("input_length")), width) if spec.name in SEQUENCES else (batch, width)


def shape(value: Any) -> Stated:
    """A shape from a list or tuple. Raises Misfit."""
    if isinstance(value, Unknown):
        raise Misfit(value.because)
    if not isinstance(value, list | tuple):
        raise Misfit("it is no tuple")
    return tuple(whole(one) for one in value)


def dtype(spec: LayerSpec, given: Mapping[str, Argument], style: str) -> str:
    """The kind of numbers that are read."""
    found = next((given[name].value for name in ("dtype", "input_dtype") if name in given), None)
    default = "int32" if spec.name == "Embedding" and style == "keras1" else "float32"
    return found if isinstance(found, str) else default
