"""Axes of a convolution kernel that the reader left open: those of Keras 0 and 1."""

from __future__ import annotations

from dimorder import semantics as ops
from dimorder.errors import CannotTell
from dimorder.graph import Node
from dimorder.infer.versions import version
from dimorder.layout import SPATIAL
from dimorder.semantics import Shape

OLD_1D, NEW_1D = "OIL1", "L1IO"
"""Keras 1.0.8 wrote (O, I, k, 1), 1.1.0 (k, 1, I, O): convolutional.py at those tags."""


def stored_axes(rank: int, channels: str) -> str:
    """Axes of a Keras 1 kernel of two or three spatial axes. Source: layout-facts 2.

    >>> stored_axes(2, "first"), stored_axes(3, "last")
    ('OIHW', 'DHWIO')
    """
    return f"OI{SPATIAL[rank]}" if channels == "first" else f"{SPATIAL[rank]}IO"


def kernel_axes(node: Node, op: ops.Conv, inputs: Shape, keras_version: str) -> str:
    """Axes for a convolution whose reader set none. inputs: shape of the map it reads."""
    if op.rank > 1:
        return stored_axes(op.rank, op.channels)
    return _axes_1d(node, op, inputs, keras_version)


def _axes_1d(node: Node, op: ops.Conv, inputs: Shape, keras_version: str) -> str:
    known = version(keras_version)
    by_version = "" if known is None else OLD_1D if known < (1, 1, 0) else NEW_1D
    if not node.tensors:
        return by_version or NEW_1D
    shape = node.tensors[0].shape
    if len(shape) == 3:
        return "LIO"
    fits = [axes for axes in (NEW_1D, OLD_1D, "OI1L") if _fits(axes, op, inputs, shape)]
    if len(fits) > 1 and len({frozenset(_sizes(a, shape).items()) for a in fits}) > 1:
        if by_version in fits:
            return by_version
        raise CannotTell(
            f"layer {node.layer!r}: a Conv1D kernel of {shape} may be {' or '.join(fits)}",
            hint="state the Keras version with --keras-version",
        )
    return fits[0] if fits else by_version or NEW_1D


def _sizes(axes: str, shape: tuple[int, ...]) -> dict[int, str]:
    """Letters of the axes longer than one: spellings that agree here are the same array."""
    return {at: letter for at, letter in enumerate(axes) if shape[at] > 1}


def _fits(axes: str, op: ops.Conv, inputs: Shape, shape: tuple[int, ...]) -> bool:
    count = ops.channel_count(op.channels, inputs)
    expected = ops.kernel_shape(axes, op, -1 if count is None else count)
    return all(want in (-1, have) for want, have in zip(expected, shape, strict=True))


def other_ordering(op: ops.Conv, inputs: tuple[Shape, ...], found: tuple[Shape, ...]) -> str:
    """Words for a kernel that would fit in the other dim ordering, "" where it would not."""
    if op.rank == 1:
        return ""
    other = stored_axes(op.rank, "last" if op.channels == "first" else "first")
    count = ops.channel_count(op.channels, inputs[0])
    if count is None or op.axes == other or found[:1] != (ops.kernel_shape(other, op, count),):
        return ""
    return f"; the kernel fits in the other ordering ({op.axes} expected, stored as {other})"
