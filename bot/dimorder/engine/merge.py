"""Several values to one: elementwise, joined along an axis, or contracted sample by sample."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce

import numpy as np

from dimorder.semantics import Merge
from dimorder.steps import Array

KERAS_EPSILON = 1e-7
"""K.epsilon() of Keras 1 and 2."""
NORM_EPSILON = 1e-12
"""The smallest squared length of l2_normalize in TensorFlow and Keras 3."""


def merge(op: Merge, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """One value from batches (N, ..), by op.mode.

    A shorter sample gets axes of length one in front, behind the batch axis (Keras 2 _Merge).
    Source: keras 1.2.2 engine/topology.py Merge.call, keras 2.3.1 layers/merge.py.
    """
    if op.mode == "concat":
        assert op.axis is not None
        return np.concatenate(inputs, op.axis + 1)
    if op.mode == "dot":
        return _dot(op, inputs)
    if op.mode == "cos":
        return _cosine(op, inputs)
    rank = max(batch.ndim for batch in inputs)
    aligned = [_raised(batch, rank) for batch in inputs]
    if op.mode == "ave":
        return reduce(np.add, aligned) / len(aligned)
    return reduce(ELEMENTWISE[op.mode], aligned)


ELEMENTWISE: dict[str, Callable[[Array, Array], Array]] = {
    "sum": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "max": np.maximum,
    "min": np.minimum,
}


def _dot(op: Merge, inputs: Sequence[Array]) -> Array:
    assert op.dot_axes is not None
    left, right = inputs
    if op.normalize:
        left, right = map(_unit, inputs, op.dot_axes)
    return batch_dot(left, right, op.dot_axes)


def _cosine(op: Merge, inputs: Sequence[Array]) -> Array:
    """Keras 1: the dot product over the root of both squares, in front an axis of length one.

    On matrices the squares are matrices too, and this is not a cosine; it is what Keras 1 computes.
    """
    assert op.dot_axes is not None
    left, right = inputs
    squares = batch_dot(left, left, op.dot_axes) * batch_dot(right, right, op.dot_axes)
    divisor = np.maximum(np.sqrt(squares), KERAS_EPSILON)
    return np.expand_dims(batch_dot(left, right, op.dot_axes) / divisor, 1)


def batch_dot(left: Array, right: Array, axes: tuple[tuple[int, ...], tuple[int, ...]]) -> Array:
    """Sample by sample, the sum over pairs of axes (counted without batch): K.batch_dot.

    Yields (N, other axes of left, other axes of right), or (N, 1) when none are left.
    """
    labels_left = list(range(1, left.ndim))
    labels_right = list(range(left.ndim, left.ndim + right.ndim - 1))
    for one, other in zip(*axes, strict=True):
        labels_right[other] = labels_left[one]
    shared = set(labels_left) & set(labels_right)
    kept = [label for label in labels_left + labels_right if label not in shared]
    result: Array = np.einsum(
        left, [0, *labels_left], right, [0, *labels_right], [0, *kept], optimize=True
    )
    return result if kept else result[:, None]


def _unit(batch: Array, axes: tuple[int, ...]) -> Array:
    squares = np.square(batch).sum(tuple(axis + 1 for axis in axes), keepdims=True)
    lengths: Array = np.sqrt(np.maximum(squares, NORM_EPSILON))
    return batch / lengths


def _raised(batch: Array, rank: int) -> Array:
    return batch.reshape(len(batch), *(1,) * (rank - batch.ndim), *batch.shape[1:])
