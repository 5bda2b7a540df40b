"""Shapes that no Keras builds an operation on, whatever its version and backend.

Source: input_spec of the layers and the checks of their call, keras/layers at 1.2.2 and 2.2.4 (measured on both).
"""

from __future__ import annotations

import math

from dimorder import semantics as ops
from dimorder.semantics import Op, Shape
from dimorder.shapes import output_shape
from dimorder.weights import weights_of

_ON_MAPS = (
    ops.Conv, ops.Pool, ops.GlobalPool, ops.ZeroPad, ops.Crop, ops.UpSample, ops.ConvTranspose, ops.Depthwise,
    ops.Separable, ops.LocallyConnected,
)  # fmt: skip
_RANKS: dict[type, int] = {ops.Recurrent: 2, ops.Bidirectional: 2, ops.ConvRecurrent: 4, ops.Repeat: 1, ops.Maxout: 1,
                           ops.Highway: 1}  # fmt: skip


def refusal(op: Op, inputs: tuple[Shape, ...]) -> str:
    """Why no Keras builds this on inputs of these shapes (None: any length), "" where nothing speaks against it."""
    return _rank(op, inputs[0]) or _rearranged(op, inputs[0]) or _steps(op) or _emptied(op, inputs)


def _rank(op: Op, shape: Shape) -> str:
    if isinstance(op, ops.Mapped):
        return "it reads no sequence" if len(shape) < 2 else ""
    wanted = op.rank + 1 if isinstance(op, _ON_MAPS) else _RANKS.get(type(op), len(shape))
    return "" if len(shape) == wanted else f"it reads samples of {wanted} axes, not of {len(shape)}"


def _rearranged(op: Op, shape: Shape) -> str:
    if isinstance(op, ops.Permute) and sorted(op.order) != list(range(len(shape))):
        return f"{[axis + 1 for axis in op.order]} is no order of {len(shape)} axes"
    return _reshaped(op.target, shape) if isinstance(op, ops.Reshape) else ""


def _reshaped(target: Shape, shape: Shape) -> str:
    if target.count(-1) > 1:
        return "more than one length is left open"
    known = math.prod(size for size in target if size not in (-1, None))
    if None in shape or None in target:
        return ""
    total = math.prod(size for size in shape if size is not None)
    fits = known > 0 and total % known == 0 if -1 in target else total == known
    return "" if fits else f"{shape} does not become {target}: the numbers of elements differ"


def _steps(op: Op) -> str:
    strides = getattr(op, "strides", ())
    return "a stride of less than one" if strides and min(strides) < 1 else ""


def _emptied(op: Op, inputs: tuple[Shape, ...]) -> str:
    """Lengths of no size, and arrays whose size hangs on an axis of any length."""
    for weight in weights_of(op, inputs):
        if None in weight.shape:
            return "the length of an axis that its weights hang on is not said"
        if any(size is not None and size < 1 for size in weight.shape):
            return f"its {weight.role} would have the shape {weight.shape}"
    found = output_shape(op, inputs)
    emptied = any(size is not None and size < 1 for size in found)
    return f"nothing is left of {inputs[0]}: it becomes {found}" if emptied else ""
