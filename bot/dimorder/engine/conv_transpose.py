"""Transposed convolution over 1, 2 or 3 axes: every element spreads one kernel over its surroundings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dimorder.engine.maps import channels_last, every, stored
from dimorder.layout import SPATIAL, permutation
from dimorder.semantics import ConvTranspose, spatial
from dimorder.shapes import output_shape
from dimorder.steps import Array
from dimorder.windows import transposed_start

Sizes = tuple[int, ...]


def conv_transpose(op: ConvTranspose, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """Transposed convolution of a batch, as the stated backend computes it.

    inputs:  one batch, (N, C, spatial..) or (N, spatial.., C) by op.channels.
    weights: kernel with the axes of op.axes, then bias (O,) if op.use_bias.
    Source: theano/tensor/nnet/abstract_conv.py (AbstractConv_gradInputs, filter_flip), keras 1.2.2 and 2.3.1
    theano_backend.deconv2d, conv2d_transpose and conv3d_transpose, traps 30.
    """
    batch = channels_last(inputs[0], op.channels)
    lengths = _lengths(op, inputs[0].shape[1:])
    starts = _starts(op, batch.shape[1:-1], lengths)
    whole = _whole(op, batch, spreading_kernel(op, weights[0]), starts, lengths)
    window = tuple(slice(start, start + length) for start, length in zip(starts, lengths, strict=True))
    out = whole[(slice(None), *window)]
    return stored(out + weights[1] if op.use_bias else out, op.channels)


def spreading_kernel(op: ConvTranspose, kernel: Array) -> Array:
    """The stored kernel with axes spatial.., I, O; spatial axes flipped if op belongs to a convolution."""
    assert op.orientation != "unset"
    kernel = kernel.transpose(permutation(op.axes, SPATIAL[op.rank] + "IO"))
    return np.flip(kernel, tuple(range(op.rank))) if op.orientation == "convolution" else kernel


def _lengths(op: ConvTranspose, shape: Sizes) -> Sizes:
    found = spatial(op.rank, op.channels, output_shape(op, (shape,)))
    return tuple(size for size in found if size is not None)


def _starts(op: ConvTranspose, sizes: Sizes, lengths: Sizes) -> Sizes:
    axes = zip(sizes, op.kernel_size, op.strides, lengths, strict=True)
    return tuple(transposed_start(size, k, stride, length, op.padding) for size, k, stride, length in axes)


def _whole(op: ConvTranspose, batch: Array, kernel: Array, starts: Sizes, lengths: Sizes) -> Array:
    """All that the elements spread, (N, spatial.., O), with zeros behind as far as the output reaches."""
    sizes = batch.shape[1:-1]
    spread = [(n - 1) * s + k for n, s, k in zip(sizes, op.strides, op.kernel_size, strict=True)]
    reached = [max(n, start + length) for n, start, length in zip(spread, starts, lengths, strict=True)]
    whole = np.zeros((len(batch), *reached, op.filters), batch.dtype)
    for offsets in np.ndindex(op.kernel_size):
        places = map(every, offsets, sizes, op.strides)
        whole[(slice(None), *places)] += batch @ kernel[offsets]
    return whole
