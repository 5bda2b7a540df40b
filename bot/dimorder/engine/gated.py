"""Products that Keras 1 had and Keras 3 has not: Highway, MaxoutDense."""

from __future__ import annotations

from collections.abc import Sequence

from dimorder.engine.activation import activate
from dimorder.semantics import Activate, Highway, Maxout
from dimorder.steps import Array


def highway(op: Highway, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """t * activation(x @ kernel + bias) + (1 - t) * x of a batch x (N, n), with t the sigmoid of the carry's product.

    weights: kernel (n, n), kernel_carry (n, n) and, with op.use_bias, bias (n,), bias_carry (n,).
    Source: keras 1.0.8 and 1.2.2 layers/core.py Highway.call.
    """
    (x,) = inputs
    kernel, carry, *biases = weights
    product, gate = x @ kernel, x @ carry
    if op.use_bias:
        product, gate = product + biases[0], gate + biases[1]
    through = activate(Activate("sigmoid"), [gate], [])
    passed: Array = through * activate(op.activation, [product], []) + (1 - through) * x
    return passed


def maxout(op: Maxout, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """The largest of op.features products of a batch (N, inputs): (N, units).

    weights: kernel (features, inputs, units) and, with op.use_bias, bias (features, units).
    Source: keras 1.2.2 layers/core.py MaxoutDense.call.
    """
    kernel, *bias = weights
    products: Array = (inputs[0] @ kernel).swapaxes(0, 1)  # (N, features, units)
    largest: Array = (products + bias[0] if op.use_bias else products).max(1)
    return largest
