"""Operations on vectors, tokens and shapes as Keras 2 layers, where they are not spelled as in Keras 3."""

from __future__ import annotations

from dimorder import semantics as ops
from dimorder.formats.keras2.settings import TRAINING_ONLY
from dimorder.formats.keras3.call import Call, Place, data_format

_INPUT_DTYPES = frozenset({"float16", "float32", "float64", "uint8", "int32", "int64", "bool"})
_SHARES = {"rate": 0.0, "stddev": 0.0}
"""Parameters without a default."""


def entrance(op: ops.Input, place: Place) -> Call:
    dtype = op.dtype if op.dtype in _INPUT_DTYPES else "float32"
    return place.call("InputLayer", batch_input_shape=[None, *op.shape], dtype=dtype, sparse=False)


def identity(op: ops.Identity, place: Place) -> Call:
    """The layer that it was (Dropout, noise, …), else an activation that does nothing: Keras 2 has no Identity."""
    class_name = str(place.settings.get("class_name", ""))
    takes = TRAINING_ONLY.get(class_name)
    if takes is None:
        return place.call("Activation", activation="linear")
    shares = {key: place.settings.get(key, least) for key, least in _SHARES.items() if key in takes}
    if not all(0 <= share <= 1 for share in shares.values()):
        return place.call("Activation", activation="linear")
    if class_name in ("SpatialDropout2D", "SpatialDropout3D"):
        return place.call(class_name, **shares, data_format=data_format(op.channels or "last"))
    return place.call(class_name, **shares)


def formula(op: ops.Formula, place: Place) -> Call:
    raise place.refuse(
        f"Keras 2 has no layer for the expression {op.text!r}",
        hint="write the Keras 3 form: -o NAME.keras, or leave the Lambda as it is: --dialect same",
    )


def unknown(op: ops.Op, place: Place) -> Call:
    """A class that only one other Keras has: a rule replaces it, or nothing can."""
    name = type(op).__name__
    raise place.refuse(f"Keras 2 has no layer that computes {name}", hint="write the Keras 3 form: -o NAME.keras")
