"""ConvLSTM2D: an LSTM whose products are convolutions.

Source: keras/layers/convolutional_recurrent.py at 1.2.2 (step) and 2.3.1 (ConvLSTM2DCell), conv_lstm.py at 3.15.1.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dimorder.engine.activation import activate
from dimorder.engine.conv import conv
from dimorder.semantics import ConvRecurrent, state_convolution, step_convolution
from dimorder.steps import Array

States = tuple[Array, Array]
"""What is yielded, and the cell: both (N, map)."""


def conv_recurrent(op: ConvRecurrent, inputs: Sequence[Array], weights: Sequence[Array]) -> Array:
    """Sequences of maps (N, steps, map) to (N, steps, map), or the last of these (N, map).

    weights: kernel, recurrent kernel, bias as `semantics.ConvRecurrent` states them.
    """
    (batch,) = inputs
    kernel, recurrent, *bias = weights
    samples, count = batch.shape[:2]
    flat = batch.reshape(samples * count, *batch.shape[2:])
    products = conv(step_convolution(op), [flat], [kernel, *bias])
    products = products.reshape(samples, count, *products.shape[1:])
    states = _zeros(op, products[:, 0])
    yielded: list[Array] = []
    for number in reversed(range(count)) if op.backwards else range(count):
        states = _step(op, products[:, number] + conv(state_convolution(op), [states[0]], [recurrent]), states[1])
        yielded.append(states[0])
    return np.stack(yielded, axis=1) if op.sequences else states[0]


def _axis(op: ConvRecurrent) -> int:
    """Where a batch of maps has its channels."""
    return 1 if op.channels == "first" else 3


def _zeros(op: ConvRecurrent, gates: Array) -> States:
    first, *_ = np.split(np.zeros_like(gates), 4, _axis(op))
    return first, first


def _step(op: ConvRecurrent, gates: Array, cell: Array) -> States:
    """gates: before activation, the maps of i, f, c, o side by side."""
    i, f, c, o = np.split(gates, 4, _axis(op))
    enter, keep, leave = (activate(op.gate, [one], []) for one in (i, f, o))
    cell = keep * cell + enter * activate(op.activation, [c], [])
    return leave * activate(op.activation, [cell], []), cell
