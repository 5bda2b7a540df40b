"""Arithmetic expressions of each element."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from dimorder.engine.activation import FUNCTIONS
from dimorder.semantics import Activate, ActivationKind, Formula, Term
from dimorder.steps import Array

_ACTIVATIONS: dict[str, ActivationKind] = {
    "relu": "relu", "tanh": "tanh", "sigmoid": "sigmoid", "softplus": "softplus", "exp": "exponential",
}  # fmt: skip
_OPERATORS: dict[str, Callable[[Array, Array], Array]] = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "pow": np.power,
    "maximum": np.maximum, "minimum": np.minimum,
}  # fmt: skip


def formula(op: Formula, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """The expression's value for every element of (N, ..), in the floating type of the batch."""
    return _value(op.term, inputs[0])


def _value(term: Term, x: Array) -> Array:
    kind, *parts = term
    if kind == "x":
        return x
    if kind == "number":
        return np.asarray(parts[0], x.dtype)
    values = [_value(part, x) if isinstance(part, tuple) else np.asarray(part, x.dtype) for part in parts]
    if kind == "abs":
        return np.abs(values[0])
    if kind == "square":
        return np.square(values[0])
    if kind in _ACTIVATIONS:
        activation = Activate(_ACTIVATIONS[str(kind)])
        return FUNCTIONS[activation.kind](activation, values[0])
    return _OPERATORS[str(kind)](*values)
