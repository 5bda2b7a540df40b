"""What the tables of several families have in common.

Source: keras/legacy/interfaces.py at 2.2.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

KERNEL_RENAMED = {
    "init": "kernel_initializer", "bias": "use_bias",
    "W_regularizer": "kernel_regularizer", "b_regularizer": "bias_regularizer",
    "W_constraint": "kernel_constraint", "b_constraint": "bias_constraint",
}  # fmt: skip
ORDERING_RENAMED = {"dim_ordering": "data_format"}
WINDOW_RENAMED = {"border_mode": "padding", "subsample": "strides", "subsample_length": "strides"}

KERNEL_DEFAULTS: dict[str, Any] = {
    "use_bias": True, "kernel_initializer": "glorot_uniform", "bias_initializer": "zeros",
    "kernel_regularizer": None, "bias_regularizer": None, "activity_regularizer": None,
    "kernel_constraint": None, "bias_constraint": None,
}  # fmt: skip

ACTIVATIONS = frozenset({
    "linear", "relu", "softmax", "sigmoid", "tanh", "hard_sigmoid", "softplus", "softsign", "elu", "selu",
    "exponential", "swish", "gelu",
})  # fmt: skip


def is_word_of_initializer(positional: tuple[Any, ...], era: str) -> bool:
    """Whether the second argument is Keras 1's `init`, where Keras 2 takes an activation."""
    if era == "tf" or len(positional) < 2:
        return False
    return not (isinstance(positional[1], str) and positional[1] in ACTIVATIONS) and isinstance(positional[1], str)


def is_row_by_row(positional: tuple[Any, ...], era: str) -> bool:
    """Whether the sizes of a kernel stand one by one, as Keras 1 wanted them, and Keras 2 until 2.3 still took them."""
    return era != "tf" and len(positional) > 2 and not any(_is_row(value) for value in positional[1:3])


def _is_row(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
