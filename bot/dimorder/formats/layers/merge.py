"""Layers with several inputs: Merge of Keras 1, Add to Dot of Keras 2."""

from __future__ import annotations

from typing import Any, cast

from dimorder.formats.layers.written import Codec, Written, sample_axis
from dimorder.semantics import Merge, Op, Opaque, Reshape

CLASSES = {"Add": "sum", "Subtract": "sub", "Multiply": "mul", "Average": "ave", "Maximum": "max", "Minimum": "min"}
MODES = ("sum", "mul", "ave", "max", "concat", "dot", "cos")


def _merge(written: Written) -> tuple[Op, ...]:
    mode = written.config.get("mode", "sum")
    if written.config.get("mode_type", "raw") != "raw" or mode not in MODES:
        return (Opaque("Merge", "a merge by a function, whose code is never run"),)
    if mode == "concat":
        return (Merge("concat", axis=_axis(written, written.get("concat_axis", default=-1))),)
    if mode in ("dot", "cos") and written.version[:1] == (0,) and any(len(shape) > 1 for shape in written.inputs):
        return (Opaque("Merge", f"{mode} of more than vectors, which Keras 0 shaped otherwise"),)
    if mode in ("dot", "cos") and (because := _unsettled(written)):
        return (Opaque("Merge", because),)
    if mode == "cos" and written.version[:1] == (0,):
        # Keras 0 yields one number, Keras 1 a row of one: core.py at 0.3.3 (measured).
        axes = _dot_axes(written, written.get("dot_axes", default=-1))
        return (Merge("cos", dot_axes=axes), Reshape((1,)))
    if mode in ("dot", "cos"):
        return (Merge(cast(Any, mode), dot_axes=_dot_axes(written, written.get("dot_axes", default=-1))),)
    return (Merge(cast(Any, mode)),)


def _axis(written: Written, axis: int) -> int:
    return sample_axis(int(axis), len(written.inputs[0]))


def _unsettled(written: Written) -> str:
    """Why nobody can tell what this product was: TensorFlow's took further axes for more samples; "" if one can.

    Source: batch_dot of both backends at 1.2.2 and 2.2.4.
    """
    large = any(len(shape) > 2 for shape in written.inputs)
    return "a dot product of maps, which Theano and TensorFlow compute in different ways" if large else ""


def _dot_axes(written: Written, axes: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    pair = (axes, axes) if isinstance(axes, int) else tuple(axes)
    listed = [[axis] if isinstance(axis, int) else list(axis) for axis in pair]
    first, second = (
        tuple(sample_axis(int(axis), len(shape)) for axis in side)
        for side, shape in zip(listed, written.inputs, strict=True)
    )
    return first, second


def _concatenate(written: Written) -> tuple[Op, ...]:
    return (Merge("concat", axis=_axis(written, written.get("axis", default=-1))),)


def _dot(written: Written) -> tuple[Op, ...]:
    if because := _unsettled(written):
        return (Opaque("Dot", because),)
    axes = _dot_axes(written, written.config["axes"])
    return (Merge("dot", dot_axes=axes, normalize=bool(written.get("normalize", default=False))),)


def respell(op: Merge, config: dict[str, Any], rank: int) -> dict[str, Any]:
    """Keys that differ once an axis has moved; rank counts the sample's axes."""
    if op.mode == "concat":
        assert op.axis is not None
        key = "concat_axis" if "concat_axis" in config else "axis"
        return {key: -1 if op.axis == rank - 1 else op.axis + 1}
    if op.dot_axes is not None:
        key = "dot_axes" if "dot_axes" in config else "axes"
        pair = [[axis + 1 for axis in side] for side in op.dot_axes]
        return {key: [side[0] for side in pair] if all(len(side) == 1 for side in pair) else pair}
    return {}


READ: dict[str, Codec] = {
    "Merge": _merge,
    "Concatenate": _concatenate,
    "Dot": _dot,
    **{name: lambda written, mode=mode: (Merge(cast(Any, mode)),) for name, mode in CLASSES.items()},  # type: ignore[misc]
}
