"""SimpleRNN, LSTM and GRU, and two of them in opposite directions.

Source: keras/layers/recurrent.py at 1.2.2 (step) and 2.3.1 (cells), backend/theano_backend.py rnn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from dimorder.cudnn import plain_steps
from dimorder.engine.activation import activate
from dimorder.semantics import Activate, Bidirectional, Recurrent
from dimorder.steps import Array, apply

States = tuple[Array, ...]
Step = Callable[[Array, States], States]
"""From what the kernel makes of one step (N, gates*units), and the states (N, units), to new states; [0] is yielded."""


def recurrent(op: Recurrent, inputs: Sequence[Array], weights: Sequence[Array], mask: Array | None = None) -> Array:
    """Sequences (N, steps, inputs) to (N, steps, units), or the last of these (N, units).

    weights: kernel, recurrent kernel, bias as `semantics.Recurrent` states them.
    mask: (N, steps), False where a step is passed over: it repeats what was yielded before (zeros at first).
    """
    (batch,) = inputs
    kernel, inner, *bias = _plain(op, weights)
    first, second = _biases(op, bias)
    products = batch @ kernel + first
    step = _STEPS[op.kind](op, inner, second)
    count = batch.shape[1]
    states: States = (np.zeros((len(batch), op.units), batch.dtype),) * (2 if op.kind == "lstm" else 1)
    yielded: list[Array] = []
    for number in reversed(range(count)) if op.backwards else range(count):
        found = step(products[:, number], states)
        if mask is not None:
            heeded = mask[:, number, None]
            found = tuple(np.where(heeded, new, old) for new, old in zip(found, states, strict=True))
        states = found
        yielded.append(states[0])
    return np.stack(yielded, axis=1) if op.sequences else states[0]


def _plain(op: Recurrent, weights: Sequence[Array]) -> list[Array]:
    if not op.cudnn:
        return list(weights)
    roles = ("kernel", "recurrent", "bias")
    return [apply(plain_steps(op, role, w.shape), w) for role, w in zip(roles, weights, strict=True)]


def bidirectional(
    op: Bidirectional, inputs: Sequence[Array], weights: Sequence[Array], mask: Array | None = None
) -> Array:
    """Both halves on (N, steps, inputs), merged; the second one's sequence turned round again."""
    half = len(weights) // 2
    turned = replace(op.inner, backwards=not op.inner.backwards)
    ahead = recurrent(op.inner, inputs, weights[:half], mask)
    back = recurrent(turned, inputs, weights[half:], mask)
    return _merged(op, ahead, back[:, ::-1] if op.inner.sequences else back)


def _merged(op: Bidirectional, ahead: Array, back: Array) -> Array:
    if op.merge == "concat":
        return np.concatenate((ahead, back), axis=-1)
    if op.merge == "mul":
        product: Array = ahead * back
        return product
    total: Array = ahead + back
    return total / 2 if op.merge == "ave" else total


def _biases(op: Recurrent, bias: list[Array]) -> tuple[Array | float, Array | float]:
    """What is added to the kernel's product, and to the recurrent one."""
    if not bias:
        return 0.0, 0.0
    return (bias[0][0], bias[0][1]) if op.reset_after else (bias[0], 0.0)


def _apply(op: Activate, x: Array) -> Array:
    return activate(op, [x], [])


def _simple(op: Recurrent, inner: Array, bias: Array | float) -> Step:
    def step(x: Array, states: States) -> States:
        return (_apply(op.activation, x + states[0] @ inner),)

    return step


def _lstm(op: Recurrent, inner: Array, bias: Array | float) -> Step:
    """Gates i, f, c, o."""

    def step(x: Array, states: States) -> States:
        hidden, cell = states
        i, f, c, o = np.split(x + hidden @ inner, 4, axis=-1)
        cell = _apply(op.gate, f) * cell + _apply(op.gate, i) * _apply(op.activation, c)
        return _apply(op.gate, o) * _apply(op.activation, cell), cell

    return step


def _gru(op: Recurrent, inner: Array, bias: Array | float) -> Step:
    """Gates z, r, h; the reset gate scales the state, or (reset_after) its product."""
    both = 2 * op.units

    def step(x: Array, states: States) -> States:
        (hidden,) = states
        if op.reset_after:
            product = hidden @ inner + bias
            z, r = (_apply(op.gate, part) for part in np.split(x[:, :both] + product[:, :both], 2, axis=-1))
            candidate = x[:, both:] + r * product[:, both:]
        else:
            z, r = (_apply(op.gate, part) for part in np.split(x[:, :both] + hidden @ inner[:, :both], 2, axis=-1))
            candidate = x[:, both:] + (r * hidden) @ inner[:, both:]
        return (z * hidden + (1 - z) * _apply(op.activation, candidate),)

    return step


_STEPS: dict[str, Callable[[Recurrent, Array, Array | float], Step]] = {"simple": _simple, "lstm": _lstm, "gru": _gru}
