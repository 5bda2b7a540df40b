"""Layers that go over a sequence step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dimorder.semantics.activation import Activate
from dimorder.semantics.convolution import Conv
from dimorder.semantics.sizes import MaybeChannels, MaybeOrientation, Padding


@dataclass(frozen=True, slots=True)
class Masking:
    """Steps whose elements all equal `value` become zero, and are passed over by the recurrent layers behind."""

    value: float = 0.0


@dataclass(frozen=True, slots=True)
class Recurrent:
    """SimpleRNN, LSTM or GRU over (steps, inputs).

    activation:  of the state. gate: of the gates (slope of hard_sigmoid included); unused by "simple".
    sequences:   yields (steps, units), else the last (units,).
    backwards:   reads from the end; a sequence comes out in that order.
    reset_after: of GRU, the reset gate applied after the recurrent product; its bias is then (2, 3*units).
    stateful:    a batch goes on from the states that the one before it left; values here are those of a first batch.
    cudnn:       arrays lie as CuDNN keeps them (`dimorder.cudnn`); the bias is then (2*gates*units,).
    Gates lie side by side in the last axis of every array: LSTM i, f, c, o; GRU z, r, h.
    Arrays: kernel (inputs, gates*units), recurrent (units, gates*units), bias (gates*units,).
    """

    kind: Literal["simple", "lstm", "gru"]
    units: int
    activation: Activate
    gate: Activate
    use_bias: bool = True
    sequences: bool = False
    backwards: bool = False
    reset_after: bool = False
    stateful: bool = False
    cudnn: bool = False


@dataclass(frozen=True, slots=True)
class ConvRecurrent:
    """ConvLSTM2D over (steps, map).

    padding: of the convolution over the input. recurrent_padding: of that over the state, always a 'same', without
             strides or dilation.
    axes:    of kernel and recurrent kernel, O holding the four gates i, f, c, o side by side.
    Arrays: kernel, recurrent, bias (4*filters,).
    """

    filters: int
    kernel_size: tuple[int, ...]
    strides: tuple[int, ...]
    dilation: tuple[int, ...]
    padding: Padding
    recurrent_padding: Padding
    channels: MaybeChannels
    use_bias: bool
    activation: Activate
    gate: Activate
    sequences: bool = False
    backwards: bool = False
    axes: str = ""
    orientation: MaybeOrientation = "unset"
    stateful: bool = False

    @property
    def rank(self) -> int:
        """Spatial axes of the map that each step is."""
        return 2


@dataclass(frozen=True, slots=True)
class Bidirectional:
    """`inner` forwards and, with arrays of its own, backwards; a backward sequence is turned round again.

    inner:  as it runs forwards. merge: what becomes of the two values, concatenated along the last axis of a vector
            or sequence (the channels of maps are not merged here).
    Arrays: those of the forward half, then those of the backward half; roles `forward kernel`, `backward kernel`, …
    """

    inner: Recurrent
    merge: Literal["concat", "sum", "mul", "ave"]


def step_convolution(op: ConvRecurrent) -> Conv:
    """What a ConvLSTM2D first does to the map of each step: all its gates side by side."""
    return Conv(
        2, 4 * op.filters, op.kernel_size, op.strides, op.dilation, op.padding, op.channels, op.use_bias, op.axes,
        op.orientation,
    )  # fmt: skip


def state_convolution(op: ConvRecurrent) -> Conv:
    """What a ConvLSTM2D adds to that, made of the map that the step before yielded."""
    return Conv(
        2, 4 * op.filters, op.kernel_size, (1, 1), (1, 1), op.recurrent_padding, op.channels, False, op.axes,
        op.orientation,
    )  # fmt: skip
