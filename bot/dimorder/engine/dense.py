"""Products with a table of numbers: Dense by rows, Embedding by token."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dimorder.errors import Refused
from dimorder.semantics import Dense, Embedding
from dimorder.steps import Array


def dense(op: Dense, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """x (N, .., inputs) @ kernel (inputs, units) + bias (units,): over the last axis."""
    product: Array = inputs[0] @ weights[0]
    return product + weights[1] if op.use_bias else product


def embedding(op: Embedding, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """Rows of embeddings (input_dim, output_dim) picked by tokens (N, ..), which may be floats.

    A fraction is cut off, as K.cast(x, "int32") does. A token outside the table is refused: there
    backends disagree (an error, zeros, counting from the end).
    """
    (tokens,), (table,) = inputs, weights
    inside = (tokens > -1) & (tokens < len(table))
    if not inside.all():
        raise Refused(
            f"token {tokens[~inside][0]:g} is outside the embedding's table of {len(table)} rows",
            hint=f"feed tokens from 0 to {len(table) - 1}",
        )
    return table[tokens.astype(np.int64)]
