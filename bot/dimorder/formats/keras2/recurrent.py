"""Recurrent layers, and layers around layers, as Keras 2 spells them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dimorder import semantics as ops
from dimorder.formats.keras2.activations import word
from dimorder.formats.keras2.settings import carried
from dimorder.formats.keras3.activations import inner_word
from dimorder.formats.keras3.call import Call, Place, layer_document
from dimorder.formats.keras3.maps import sliding
from dimorder.formats.keras3.recurrent import CLASSES, layer
from dimorder.semantics import Op


def recurrent(op: ops.Recurrent, place: Place) -> Call:
    return place.call(CLASSES[op.kind], **_config(op, place))


def _config(op: ops.Recurrent, place: Place) -> dict[str, Any]:
    gated = {} if op.kind == "simple" else {"implementation": 1}
    return {**layer(op, place, word), **gated, "unroll": False}


def conv_recurrent(op: ops.ConvRecurrent, place: Place) -> Call:
    if op.orientation != "correlation" or op.recurrent_padding != "tf-same":
        raise place.refuse("this form is for TensorFlow's correlations and padding")
    return place.call(
        "ConvLSTM2D",
        **sliding(op, place),
        filters=op.filters,
        dilation_rate=list(op.dilation),
        activation=inner_word(op.activation, place, word),
        recurrent_activation=inner_word(op.gate, place, word),
        return_sequences=op.sequences,
        go_backwards=op.backwards,
        stateful=False,
    )


def bidirectional(op: ops.Bidirectional, place: Place) -> Call:
    inner = place.call(CLASSES[op.inner.kind], **_config(op.inner, place))
    return place.call("Bidirectional", layer=_inner(inner, place), merge_mode=op.merge)


def mapped(op: ops.Mapped, place: Place, spell: Callable[[Op, Place], Call]) -> Call:
    """spell: how the inner operation is spelled."""
    shapes = tuple(shape[1:] for shape in place.shapes)
    inside = Place(place.layer, place.inputs, shapes, place.shape[1:], place.settings)
    inner = spell(op.inner, inside)
    if any(isinstance(value, Call) for value in inner.inputs) or inner.constants:
        raise place.refuse("Keras 2 maps one layer over steps, and this takes several")
    return place.call("TimeDistributed", layer=_inner(inner, place))


def _inner(call: Call, place: Place) -> dict[str, Any]:
    """The inner layer's own document."""
    name = str(place.settings.get("inner_name") or f"{place.layer.rpartition('/')[2]}_inner")
    return layer_document(call.class_name, {**carried(call.class_name, place.settings), **call.config, "name": name})
