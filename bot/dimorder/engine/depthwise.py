"""Convolutions of every channel on its own, alone or followed by a mixing of the channels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dimorder.engine.maps import channels_last, every, pad, positions, stored
from dimorder.layout import SPATIAL, permutation
from dimorder.semantics import Depthwise, Separable
from dimorder.steps import Array
from dimorder.windows import conv_pads, effective


def depthwise(op: Depthwise, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """Every channel's own correlations: output channel = channel * multiplier + m.

    inputs:  one batch, (N, C, spatial..) or (N, spatial.., C) by op.channels.
    weights: kernel with the axes of op.axes (HWIM), then bias (channels * multiplier,) if op.use_bias.
    Source: keras 2.2.4 theano_backend.depthwise_conv2d, which flips the kernel for Theano to flip it back; traps 5.
    """
    out = _each_channel(op, channels_last(inputs[0], op.channels), weights[0])
    return stored(out + weights[1] if op.use_bias else out, op.channels)


def separable(op: Separable, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """Every channel's own correlations, then one product over all that they yield.

    weights: depthwise with the axes of op.axes, pointwise (HWIO, or OIHW where op.axes is MIHW), then bias (O,).
    """
    out = _each_channel(op, channels_last(inputs[0], op.channels), weights[0]) @ mixing(op, weights[1])
    return stored(out + weights[2] if op.use_bias else out, op.channels)


def mixing(op: Separable, pointwise: Array) -> Array:
    """The pointwise kernel as a matrix (channels * multiplier, filters)."""
    if op.axes.startswith("M"):
        return pointwise.reshape(op.filters, -1).T
    return pointwise.reshape(-1, op.filters)


def _each_channel(op: Depthwise | Separable, batch: Array, kernel: Array) -> Array:
    """Correlations (N, spatial.., channels * multiplier) of a batch (N, spatial.., channels), without bias."""
    sizes = batch.shape[1:-1]
    lengths = [effective(k, d) for k, d in zip(op.kernel_size, op.dilation, strict=True)]
    counts = positions(sizes, lengths, op.strides, op.padding)
    axes = zip(sizes, lengths, op.strides, strict=True)
    padded = pad(batch, [conv_pads(n, length, stride, op.padding) for n, length, stride in axes])
    kernel = kernel.transpose(permutation(op.axes, SPATIAL[op.rank] + "IM"))
    out = np.zeros((len(batch), *counts, batch.shape[-1], op.multiplier), batch.dtype)
    for offsets in np.ndindex(op.kernel_size):
        starts = (offset * step for offset, step in zip(offsets, op.dilation, strict=True))
        places = map(every, starts, counts, op.strides)
        out += padded[(slice(None), *places)][..., None] * kernel[offsets]
    return out.reshape(*out.shape[:-2], -1)
