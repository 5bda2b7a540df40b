"""Operations that only rearrange, repeat, pass on or scale what they read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dimorder.semantics import Flatten, Identity, Permute, Repeat, Reshape, Scale
from dimorder.steps import Array


def flatten(op: Flatten, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """(N, ..) to (N, elements); channels "first" reads the first axis of a sample as the last.

    Source: keras 2.2.0 layers/core.py; also for sequences (traps 17, 18).
    """
    (batch,) = inputs
    if op.channels == "first" and batch.ndim > 1:
        batch = np.moveaxis(batch, 1, -1)
    return batch.reshape(len(batch), -1)


def reshape(op: Reshape, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """The same elements of each sample, in the same order, as op.target; one size may be -1."""
    return inputs[0].reshape(len(inputs[0]), *op.target)


def permute(op: Permute, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """Axes of each sample in the order op.order, counted without batch."""
    return inputs[0].transpose(0, *(axis + 1 for axis in op.order))


def repeat(op: Repeat, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """(N, f) to (N, times, f)."""
    return inputs[0][:, None].repeat(op.times, 1)


def identity(op: Identity, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """What was read: the layer acts in training only."""
    return inputs[0]


def scale(op: Scale, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """x * op.factor."""
    return inputs[0] * op.factor
