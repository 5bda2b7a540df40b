"""TimeDistributed: one operation on every slice along the first axis of a sample."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dimorder.errors import Refused
from dimorder.semantics import Mapped
from dimorder.steps import Array

Function = Callable[[Any, Sequence[Array], Sequence[Array]], Array]


def each_slice(table: Mapping[type, Function]) -> Function:
    """What computes a Mapped: values (N, T, ..) as batches of N·T slices, with what `table` holds for these.

    Source: keras/layers/wrappers.py TimeDistributed.call at 1.2.2 and 2.3.1, where no batch size is stated.
    """

    def mapped(op: Mapped, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
        function = table.get(type(op.inner))
        if function is None:
            raise Refused(f"{type(op.inner).__name__} inside a TimeDistributed has no value of its own")
        count, steps = inputs[0].shape[:2]
        slices = [batch.reshape(count * steps, *batch.shape[2:]) for batch in inputs]
        found = function(op.inner, slices, weights)
        return found.reshape(count, steps, *found.shape[1:])

    return mapped
