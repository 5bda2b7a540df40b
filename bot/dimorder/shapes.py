"""The shape each operation yields, and the arrays it owns, from the shapes it reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dimorder import semantics as ops
from dimorder.errors import WeightsDoNotFit
from dimorder.layout import SPATIAL
from dimorder.semantics import Op, Shape, Size, Weight

Shapes = tuple[Shape, ...]


def output_shape(op: Op, inputs: Shapes) -> Shape:
    """Shape (without batch) that `op` yields from inputs of these shapes."""
    return _SHAPES[type(op)](op, inputs)


def weights_of(op: Op, inputs: Shapes) -> tuple[Weight, ...]:
    """The arrays `op` owns, in the order Keras lists them; kernels as stored with the operation's axes."""
    rule = _WEIGHTS.get(type(op))
    return rule(op, inputs) if rule else ()


def unmapped(inputs: Shapes) -> Shapes:
    """Shapes that the inner layer of a Mapped reads: without axis 0."""
    return tuple(shape[1:] for shape in inputs)


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


def _transposed(op: ops.ConvTranspose, inputs: Shapes) -> Shape:
    sizes = ops.spatial(op.rank, op.channels, inputs[0])
    derived = tuple(
        ops.transposed_length(size, kernel, stride, op.padding)
        for size, kernel, stride in zip(sizes, op.kernel_size, op.strides, strict=True)
    )
    return ops.map_shape(op.channels, op.length or derived, op.filters)


def _depthwise(op: ops.Depthwise | ops.Separable, inputs: Shapes) -> Shape:
    sizes = ops.spatial(op.rank, op.channels, inputs[0])
    lengths = [ops.effective(k, d) for k, d in zip(op.kernel_size, op.dilation, strict=True)]
    counts = tuple(
        ops.window_count(size, length, stride, op.padding)
        for size, length, stride in zip(sizes, lengths, op.strides, strict=True)
    )
    if isinstance(op, ops.Separable):
        return ops.map_shape(op.channels, counts, op.filters)
    read = ops.channel_count(op.channels, inputs[0])
    return ops.map_shape(op.channels, counts, None if read is None else read * op.multiplier)


def positions(op: ops.LocallyConnected | ops.Patches, sizes: Shape) -> Shape:
    """How many windows there are along each axis of a map with these spatial sizes."""
    axes = zip(sizes, op.kernel_size, op.strides, strict=True)
    return tuple(ops.window_count(size, kernel, stride, "valid") for size, kernel, stride in axes)


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
    lengths = [ops.effective(k, d) for k, d in zip(op.kernel_size, op.dilation, strict=True)]
    counts = tuple(
        ops.window_count(size, length, stride, op.padding)
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


def _biased(kernel: Weight, count: int, use_bias: bool) -> tuple[Weight, ...]:
    return (kernel, Weight("bias", (count,))) if use_bias else (kernel,)


def _conv_weights(op: ops.Conv, inputs: Shapes) -> tuple[Weight, ...]:
    kernel = Weight("kernel", ops.kernel_shape(op.axes, op, _channels(op, inputs[0])))
    return _biased(kernel, op.filters, op.use_bias)


def _batch_norm_weights(op: ops.BatchNorm, inputs: Shapes) -> tuple[Weight, ...]:
    shape = (inputs[0][op.axis],)
    learned = [Weight("gamma", shape)] * op.scale + [Weight("beta", shape)] * op.center
    return (*learned, Weight("mean", shape, trainable=False), Weight("statistic", shape, trainable=False))


def _element_norm_weights(op: ops.ElementNorm, inputs: Shapes) -> tuple[Weight, ...]:
    learned = (Weight("gamma", inputs[0]), Weight("beta", inputs[0]))
    return (*learned, Weight("mean", inputs[0], trainable=False), Weight("statistic", inputs[0], trainable=False))


def _prelu_weights(op: ops.PReLU, inputs: Shapes) -> tuple[Weight, ...]:
    shape = tuple(1 if axis in op.shared_axes else size for axis, size in enumerate(inputs[0]))
    return (Weight("alpha", shape),)


def _channels(op: Any, shape: Shape) -> int:
    count = ops.channel_count(op.channels, shape)
    if count is None:
        raise WeightsDoNotFit("a convolution reads an unknown number of channels")
    return count


def _sizes(axes: str, rank: int, kernel: tuple[int, ...], **letters: int) -> Shape:
    """Sizes of a kernel by the letters of its axes."""
    table = {**letters, **dict(zip(SPATIAL[rank], kernel, strict=True))}
    return tuple(table[letter] for letter in axes)


def _transposed_weights(op: ops.ConvTranspose, inputs: Shapes) -> tuple[Weight, ...]:
    shape = _sizes(op.axes, op.rank, op.kernel_size, I=_channels(op, inputs[0]), O=op.filters)
    return _biased(Weight("kernel", shape), op.filters, op.use_bias)


def _depthwise_weights(op: ops.Depthwise, inputs: Shapes) -> tuple[Weight, ...]:
    count = _channels(op, inputs[0])
    shape = _sizes(op.axes, op.rank, op.kernel_size, I=count, M=op.multiplier)
    return _biased(Weight("depthwise", shape), count * op.multiplier, op.use_bias)


def _separable_weights(op: ops.Separable, inputs: Shapes) -> tuple[Weight, ...]:
    count = _channels(op, inputs[0])
    depthwise = Weight("depthwise", _sizes(op.axes, op.rank, op.kernel_size, I=count, M=op.multiplier))
    axes = "OI" + SPATIAL[op.rank] if op.axes.startswith("M") else SPATIAL[op.rank] + "IO"
    pointwise = _sizes(axes, op.rank, (1,) * op.rank, I=count * op.multiplier, O=op.filters)
    return depthwise, *_biased(Weight("pointwise", pointwise), op.filters, op.use_bias)


def _locally_weights(op: ops.LocallyConnected, inputs: Shapes) -> tuple[Weight, ...]:
    places = positions(op, ops.spatial(op.rank, op.channels, inputs[0]))
    elements = ops.product((*op.kernel_size, ops.channel_count(op.channels, inputs[0])))
    kernel = Weight("kernel", (ops.product(places), elements, op.filters))
    return (kernel, Weight("bias", (*places, op.filters))) if op.use_bias else (kernel,)


def _einsum_weights(op: ops.Einsum, inputs: Shapes) -> tuple[Weight, ...]:
    reads, kernel, yields = op.equation.replace("->", ",").split(",")
    sizes = dict(zip(reads[1:], inputs[0], strict=True)) | dict(zip(yields[1:], op.output, strict=True))
    found = Weight("kernel", tuple(sizes[letter] for letter in kernel))
    return (found, Weight("bias", tuple(sizes[letter] for letter in op.bias_axes))) if op.bias_axes else (found,)


def _highway_weights(op: ops.Highway, inputs: Shapes) -> tuple[Weight, ...]:
    n = inputs[0][-1]
    kernels = (Weight("kernel", (n, n)), Weight("kernel_carry", (n, n)))
    return (*kernels, Weight("bias", (n,)), Weight("bias_carry", (n,))) if op.use_bias else kernels


def _maxout_weights(op: ops.Maxout, inputs: Shapes) -> tuple[Weight, ...]:
    kernel = Weight("kernel", (op.features, inputs[0][-1], op.units))
    return (kernel, Weight("bias", (op.features, op.units))) if op.use_bias else (kernel,)


def _elementwise_weights(*roles: str) -> Callable[[Any, Shapes], tuple[Weight, ...]]:
    def owned(op: Any, inputs: Shapes) -> tuple[Weight, ...]:
        shape = tuple(1 if axis in op.shared_axes else size for axis, size in enumerate(inputs[0]))
        return tuple(Weight(role, shape) for role in roles)

    return owned


GATES = {"simple": 1, "lstm": 4, "gru": 3}
"""How many gates lie side by side in the arrays of each kind of recurrent layer."""


def _recurrent_weights(op: ops.Recurrent, inputs: Shapes) -> tuple[Weight, ...]:
    wide = GATES[op.kind] * op.units
    kernels = (Weight("kernel", (inputs[0][-1], wide)), Weight("recurrent", (op.units, wide)))
    bias = Weight("bias", (2 * wide,) if op.cudnn else (2, wide) if op.reset_after else (wide,))
    return (*kernels, bias) if op.use_bias else kernels


def _conv_recurrent_weights(op: ops.ConvRecurrent, inputs: Shapes) -> tuple[Weight, ...]:
    count, wide = _channels(op, inputs[0][1:]), GATES["lstm"] * op.filters
    kernel = Weight("kernel", _sizes(op.axes, 2, op.kernel_size, I=count, O=wide))
    recurrent = Weight("recurrent", _sizes(op.axes, 2, op.kernel_size, I=op.filters, O=wide))
    return (kernel, recurrent, Weight("bias", (wide,))) if op.use_bias else (kernel, recurrent)


def _bidirectional_weights(op: ops.Bidirectional, inputs: Shapes) -> tuple[Weight, ...]:
    half = _recurrent_weights(op.inner, inputs)
    return tuple(replace(weight, role=f"{way} {weight.role}") for way in ("forward", "backward") for weight in half)


_WEIGHTS: dict[type, Callable[[Any, Shapes], tuple[Weight, ...]]] = {
    ops.Conv: _conv_weights,
    ops.Dense: lambda op, inputs: _biased(Weight("kernel", (inputs[0][-1], op.units)), op.units, op.use_bias),
    ops.BatchNorm: _batch_norm_weights,
    ops.ElementNorm: _element_norm_weights,
    ops.PReLU: _prelu_weights,
    ops.Embedding: lambda op, inputs: (Weight("embeddings", (op.input_dim, op.output_dim)),),
    ops.ConvTranspose: _transposed_weights,
    ops.Depthwise: _depthwise_weights,
    ops.Separable: _separable_weights,
    ops.LocallyConnected: _locally_weights,
    ops.Einsum: _einsum_weights,
    ops.Highway: _highway_weights,
    ops.Maxout: _maxout_weights,
    ops.SReLU: _elementwise_weights("t_left", "a_left", "t_right", "a_right"),
    ops.ParametricSoftplus: _elementwise_weights("alpha", "beta"),
    ops.Recurrent: _recurrent_weights,
    ops.ConvRecurrent: _conv_recurrent_weights,
    ops.Bidirectional: _bidirectional_weights,
    ops.Mapped: lambda op, inputs: weights_of(op.inner, unmapped(inputs)),
}
