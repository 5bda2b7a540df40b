"""The arrays each operation owns, from the shapes it reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dimorder import semantics as ops
from dimorder.errors import WeightsDoNotFit
from dimorder.layout import SPATIAL
from dimorder.semantics import Op, Shape, Weight
from dimorder.shapes import Shapes, positions, unmapped


def weights_of(op: Op, inputs: Shapes) -> tuple[Weight, ...]:
    """The arrays `op` owns, in the order Keras lists them; kernels as stored with the operation's axes."""
    rule = _WEIGHTS.get(type(op))
    return rule(op, inputs) if rule else ()


def _biased(kernel: Weight, count: int, use_bias: bool) -> tuple[Weight, ...]:
    return (kernel, Weight("bias", (count,))) if use_bias else (kernel,)


def _conv(op: ops.Conv, inputs: Shapes) -> tuple[Weight, ...]:
    kernel = Weight("kernel", ops.kernel_shape(op.axes, op, _channels(op, inputs[0])))
    return _biased(kernel, op.filters, op.use_bias)


def _batch_norm(op: ops.BatchNorm, inputs: Shapes) -> tuple[Weight, ...]:
    shape = (inputs[0][op.axis],)
    learned = [Weight("gamma", shape)] * op.scale + [Weight("beta", shape)] * op.center
    return (*learned, Weight("mean", shape, trainable=False), Weight("statistic", shape, trainable=False))


def _element_norm(op: ops.ElementNorm, inputs: Shapes) -> tuple[Weight, ...]:
    learned = (Weight("gamma", inputs[0]), Weight("beta", inputs[0]))
    return (*learned, Weight("mean", inputs[0], trainable=False), Weight("statistic", inputs[0], trainable=False))


def _channels(op: Any, shape: Shape) -> int:
    count = ops.channel_count(op.channels, shape)
    if count is None:
        raise WeightsDoNotFit("a convolution reads an unknown number of channels")
    return count


def _sizes(axes: str, rank: int, kernel: tuple[int, ...], **letters: int) -> Shape:
    """Sizes of a kernel by the letters of its axes."""
    table = {**letters, **dict(zip(SPATIAL[rank], kernel, strict=True))}
    return tuple(table[letter] for letter in axes)


def _transposed(op: ops.ConvTranspose, inputs: Shapes) -> tuple[Weight, ...]:
    shape = _sizes(op.axes, op.rank, op.kernel_size, I=_channels(op, inputs[0]), O=op.filters)
    return _biased(Weight("kernel", shape), op.filters, op.use_bias)


def _depthwise(op: ops.Depthwise, inputs: Shapes) -> tuple[Weight, ...]:
    count = _channels(op, inputs[0])
    shape = _sizes(op.axes, op.rank, op.kernel_size, I=count, M=op.multiplier)
    return _biased(Weight("depthwise", shape), count * op.multiplier, op.use_bias)


def _separable(op: ops.Separable, inputs: Shapes) -> tuple[Weight, ...]:
    count = _channels(op, inputs[0])
    depthwise = Weight("depthwise", _sizes(op.axes, op.rank, op.kernel_size, I=count, M=op.multiplier))
    axes = "OI" + SPATIAL[op.rank] if op.axes.startswith("M") else SPATIAL[op.rank] + "IO"
    pointwise = _sizes(axes, op.rank, (1,) * op.rank, I=count * op.multiplier, O=op.filters)
    return depthwise, *_biased(Weight("pointwise", pointwise), op.filters, op.use_bias)


def _locally(op: ops.LocallyConnected, inputs: Shapes) -> tuple[Weight, ...]:
    places = positions(op, ops.spatial(op.rank, op.channels, inputs[0]))
    elements = ops.product((*op.kernel_size, ops.channel_count(op.channels, inputs[0])))
    kernel = Weight("kernel", (ops.product(places), elements, op.filters))
    return (kernel, Weight("bias", (*places, op.filters))) if op.use_bias else (kernel,)


def _einsum(op: ops.Einsum, inputs: Shapes) -> tuple[Weight, ...]:
    reads, kernel, yields = op.equation.replace("->", ",").split(",")
    sizes = dict(zip(reads[1:], inputs[0], strict=True)) | dict(zip(yields[1:], op.output, strict=True))
    found = Weight("kernel", tuple(sizes[letter] for letter in kernel))
    return (found, Weight("bias", tuple(sizes[letter] for letter in op.bias_axes))) if op.bias_axes else (found,)


def _highway(op: ops.Highway, inputs: Shapes) -> tuple[Weight, ...]:
    n = inputs[0][-1]
    kernels = (Weight("kernel", (n, n)), Weight("kernel_carry", (n, n)))
    return (*kernels, Weight("bias", (n,)), Weight("bias_carry", (n,))) if op.use_bias else kernels


def _maxout(op: ops.Maxout, inputs: Shapes) -> tuple[Weight, ...]:
    kernel = Weight("kernel", (op.features, inputs[0][-1], op.units))
    return (kernel, Weight("bias", (op.features, op.units))) if op.use_bias else (kernel,)


def _elementwise(*roles: str) -> Callable[[Any, Shapes], tuple[Weight, ...]]:
    def owned(op: Any, inputs: Shapes) -> tuple[Weight, ...]:
        shape = tuple(1 if axis in (op.shared_axes or ()) else size for axis, size in enumerate(inputs[0]))
        return tuple(Weight(role, shape) for role in roles)

    return owned


GATES = {"simple": 1, "lstm": 4, "gru": 3}
"""How many gates lie side by side in the arrays of each kind of recurrent layer."""


def _recurrent(op: ops.Recurrent, inputs: Shapes) -> tuple[Weight, ...]:
    wide = GATES[op.kind] * op.units
    kernels = (Weight("kernel", (inputs[0][-1], wide)), Weight("recurrent", (op.units, wide)))
    bias = Weight("bias", (2 * wide,) if op.cudnn else (2, wide) if op.reset_after else (wide,))
    return (*kernels, bias) if op.use_bias else kernels


def _conv_recurrent(op: ops.ConvRecurrent, inputs: Shapes) -> tuple[Weight, ...]:
    count, wide = _channels(op, inputs[0][1:]), GATES["lstm"] * op.filters
    kernel = Weight("kernel", _sizes(op.axes, 2, op.kernel_size, I=count, O=wide))
    recurrent = Weight("recurrent", _sizes(op.axes, 2, op.kernel_size, I=op.filters, O=wide))
    return (kernel, recurrent, Weight("bias", (wide,))) if op.use_bias else (kernel, recurrent)


def _bidirectional(op: ops.Bidirectional, inputs: Shapes) -> tuple[Weight, ...]:
    half = _recurrent(op.inner, inputs)
    return tuple(replace(weight, role=f"{way} {weight.role}") for way in ("forward", "backward") for weight in half)


_WEIGHTS: dict[type, Callable[[Any, Shapes], tuple[Weight, ...]]] = {
    ops.Conv: _conv,
    ops.Dense: lambda op, inputs: _biased(Weight("kernel", (inputs[0][-1], op.units)), op.units, op.use_bias),
    ops.BatchNorm: _batch_norm,
    ops.ElementNorm: _element_norm,
    ops.PReLU: _elementwise("alpha"),
    ops.Embedding: lambda op, inputs: (Weight("embeddings", (op.input_dim, op.output_dim)),),
    ops.ConvTranspose: _transposed,
    ops.Depthwise: _depthwise,
    ops.Separable: _separable,
    ops.LocallyConnected: _locally,
    ops.Einsum: _einsum,
    ops.Highway: _highway,
    ops.Maxout: _maxout,
    ops.SReLU: _elementwise("t_left", "a_left", "t_right", "a_right"),
    ops.ParametricSoftplus: _elementwise("alpha", "beta"),
    ops.Recurrent: _recurrent,
    ops.ConvRecurrent: _conv_recurrent,
    ops.Bidirectional: _bidirectional,
    ops.Mapped: lambda op, inputs: weights_of(op.inner, unmapped(inputs)),
}
