"""Recurrent layers and Masking as Keras 3 writes them.

Source: keras/src/layers/rnn/{simple_rnn,lstm,gru,bidirectional}.py at 3.15.1.
"""

from __future__ import annotations

from typing import Any

from dimorder import semantics as ops
from dimorder.formats.keras3.activations import inner_word, word
from dimorder.formats.keras3.call import Call, Place, layer_document
from dimorder.formats.keras3.fusion import Word
from dimorder.formats.keras3.settings import carried

CLASSES = {"simple": "SimpleRNN", "lstm": "LSTM", "gru": "GRU"}


def masking(op: ops.Masking, place: Place) -> Call:
    return place.call("Masking", mask_value=op.value)


def recurrent(op: ops.Recurrent, place: Place) -> Call:
    """Its arrays lie in its cell."""
    config = layer(op, place, word)
    unroll = bool(place.settings.get("unroll", False)) and place.shapes[0][0] is not None
    config = {**config, "unroll": unroll}
    return Call(CLASSES[op.kind], config, place.inputs, place.shape, homes=(("cell", _arrays(op)),))


def bidirectional(op: ops.Bidirectional, place: Place) -> Call:
    """Both halves are written out: Keras 3 itself would turn every backward half the same way."""
    class_name, config = CLASSES[op.inner.kind], layer(op.inner, place, word)
    settings = place.settings.get("layer", {})
    name = str(settings.get("name", place.layer.rpartition("/")[2])).removeprefix("forward_")
    kept = carried(class_name, settings)
    halves = {
        key: layer_document(class_name, {**kept, **config, "name": f"{way}_{name}", "go_backwards": backwards})
        for key, way, backwards in (
            ("layer", "forward", op.inner.backwards),
            ("backward_layer", "backward", not op.inner.backwards),
        )
    }
    count = _arrays(op.inner)
    homes = (("forward_layer/cell", count), ("backward_layer/cell", count))
    return Call("Bidirectional", {"merge_mode": op.merge, **halves}, place.inputs, place.shape, homes=homes)


def layer(op: ops.Recurrent, place: Place, word: Word) -> dict[str, Any]:
    """What Keras 2 and 3 alike state of a recurrent layer; each has words of its own."""
    config: dict[str, Any] = {
        "units": op.units,
        "activation": inner_word(op.activation, place, word),
        "use_bias": op.use_bias,
        "return_sequences": op.sequences,
        "return_state": False,
        "go_backwards": op.backwards,
        "stateful": False,
    }
    if op.kind != "simple":
        config["recurrent_activation"] = inner_word(op.gate, place, word)
    if op.kind == "gru":
        config["reset_after"] = op.reset_after
    return config


def _arrays(op: ops.Recurrent) -> int:
    return 3 if op.use_bias else 2
