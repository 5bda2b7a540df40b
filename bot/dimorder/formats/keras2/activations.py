"""Activations as Keras 2 spells them: a word where one is enough, else a layer."""

from __future__ import annotations

from dimorder.formats.keras3.activations import is_plain
from dimorder.formats.keras3.call import Call, Place
from dimorder.semantics import Activate, Scale, Shape

SLOPE = 0.2
"""Of Keras 2's hard_sigmoid, clip(0.2*x + 0.5, 0, 1). Source: keras/backend/tensorflow_backend.py at 2.3.1."""
WORDS = frozenset([
    "linear", "relu", "softmax", "sigmoid", "tanh", "hard_sigmoid", "softplus", "softsign", "elu", "selu",
    "exponential",
])  # fmt: skip
"""Activations that a word states. Source: keras/activations.py at 2.3.1."""


def word(op: Activate, shape: Shape) -> str | None:
    """What to write as `activation=`, or None where the word means something else."""
    return op.kind if op.kind in WORDS and is_plain(op, shape, SLOPE) else None


def activate(op: Activate, place: Place) -> Call:
    """An activation as a layer of its own."""
    spelled = word(op, place.shape)
    if spelled is not None:
        return place.call("Activation", activation=spelled)
    if op.kind in ("hard_sigmoid", "gelu"):
        raise place.refuse(f"Keras 2 has no {op.kind} of this form", hint="write the Keras 3 form: -o NAME.keras")
    if op.kind == "swish":
        return _swish(place)
    if op.kind == "softmax":
        assert op.axis is not None
        return place.call("Softmax", axis=op.axis + 1)
    if op.kind in ("elu", "leaky_relu"):
        return place.call({"elu": "ELU", "leaky_relu": "LeakyReLU"}[op.kind], alpha=op.alpha)
    if op.theta < 0:
        raise place.refuse("Keras 3 opens no ReLU with a negative threshold")
    # Not ThresholdedReLU, which Keras 3 no longer has.
    return place.call("ReLU", max_value=op.max_value, negative_slope=0.0, threshold=op.theta)


def _swish(place: Place) -> Call:
    """x * sigmoid(x), which Keras 2.3.1 has no word for."""
    gate = Call("Activation", {"activation": "sigmoid"}, place.inputs, place.shape, "gate")
    return Call("Multiply", {}, (*place.inputs, gate), place.shape)


def scale(op: Scale, place: Place) -> Call:
    raise place.refuse("Keras 2 has no layer that multiplies by a number", hint="write the Keras 3 form: -o NAME.keras")
