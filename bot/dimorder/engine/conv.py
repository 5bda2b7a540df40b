"""Convolution over 1, 2 or 3 spatial axes, as sums of matrix products."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
from numpy.lib.stride_tricks import as_strided

from dimorder.engine.maps import channels_last, every, pad, positions, stored
from dimorder.layout import SPATIAL, permutation
from dimorder.semantics import Conv
from dimorder.steps import Array
from dimorder.windows import conv_pads, effective

BLOCK_BYTES = 2 << 20
"""Input copied at once: a block stays in the second-level cache, and memory stays bounded."""
_LIFTED = {1: (0, 2), 2: (0,), 3: ()}
"""Where axes of length one make depth, height, width of each rank; a sequence becomes a column."""

Steps = tuple[int, ...]


def conv(op: Conv, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """Convolution of a batch, as the stated backend computes it.

    inputs:  one batch, (N, C, spatial..) or (N, spatial.., C) by op.channels.
    weights: kernel with the axes of op.axes, then bias (O,) if op.use_bias.
    Source: theano/tensor/nnet/abstract_conv.py (filter_flip), keras 1.2.2 theano_backend.conv2d.
    """
    batch = channels_last(inputs[0], op.channels)
    sizes = batch.shape[1:-1]
    lengths = [effective(k, d) for k, d in zip(op.kernel_size, op.dilation, strict=True)]
    counts = positions(sizes, lengths, op.strides, op.padding)
    axes = zip(sizes, lengths, op.strides, strict=True)
    pads = [conv_pads(n, length, s, op.padding) for n, length, s in axes]
    kernel = _packed(np.expand_dims(correlation_kernel(op, weights[0]), _LIFTED[op.rank]))
    out = np.empty((len(batch), *counts, op.filters), batch.dtype)
    out[...] = weights[1] if op.use_bias else 0
    for image, result in zip(batch, out, strict=True):
        _accumulate(op, pad(image[None], pads)[0], kernel, result)
    return stored(out, op.channels)


def correlation_kernel(op: Conv, kernel: Array) -> Array:
    """The stored kernel with axes spatial.., I, O; spatial axes flipped if op convolves.

    "1" in op.axes is the dummy axis of Keras 1's Conv1D kernels (OIL1, L1IO).
    """
    assert op.orientation != "unset"
    if "1" in op.axes:
        kernel = kernel.squeeze(op.axes.index("1"))
    kernel = kernel.transpose(permutation(op.axes.replace("1", ""), SPATIAL[op.rank] + "IO"))
    return np.flip(kernel, tuple(range(op.rank))) if op.orientation == "convolution" else kernel


def _accumulate(op: Conv, image: Array, kernel: Array, out: Array) -> None:
    """out (counts.., O) += correlation of a padded image (spatial.., I) with a lifted kernel."""
    lifted = _LIFTED[op.rank]
    image, out = np.expand_dims(image, lifted), np.expand_dims(out, lifted)
    strides, dilation = (_lift(steps, lifted) for steps in (op.strides, op.dilation))
    height, row_bytes = kernel.shape[1], out.shape[2] * kernel[0, 0, ..., 0].nbytes
    for plane, rows in product(range(len(out)), _blocks(out.shape[1], height, row_bytes)):
        for z, depth in enumerate(kernel):
            source = image[plane * strides[0] + z * dilation[0], rows.start * strides[1] :]
            _add_rows(out[plane, rows], source, depth, strides[1:], dilation[1:])


def _packed(kernel: Array) -> Array:
    """A kernel (D, H, W, I, O) of which every [d, h] is one matrix in memory, (W I, O) or (O, W I).

    Where the file keeps filters outermost they stay there: the product takes the transpose as it
    is, and moving filters inwards costs four times as much.
    """
    if kernel.strides[-1] > kernel.strides[-2]:
        return np.moveaxis(np.ascontiguousarray(np.moveaxis(kernel, -1, 2)), 2, -1)
    return np.ascontiguousarray(kernel)


def _add_rows(out: Array, plane: Array, kernel: Array, strides: Steps, dilation: Steps) -> None:
    """out (rows, W, O) += correlation of a plane (H, W, I) with a kernel (height, width, I, O).

    Windows are laid out along the width only, and shared by all rows of the kernel: a third of
    the copying that im2col needs for 3x3.
    """
    rows, columns, filters = out.shape
    height, width, channels = kernel.shape[:3]
    needed = (rows - 1) * strides[0] + (height - 1) * dilation[0] + 1
    down, right, last = plane.strides
    assert needed <= len(plane)
    assert (columns - 1) * strides[1] + (width - 1) * dilation[1] < plane.shape[1]
    spans = as_strided(
        plane,
        (needed, columns, width, channels),
        (down, right * strides[1], right * dilation[1], last),
    ).reshape(needed, columns, width * channels)
    flat = out.reshape(-1, filters)
    for row in range(height):
        lines = spans[every(row * dilation[0], rows, strides[0])]
        flat += lines.reshape(-1, width * channels) @ kernel[row].reshape(-1, filters)


def _blocks(rows: int, height: int, row_bytes: int) -> Iterator[slice]:
    """Slices of output rows whose input, with height - 1 rows more, is about BLOCK_BYTES."""
    step = max(height, BLOCK_BYTES // row_bytes - height + 1)
    for start in range(0, rows, step):
        yield slice(start, min(start + step, rows))


def _lift(steps: Steps, lifted: Steps) -> Steps:
    """Strides or dilation with 1 put in at the positions `lifted`."""
    left = iter(steps)
    return tuple(1 if axis in lifted else next(left) for axis in range(3))
