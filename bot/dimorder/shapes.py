"""The shape each operation yields, and the arrays it owns, from the shapes it reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dimorder import semantics as ops
from dimorder.errors import WeightsDoNotFit
from dimorder.semantics import Op, Shape, Size, Weight

Shapes = tuple[Shape, ...]


def output_shape(op: Op, inputs: Shapes) -> Shape:
    """Shape (without batch) that `op` yields from inputs of these shapes."""
    return _SHAPES[type(op)](op, inputs)


def weights_of(op: Op, inputs: Shapes) -> tuple[Weight, ...]:
    """The arrays `op` owns, in the order Keras lists them; kernels as stored with the operation's axes."""
    rule = _WEIGHTS.get(type(op))
    return rule(op, inputs) if rule else ()


def _same(op: Any, inputs: Shapes) -> Shape:
    return inputs[0]


def _conv(op: ops.Conv, inputs: Shapes) -> Shape:
    sizes = ops.spatial(op.rank, op.channels, inputs[0])
    lengths = [ops.effective(k, d) for k, d in zip(op.kernel_size, op.dilation, strict=True)]
    counts = tuple(
        ops.window_count(size, length, stride, op.padding)
        for size, length, stride in zip(sizes, lengths, op.strides, strict=True)
    )
    return ops.map_shape(op.channels, counts, op.filters)


def _pool(op: ops.Pool, inputs: Shapes) -> Shape:
    sizes = ops.spatial(op.rank, op.channels, inputs[0])
    counts = tuple(
        ops.window_count(size, window, stride, op.padding)
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
    return wide[0] if wide else 1


def _dot(op: ops.Merge, inputs: Shapes) -> Shape:
    assert op.dot_axes is not None
    kept = [
        tuple(size for axis, size in enumerate(shape) if axis not in axes)
        for shape, axes in zip(inputs, op.dot_axes, strict=True)
    ]
    shape = kept[0] + kept[1] or (1,)
    return (1, *shape) if op.mode == "cos" else shape


_SHAPES: dict[type, Callable[[Any, Shapes], Shape]] = {
    ops.Input: lambda op, inputs: op.shape,
    ops.Conv: _conv,
    ops.Dense: lambda op, inputs: (*inputs[0][:-1], op.units),
    ops.BatchNorm: _same,
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
    ops.Flatten: lambda op, inputs: (ops.product(inputs[0]),),
    ops.Reshape: _reshape,
    ops.Permute: lambda op, inputs: tuple(inputs[0][axis] for axis in op.order),
    ops.Repeat: lambda op, inputs: (op.times, *inputs[0]),
    ops.Merge: _merge,
    ops.Opaque: _same,
}


def _biased(kernel: Weight, count: int, use_bias: bool) -> tuple[Weight, ...]:
    return (kernel, Weight("bias", (count,))) if use_bias else (kernel,)


def _conv_weights(op: ops.Conv, inputs: Shapes) -> tuple[Weight, ...]:
    count = ops.channel_count(op.channels, inputs[0])
    if count is None:
        raise WeightsDoNotFit("a convolution reads an unknown number of channels")
    kernel = Weight("kernel", ops.kernel_shape(op.axes, op, count))
    return _biased(kernel, op.filters, op.use_bias)


def _batch_norm_weights(op: ops.BatchNorm, inputs: Shapes) -> tuple[Weight, ...]:
    shape = (inputs[0][op.axis],)
    learned = [Weight("gamma", shape)] * op.scale + [Weight("beta", shape)] * op.center
    return (*learned, Weight("mean", shape, trainable=False), Weight("statistic", shape, trainable=False))


def _prelu_weights(op: ops.PReLU, inputs: Shapes) -> tuple[Weight, ...]:
    shape = tuple(1 if axis in op.shared_axes else size for axis, size in enumerate(inputs[0]))
    return (Weight("alpha", shape),)


_WEIGHTS: dict[type, Callable[[Any, Shapes], tuple[Weight, ...]]] = {
    ops.Conv: _conv_weights,
    ops.Dense: lambda op, inputs: _biased(Weight("kernel", (inputs[0][-1], op.units)), op.units, op.use_bias),
    ops.BatchNorm: _batch_norm_weights,
    ops.PReLU: _prelu_weights,
    ops.Embedding: lambda op, inputs: (Weight("embeddings", (op.input_dim, op.output_dim)),),
}
