"""Activations as Keras 3 spells them: a word where one is enough, else a layer."""

from __future__ import annotations

import math

from dimorder.formats.keras3.call import Call, Place
from dimorder.formats.keras3.fusion import Word
from dimorder.semantics import Activate, Scale, Shape

SLOPE = 1 / 6
"""Of Keras 3's hard_sigmoid: relu6(x + 3) / 6. Source: keras/src/activations at 3.15.1."""

WORDS = {
    "linear": "linear",
    "relu": "relu",
    "softmax": "softmax",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "hard_sigmoid": "hard_sigmoid",
    "softplus": "softplus",
    "softsign": "softsign",
    "elu": "elu",
    "selu": "selu",
    "exponential": "exponential",
    "swish": "silu",
    "gelu": "gelu",
}
"""Our names and Keras 3's of the activations that a word states."""


def word(op: Activate, shape: Shape) -> str | None:
    """What to write as `activation=`, or None where the word means something else."""
    return WORDS.get(op.kind) if is_plain(op, shape, SLOPE) else None


def inner_word(op: Activate, place: Place, word: Word) -> str:
    """The word for an activation inside a recurrent layer, which has no other way to state it."""
    found = word(op, place.shape)
    if found is None:
        raise place.refuse(f"Keras has no word for its activation ({op.kind})")
    return found


def is_plain(op: Activate, shape: Shape, slope: float) -> bool:
    """Whether a word alone says it all. slope: of this Keras's hard_sigmoid."""
    plain = {
        "relu": op.max_value is None,
        "softmax": op.axis in (None, len(shape) - 1),
        "hard_sigmoid": math.isclose(op.slope, slope, rel_tol=1e-9),
        "elu": op.alpha == 1,
    }
    return plain.get(op.kind, True)


def activate(op: Activate, place: Place) -> Call:
    """An activation as a layer of its own."""
    spelled = word(op, place.shape)
    if spelled is not None:
        return place.call("Activation", activation=spelled)
    if op.kind == "hard_sigmoid":
        return _hard_sigmoid(op, place)
    if min(op.alpha, op.theta) < 0 and op.kind != "elu":
        raise place.refuse(f"Keras 3 has no {op.kind} with a negative parameter")
    if op.kind == "softmax":
        assert op.axis is not None
        return place.call("Softmax", axis=op.axis + 1)
    if op.kind == "elu":
        return place.call("ELU", alpha=op.alpha)
    if op.kind == "leaky_relu":
        return place.call("LeakyReLU", negative_slope=op.alpha)
    return place.call("ReLU", max_value=op.max_value, negative_slope=0.0, threshold=op.theta)


def _hard_sigmoid(op: Activate, place: Place) -> Call:
    """clip(slope*x + 0.5) is Keras 3's clip(y/6 + 0.5) of y = 6*slope*x (layout-facts 9)."""
    factor = float(f"{op.slope / SLOPE:.12g}")  # 1.2, not 1.2000000000000002
    scaled = Call("Rescaling", _factor(factor), place.inputs, place.shape, "scaled")
    return Call("Activation", {"activation": "hard_sigmoid"}, (scaled,), place.shape)


def scale(op: Scale, place: Place) -> Call:
    return place.call("Rescaling", **_factor(op.factor))


def _factor(factor: float) -> dict[str, float]:
    return {"scale": factor, "offset": 0.0}
