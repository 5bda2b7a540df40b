"""Activations of Keras 1 whose parameters were learned, some for every element."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dimorder.semantics import ParametricSoftplus, SReLU
from dimorder.steps import Array


def srelu(op: SReLU, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """A batch (N, ..) with slope a_left below t_left, 1 up to t_left + |t_right|, and a_right above.

    weights: t_left, a_left, t_right, a_right, each of the sample's shape, 1 on shared axes.
    Below t_left Theano clips after the slope is applied, TensorFlow before: with a negative a_left the former
    never yields more than the right threshold (traps 24).
    Source: keras 1.2.2 advanced_activations.py SReLU.call, relu of both backends.
    """
    (x,) = inputs
    t_left, a_left, t_right, a_right = weights
    width = np.abs(t_right)
    above = x - t_left
    sloped, positive = a_left * np.minimum(above, 0), np.maximum(above, 0)
    if op.orientation == "convolution":
        middle = np.minimum(sloped + positive, width)
    else:
        middle = np.minimum(positive, width) + sloped
    result: Array = t_left + middle + a_right * np.maximum(x - (t_left + width), 0)
    return result


def parametric_softplus(op: ParametricSoftplus, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """alpha * log(1 + exp(beta * x)) of (N, ..); weights alpha, beta of the sample's shape, 1 on shared axes."""
    alpha, beta = weights
    result: Array = alpha * np.logaddexp(beta * inputs[0], 0)
    return result
