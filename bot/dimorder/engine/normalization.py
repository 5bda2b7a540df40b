"""Batch normalisation at prediction time, in every formula that Keras has used."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dimorder.semantics import BatchNorm, ElementNorm
from dimorder.steps import Array


def batch_norm(op: BatchNorm, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """gamma * (x - mean) / divisor + beta along op.axis of (N, ..), by Keras 1's mode.

    weights: gamma if op.scale, beta if op.center, mean, statistic; each (shape[axis],).
    Source: layout-facts 2a; keras 1.0.8 and 1.2.2 normalization.py (modes 1 and 2).
    """
    (batch,) = inputs
    # Keras 1 gave gamma and beta of mode 1 no axis: they lie along the last one.
    axis = batch.ndim - 1 if op.mode == 1 else op.axis + 1
    arrays = [_along(axis, array, batch.ndim) for array in weights]
    normed = _normed(op, batch, *arrays[-2:])
    if op.scale:
        normed *= arrays[0]
    if op.center:
        normed += arrays[int(op.scale)]
    return normed


def element_norm(op: ElementNorm, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """gamma * (x - mean) / (std + epsilon) + beta of (N, ..); weights in that order of a sample's shape."""
    (batch,) = inputs
    gamma, beta, mean, std = weights
    return gamma * ((batch - mean) / (std + op.epsilon)) + beta


def _normed(op: BatchNorm, batch: Array, mean: Array, statistic: Array) -> Array:
    if op.mode == 0:
        return (batch - mean) / _divisor(op, statistic, op.statistic == "std")
    if op.mode == 1:
        mean, variance = _moments(batch, (batch.ndim - 1,))
        return (batch - mean) / (np.sqrt(variance + op.epsilon) + op.epsilon)
    others = tuple(axis for axis in range(batch.ndim) if axis != op.axis + 1)
    mean, variance = _moments(batch, others)
    return (batch - mean) / _divisor(op, variance, is_std=False)


def _divisor(op: BatchNorm, statistic: Array, is_std: bool) -> Array:
    assert "unset" not in (op.formula, op.statistic), "infer.settle comes before computing"
    if op.formula == "sqrt(v+e)":
        return np.sqrt((np.square(statistic) if is_std else statistic) + op.epsilon)
    return (statistic if is_std else np.sqrt(statistic)) + op.epsilon


def _moments(batch: Array, axes: tuple[int, ...]) -> tuple[Array, Array]:
    return batch.mean(axes, keepdims=True), batch.var(axes, keepdims=True)


def _along(axis: int, array: Array, rank: int) -> Array:
    """A vector as an array of `rank` axes that lies along `axis`."""
    return array.reshape([-1 if position == axis else 1 for position in range(rank)])
