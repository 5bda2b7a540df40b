"""Products with a matrix or a table over the last axis, and what is built of them."""

from __future__ import annotations

from dataclasses import dataclass

from dimorder.semantics.activation import Activate
from dimorder.semantics.sizes import Shape


@dataclass(frozen=True, slots=True)
class Dense:
    """Product over the last axis: x @ kernel (inputs, units) + bias (units,)."""

    units: int
    use_bias: bool


@dataclass(frozen=True, slots=True)
class Embedding:
    """Rows of a table (input_dim, output_dim) picked by token."""

    input_dim: int
    output_dim: int
    mask_zero: bool = False


@dataclass(frozen=True, slots=True)
class Einsum:
    """numpy.einsum of a batch with a kernel, then a bias: Keras 3's EinsumDense.

    equation:  `bpi,pio->bpo`; b stands for the batch. bias_axes: letters of the bias, "" for none.
    output:    shape of its value, without batch.
    Arrays: kernel (sizes of its letters), bias.
    """

    equation: str
    output: Shape
    bias_axes: str = ""


@dataclass(frozen=True, slots=True)
class Highway:
    """t * activation(x @ kernel + bias) + (1 - t) * x with t = sigmoid(x @ carry kernel + carry bias).

    Arrays: kernel (n, n), kernel_carry (n, n), bias (n,), bias_carry (n,), however the file orders them.
    """

    activation: Activate
    use_bias: bool


@dataclass(frozen=True, slots=True)
class Maxout:
    """The largest of `features` products: max over k of x @ kernel[k] + bias[k].

    Arrays: kernel (features, inputs, units), bias (features, units).
    """

    units: int
    features: int
    use_bias: bool
