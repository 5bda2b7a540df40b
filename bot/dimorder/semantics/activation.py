"""Functions of each element, with arrays of their own or without; softmax, which is one of an axis."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from dimorder.semantics.sizes import MaybeOrientation


@dataclass(frozen=True, slots=True)
class PReLU:
    """max(x, 0) + alpha * min(x, 0); alpha has the sample's shape, with 1 on shared axes (counted without batch).

    shared_axes: None where the configuration leaves them out, as Keras 1.2 did: then the arrays tell.
    """

    shared_axes: tuple[int, ...] | None = ()


ActivationKind = Literal[
    "linear", "relu", "softmax", "sigmoid", "tanh", "hard_sigmoid", "softplus", "softsign", "elu", "selu",
    "exponential", "leaky_relu", "thresholded_relu", "thresholded_linear", "swish", "gelu",
]  # fmt: skip
SQUASHING: frozenset[str] = frozenset({"softmax", "sigmoid", "tanh", "hard_sigmoid"})


@dataclass(frozen=True, slots=True)
class Activate:
    """An elementwise function, or softmax over one axis.

    axis:  of softmax only, counted without batch; None stands for the last.
    alpha: slope of leaky_relu, scale of elu.
    theta: threshold of thresholded_relu (nothing up to it) and thresholded_linear (nothing between -theta and theta).
    max_value: of relu, None without.
    slope: of hard_sigmoid, clip(slope*x + 0.5, 0, 1): 0.2 until Keras 2, 1/6 in Keras 3 (layout-facts 9).
    """

    kind: ActivationKind
    axis: int | None = None
    alpha: float = 0.0
    theta: float = 0.0
    max_value: float | None = None
    slope: float = 0.2


@dataclass(frozen=True, slots=True)
class Scale:
    """x * factor."""

    factor: float


@dataclass(frozen=True, slots=True)
class SReLU:
    """S-shaped rectifier of Keras 1, four numbers for every element (1 on shared axes, counted without batch).

    Arrays: t_left, a_left, t_right, a_right; right threshold = t_left + |t_right|.
    shared_axes: as PReLU's.
    orientation: whose order of clipping and slope (traps 24): "convolution" Theano's, "correlation" TensorFlow's.
    """

    shared_axes: tuple[int, ...] | None = ()
    orientation: MaybeOrientation = "unset"


@dataclass(frozen=True, slots=True)
class ParametricSoftplus:
    """alpha * log(1 + exp(beta * x)), two numbers for every element (1 on shared axes). Arrays: alpha, beta.

    shared_axes: as PReLU's.
    """

    shared_axes: tuple[int, ...] | None = ()


Term: TypeAlias = "tuple[str | float | Term, ...]"


@dataclass(frozen=True, slots=True)
class Formula:
    """An arithmetic expression of each element: what the user says a Lambda computes, or a Rescaling with an offset.

    text: as it was stated. term: the same as a tree, ("x",), ("number", 2.0), ("add", term, term), ("relu", term), …;
          see `formula.parse` for all of them. Two formulas are equal if their trees are.
    """

    text: str = field(compare=False)
    term: Term
