"""Implicit masks while a graph is computed: made beside a value, heeded by the layers that know them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from dimorder import semantics as ops
from dimorder.engine.pooling import global_pool
from dimorder.engine.recurrent import bidirectional, recurrent
from dimorder.errors import Refused
from dimorder.graph import Node
from dimorder.masks import UNCLEAR, Carried, heeds, makes
from dimorder.semantics import GlobalPool, Masking, Op
from dimorder.steps import Array


def masking(op: Masking, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """x (N, steps, elements), zero in every step whose elements all equal op.value."""
    (batch,) = inputs
    result: Array = batch * steps_that_count(op, batch)[..., None].astype(batch.dtype)
    return result


def steps_that_count(op: Op, value: Array) -> Array:
    """The mask (N, steps) that an Embedding makes of tokens, or a Masking of a sequence, both as they are read."""
    ignored = op.value if isinstance(op, Masking) else 0
    differs: Array = np.not_equal(value, value.dtype.type(ignored))
    counted: Array = np.any(differs, axis=-1) if isinstance(op, Masking) else differs
    return counted


def mask_made(node: Node, inputs: Sequence[Array]) -> Mapping[str, Array]:
    """The mask that a node makes, by its name; nothing for all others."""
    return {node.name: steps_that_count(node.op, inputs[0])} if makes(node) else {}


def mask_for(node: Node, found: Carried, masks: Mapping[str, Array]) -> Array | None:
    """What the node heeds: the mask of what it reads; None where it reads none, or heeds none."""
    origin = found.get(node.inputs[0]) if heeds(node.op) else None
    if origin is None:
        return None
    if origin == UNCLEAR or type(node.op) not in _HEEDING:
        raise Refused("the mask that reaches it differs between versions of Keras")
    return masks[origin]


def masked(op: Op, inputs: Sequence[Array], weights: Sequence[Array], mask: Array) -> Array:
    """The value of an operation that heeds this mask."""
    return _HEEDING[type(op)](op, inputs, weights, mask)


def _mean(op: GlobalPool, inputs: Sequence[Array], weights: Sequence[Array], mask: Array) -> Array:
    """Mean over the steps that count. Source: keras/layers/pooling.py GlobalAveragePooling1D at 2.2.4 and 3.15.1."""
    if op.channels != "last":
        raise Refused("a mask reaches a mean over steps that lie last")
    (batch,) = inputs
    counted = mask[..., None].astype(batch.dtype)
    share = mask.sum(axis=1).astype(batch.dtype) / batch.shape[1]
    mean: Array = global_pool(op, [batch * counted], weights)
    average: Array = mean / share.reshape((-1,) + (1,) * (mean.ndim - 1))
    return average


_HEEDING: dict[type, Callable[[Any, Sequence[Array], Sequence[Array], Array], Array]] = {
    ops.Recurrent: recurrent,
    ops.Bidirectional: bidirectional,
    ops.GlobalPool: _mean,
}
