"""TimeDistributed, Bidirectional, and Lambda.

Source: keras/layers/wrappers.py and core.py at 1.2.2 and 2.2.4.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dimorder.program import Unknown
from dimorder.source.keras_api.applying import as_applied
from dimorder.source.keras_api.builtin import Given
from dimorder.source.keras_api.fitting import Misfit, plain
from dimorder.source.keras_api.layer import Layer
from dimorder.source.keras_api.making import made
from dimorder.source.keras_api.nesting import bounded
from dimorder.source.keras_api.spec import LayerSpec
from dimorder.source.values import Called

MAPPED = LayerSpec("TimeDistributed", "TimeDistributed")
BOTH_WAYS = LayerSpec("Bidirectional", "Bidirectional", {"merge_mode": "concat"}, ("merge_mode",), ("merge_mode",))
LAMBDA = LayerSpec("Lambda", "Lambda")
WRAPPER = ("layer", "merge_mode", "weights")
FUNCTION = ("function", "output_shape", "mask", "arguments")


def time_distributed(given: Given) -> Layer:
    """A layer around another that works on slices."""
    return _around(MAPPED, given)


def bidirectional(given: Given) -> Layer:
    """A recurrent layer that reads both ways."""
    layer = _around(BOTH_WAYS, given)
    if given.value("backward_layer") is not None:
        layer.unknown.append(Unknown("its backward layer is one of its own", given.called.place))
    return layer


def _around(spec: LayerSpec, given: Given) -> Layer:
    inner = bounded(as_applied(given.value("layer")))
    layer = made(spec, _rest(given, "layer", "backward_layer"), given.package)
    layer.arguments = {**given.arguments}
    if isinstance(inner, Unknown):
        layer.unknown.append(Unknown(f"the layer inside is not known: {inner.because}", given.called.place))
        return layer
    layer.inner = inner
    if layer.stated is None and spec is BOTH_WAYS and inner.stated is not None:
        layer.stated, layer.dtype = inner.stated, inner.dtype
    return layer


def _rest(given: Given, *without: str) -> Called:
    rest = {key: one for key, one in given.arguments.items() if key not in without}
    return replace(given.called, positional=(), keywords=rest)


def made_lambda(given: Given) -> Layer:
    """A layer that calls a function: which is never run, so that only a plain output_shape tells anything of it."""
    layer = made(LAMBDA, _rest(given, *FUNCTION), given.package)
    layer.arguments = {**given.arguments}
    try:
        stated: Any = plain(given.value("output_shape"))
    except Misfit:
        stated = None
    if stated is not None:
        layer.config = {"output_shape": [stated] if isinstance(stated, int) else stated, "output_shape_type": "raw"}
    return layer
