"""Locally connected layers: a kernel of its own at every position; and the windows and products they are built from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dimorder.engine.maps import channels_last, stored
from dimorder.semantics import Einsum, LocallyConnected, Patches
from dimorder.steps import Array


def locally_connected(op: LocallyConnected, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """Products of each window with the kernel at its position; kernels are never flipped.

    inputs:  one batch, (N, C, spatial..) or (N, spatial.., C) by op.channels.
    weights: kernel (positions, elements, filters), then bias (positions.., filters) if op.use_bias.
    Source: keras local.py at 1.2.2, theano_backend.local_conv2d and bias_add at 2.3.1.
    """
    windows = _windows(channels_last(inputs[0], op.channels), op.kernel_size, op.strides)
    batch, *places = windows.shape[: op.rank + 1]
    if op.channels == "first":
        windows = np.moveaxis(windows, -1, op.rank + 1)
    flat = windows.reshape(batch, weights[0].shape[0], weights[0].shape[1])
    products = np.matmul(flat.transpose(1, 0, 2), weights[0]).transpose(1, 0, 2)
    out = products.reshape(batch, *places, op.filters)
    return stored(out + _bias(op, weights[1]) if op.use_bias else out, op.channels)


def _bias(op: LocallyConnected, bias: Array) -> Array:
    """(positions.., filters) as it is added: Keras reads a channels-first one as (filters, positions..)."""
    if op.channels != "first":
        return bias
    return np.moveaxis(bias.reshape(bias.shape[-1], *bias.shape[:-1]), 0, -1)


def patches(op: Patches, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """Windows of a batch (N, spatial.., C) as (N, positions, elements); elements run spatial.., channel."""
    windows = _windows(inputs[0], op.kernel_size, op.strides)
    batch, *places = windows.shape[: op.rank + 1]
    return windows.reshape(batch, int(np.prod(places)), -1)


def einsum(op: Einsum, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """Keras 3's EinsumDense without activation. Source: keras/src/layers/core/einsum_dense.py at 3.15.1."""
    product: Array = np.einsum(op.equation, inputs[0], weights[0], optimize=True)
    return product + weights[1] if op.bias_axes else product


def _windows(batch: Array, kernel: tuple[int, ...], strides: tuple[int, ...]) -> Array:
    """A batch (N, spatial.., C) as a view (N, positions.., kernel.., C)."""
    rank = len(kernel)
    views = np.lib.stride_tricks.sliding_window_view(batch, kernel, tuple(range(1, rank + 1)))
    every = (slice(None), *(slice(None, None, stride) for stride in strides))
    return np.moveaxis(views[every], rank + 1, -1)
