"""Elementwise functions, softmax along an axis, and PReLU with its learned slopes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from dimorder.semantics import Activate, ActivationKind, PReLU
from dimorder.steps import Array

SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805


def activate(op: Activate, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """The function named by op.kind of every element of (N, ..); softmax along op.axis.

    Source: keras 2.3.1 theano_backend.py and advanced_activations.py; keras 3 activations.
    """
    return FUNCTIONS[op.kind](op, inputs[0])


def prelu(op: PReLU, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """max(x, 0) + alpha * min(x, 0); alpha (sample's shape, 1 on shared axes) for x (N, ..)."""
    (batch,), (alpha,) = inputs, weights
    result: Array = np.maximum(batch, 0) + alpha * np.minimum(batch, 0)
    return result


def _relu(op: Activate, x: Array) -> Array:
    positive: Array = np.maximum(x, 0)
    return positive if op.max_value is None else np.minimum(positive, op.max_value)


def _softmax(op: Activate, x: Array) -> Array:
    axis = -1 if op.axis is None else op.axis + 1
    powers = np.exp(x - x.max(axis, keepdims=True))
    result: Array = powers / powers.sum(axis, keepdims=True)
    return result


def _sigmoid(op: Activate, x: Array) -> Array:
    small = np.exp(-np.abs(x))  # never overflows
    return np.where(x >= 0, 1 / (1 + small), small / (1 + small))


def _elu(op: Activate, x: Array) -> Array:
    return np.where(x > 0, x, op.alpha * np.expm1(np.minimum(x, 0)))


def _selu(op: Activate, x: Array) -> Array:
    result: Array = SELU_SCALE * np.where(x > 0, x, SELU_ALPHA * np.expm1(np.minimum(x, 0)))
    return result


def _gelu(op: Activate, x: Array) -> Array:
    erf = np.vectorize(math.erf, otypes=[x.dtype])
    result: Array = 0.5 * x * (1 + erf(x / math.sqrt(2)))
    return result


FUNCTIONS: dict[ActivationKind, Callable[[Activate, Array], Array]] = {
    "linear": lambda op, x: x,
    "relu": _relu,
    "softmax": _softmax,
    "sigmoid": _sigmoid,
    "tanh": lambda op, x: np.tanh(x),
    "hard_sigmoid": lambda op, x: np.clip(op.slope * x + 0.5, 0, 1),
    "softplus": lambda op, x: np.logaddexp(x, 0),
    "softsign": lambda op, x: x / (1 + np.abs(x)),
    "elu": _elu,
    "selu": _selu,
    "exponential": lambda op, x: np.exp(x),
    "leaky_relu": lambda op, x: np.where(x > 0, x, op.alpha * x),
    "thresholded_relu": lambda op, x: np.where(x > op.theta, x, 0),
    "thresholded_linear": lambda op, x: np.where(np.abs(x) < op.theta, 0, x),
    "swish": lambda op, x: x * _sigmoid(op, x),
    "gelu": _gelu,
}
