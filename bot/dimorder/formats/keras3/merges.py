"""Operations of several inputs as Keras 3 layers."""

from __future__ import annotations

from dimorder.formats.keras3.call import Call, Place
from dimorder.semantics import Merge

ELEMENTWISE = {
    "sum": "Add",
    "sub": "Subtract",
    "mul": "Multiply",
    "ave": "Average",
    "max": "Maximum",
    "min": "Minimum",
}
"""Our names and Keras 3's classes."""


def merge(op: Merge, place: Place) -> Call:
    if op.mode in ELEMENTWISE:
        return place.call(ELEMENTWISE[op.mode])
    if op.mode == "concat":
        assert op.axis is not None
        return place.call("Concatenate", axis=op.axis + 1)
    axes = _dot_axes(op, place)
    if op.mode == "dot":
        return place.call("Dot", axes=axes, normalize=op.normalize)
    return _cosine(place, axes)


def _dot_axes(op: Merge, place: Place) -> list[int]:
    assert op.dot_axes is not None
    if any(len(axes) != 1 for axes in op.dot_axes):
        raise place.refuse("Keras 3 sums a dot product over one axis only")
    return [axes[0] + 1 for axes in op.dot_axes]


def _cosine(place: Place, axes: list[int]) -> Call:
    """Keras 1's cos: a product of normalized vectors, and an axis of length one in front."""
    if any(len(shape) != 1 for shape in place.shapes):
        # Keras 1 divides by sqrt of the matrices' own products here: engine/topology.py@1.2.2.
        raise place.refuse("Keras 1's cosine of matrices has no counterpart in Keras 3")
    dot = Call("Dot", {"axes": axes, "normalize": True}, place.inputs, place.shape[1:], "dot")
    return Call("Reshape", {"target_shape": list(place.shape)}, (dot,), place.shape)
