"""The shape each operation yields, from the shapes it reads."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from dimorder import semantics as ops
from dimorder.semantics import Op, Shape, Size
from dimorder.windows import effective, transposed_length, window_count

Shapes = tuple[Shape, ...]
_OF_SEVERAL = (ops.Merge, ops.Formula, ops.Mapped, ops.Opaque, ops.Recurrent, ops.ConvRecurrent, ops.Bidirectional)
"""Read several values, or may be given states besides."""
_MOST = 1 << 40
"""Numbers in one value of a model: four terabytes of them."""


def output_shape(op: Op, inputs: Shapes) -> Shape:
    """Shape (without batch) that `op` yields from inputs of these shapes.

    ValueError for more inputs than it reads, and for more numbers than any computer holds: a size that is no size.
    """
    if len(inputs) > 1 and not isinstance(op, _OF_SEVERAL):
        raise ValueError(f"{type(op).__name__} reads one value, not {len(inputs)}")
    found = _SHAPES[type(op)](op, inputs)
    if math.prod(size for size in found if size is not None) > _MOST:
        raise ValueError(f"{type(op).__name__} would yield a map of {found}")
    return found


def unmapped(inputs: Shapes) -> Shapes:
    """Shapes that the inner layer of a Mapped reads: without axis 0."""
    return tuple(shape[1:] for shape in inputs)


def _same(op: Any, inputs: Shapes) -> Shape:
    return inputs[0]


def _conv(op: ops.Conv, inputs: Shapes) -> Shape:
    sizes = ops.spatial(op.rank, op.channels, inputs[0])
    lengths = [effective(k, d) for k, d in zip(op.kernel_size, op.dilation, strict=True)]
    counts = tuple(
        window_count(size, length, stride, op.padding)
        for size, length, stride in zip(sizes, lengths, op.strides, strict=True)
    )
    return ops.map_shape(op.channels, counts, op.filters)


def _pool(op: ops.Pool, inputs: Shapes) -> Shape:
    sizes = ops.spatial(op.rank, op.channels, inputs[0])
    counts = tuple(
        window_count(size, window, stride, op.padding)
        for size, window, stride in zip(sizes, op.size, op.strides, strict=True)
    )
    return ops.map_shape(op.channels, counts, ops.channel_count(op.channels, inputs[0]))


def _global_pool(op: ops.GlobalPool, inputs: Shapes) -> Shape:
    count = ops.channel_count(op.channels, inputs[0])
    return ops.map_shape(op.channels, (1,) * op.rank, count) if op.keepdims else (count,)


def _resized(op: ops.ZeroPad | ops.Crop, inputs: Shapes, sign: int) -> Shape:
    sizes = ops.spatial(op.rank, op.channels, inputs[0])
    resized = tuple(
        None if size is None else size + sign * sum(amount) for size, amount in zip(sizes, op.amounts, strict=True)
    )
    return ops.map_shape(op.channels, resized, ops.channel_count(op.channels, inputs[0]))


def _upsample(op: ops.UpSample, inputs: Shapes) -> Shape:
    sizes = ops.spatial(op.rank, op.channels, inputs[0])
    grown = tuple(None if s is None else s * n for s, n in zip(sizes, op.size, strict=True))
    return ops.map_shape(op.channels, grown, ops.channel_count(op.channels, inputs[0]))


def _reshape(op: ops.Reshape, inputs: Shapes) -> Shape:
    if -1 not in op.target:
        return op.target
    total, known = ops.product(inputs[0]), ops.product(tuple(n for n in op.target if n != -1))
    missing: Size = None if total is None or not known else total // known
    return tuple(missing if n == -1 else n for n in op.target)


def _merge(op: ops.Merge, inputs: Shapes) -> Shape:
    if op.mode == "concat":
        assert op.axis is not None
        sizes = tuple(shape[op.axis] for shape in inputs)
        total: Size = None if None in sizes else sum(size for size in sizes if size is not None)
        return (*inputs[0][: op.axis], total, *inputs[0][op.axis + 1 :])
    if op.mode in ("dot", "cos"):
        return _dot(op, inputs)
    longest = max(inputs, key=len)
    return tuple(_broadcast([s[axis - len(longest)] for s in inputs if len(s) >= len(longest) - axis])
                 for axis in range(len(longest)))  # fmt: skip


def _broadcast(sizes: list[Size]) -> Size:
    wide = [size for size in sizes if size != 1]
    return None if None in wide else wide[0] if wide else 1


def _dot(op: ops.Merge, inputs: Shapes) -> Shape:
    assert op.dot_axes is not None
    kept = [
        tuple(size for axis, size in enumerate(shape) if axis not in axes)
        for shape, axes in zip(inputs, op.dot_axes, strict=True)
    ]
    shape = kept[0] + kept[1] or (1,)
    return (1, *shape) if op.mode == "cos" else shape


def _transposed(op: ops.ConvTranspose, inputs: Shapes) -> Shape:
    sizes = ops.spatial(op.rank, op.channels, inputs[0])
    derived = tuple(
        transposed_length(size, kernel, stride, op.padding)
        for size, kernel, stride in zip(sizes, op.kernel_size, op.strides, strict=True)
    )
    return ops.map_shape(op.channels, op.length or derived, op.filters)


def _depthwise(op: ops.Depthwise | ops.Separable, inputs: Shapes) -> Shape:
    sizes = ops.spatial(op.rank, op.channels, inputs[0])
    lengths = [effective(k, d) for k, d in zip(op.kernel_size, op.dilation, strict=True)]
    counts = tuple(
        window_count(size, length, stride, op.padding)
        for size, length, stride in zip(sizes, lengths, op.strides, strict=True)
    )
    if isinstance(op, ops.Separable):
        return ops.map_shape(op.channels, counts, op.filters)
    read = ops.channel_count(op.channels, inputs[0])
    return ops.map_shape(op.channels, counts, None if read is None else read * op.multiplier)


def positions(op: ops.LocallyConnected | ops.Patches, sizes: Shape) -> Shape:
    """How many windows there are along each axis of a map with these spatial sizes."""
    axes = zip(sizes, op.kernel_size, op.strides, strict=True)
    return tuple(window_count(size, kernel, stride, "valid") for size, kernel, stride in axes)


def _locally(op: ops.LocallyConnected, inputs: Shapes) -> Shape:
    return ops.map_shape(op.channels, positions(op, ops.spatial(op.rank, op.channels, inputs[0])), op.filters)


def _patches(op: ops.Patches, inputs: Shapes) -> Shape:
    *sizes, channels = inputs[0]
    return ops.product(positions(op, tuple(sizes))), ops.product((*op.kernel_size, channels))


def _recurrent(op: ops.Recurrent, inputs: Shapes) -> Shape:
    return (inputs[0][0], op.units) if op.sequences else (op.units,)


def _conv_recurrent(op: ops.ConvRecurrent, inputs: Shapes) -> Shape:
    steps, *one = inputs[0]
    sizes = ops.spatial(2, op.channels, tuple(one))
    lengths = [effective(k, d) for k, d in zip(op.kernel_size, op.dilation, strict=True)]
    counts = tuple(
        window_count(size, length, stride, op.padding)
        for size, length, stride in zip(sizes, lengths, op.strides, strict=True)
    )
    found = ops.map_shape(op.channels, counts, op.filters)
    return (steps, *found) if op.sequences else found


def _bidirectional(op: ops.Bidirectional, inputs: Shapes) -> Shape:
    shape = _recurrent(op.inner, inputs)
    return (*shape[:-1], 2 * op.inner.units) if op.merge == "concat" else shape


_SHAPES: dict[type, Callable[[Any, Shapes], Shape]] = {
    ops.Input: lambda op, inputs: op.shape,
    ops.Conv: _conv,
    ops.Dense: lambda op, inputs: (*inputs[0][:-1], op.units),
    ops.BatchNorm: _same,
    ops.ElementNorm: _same,
    ops.PReLU: _same,
    ops.Embedding: lambda op, inputs: (*inputs[0], op.output_dim),
    ops.Pool: _pool,
    ops.GlobalPool: _global_pool,
    ops.ZeroPad: lambda op, inputs: _resized(op, inputs, 1),
    ops.Crop: lambda op, inputs: _resized(op, inputs, -1),
    ops.UpSample: _upsample,
    ops.Activate: _same,
    ops.Identity: _same,
    ops.Scale: _same,
    ops.Formula: _same,
    ops.Flatten: lambda op, inputs: (ops.product(inputs[0]),),
    ops.Reshape: _reshape,
    ops.Permute: lambda op, inputs: tuple(inputs[0][axis] for axis in op.order),
    ops.Repeat: lambda op, inputs: (op.times, *inputs[0]),
    ops.Merge: _merge,
    ops.Opaque: _same,
    ops.ConvTranspose: _transposed,
    ops.Depthwise: _depthwise,
    ops.Separable: _depthwise,
    ops.LocallyConnected: _locally,
    ops.Patches: _patches,
    ops.Einsum: lambda op, inputs: op.output,
    ops.Highway: _same,
    ops.Maxout: lambda op, inputs: (op.units,),
    ops.SReLU: _same,
    ops.ParametricSoftplus: _same,
    ops.Masking: _same,
    ops.Recurrent: _recurrent,
    ops.ConvRecurrent: _conv_recurrent,
    ops.Bidirectional: _bidirectional,
    ops.Mapped: lambda op, inputs: (inputs[0][0], *output_shape(op.inner, unmapped(inputs))),
}
