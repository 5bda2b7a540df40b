"""Where the 'same' of a layer that Theano computed is another than TensorFlow's, for the sizes that the layer reads.

Source: layout-facts 7 and 8; traps 1, 27 and 30.
"""

from __future__ import annotations

from collections.abc import Iterator

from dimorder.mapping import innermost
from dimorder.rules.padding import agree
from dimorder.semantics import (
    Conv,
    ConvRecurrent,
    ConvTranspose,
    Depthwise,
    Op,
    Padding,
    Pool,
    Separable,
    Shape,
    Size,
    spatial,
    state_convolution,
    step_convolution,
)
from dimorder.windows import effective, pool_pads, transposed_start, window_count

_Windowed = Conv | ConvTranspose | Depthwise | Pool | Separable
_WITH_WINDOWS = (Conv, ConvTranspose, Depthwise, Pool, Separable)
_SAME: Padding = "tf-same"
_THEANO: tuple[Padding, ...] = ("theano-same", "theano-half", "theano-uncut")
_LONG = 1000
"""An axis of unknown size is taken to be longer than any window; what counts is its remainder by the stride."""


def pads_otherwise(op: Op, shape: Shape) -> bool:
    """Whether TensorFlow would put the layer's windows elsewhere. shape: of what it reads; sizes may be None.

    Of an axis of unknown size only where it is so whatever the size.
    """
    op, depth = innermost(op)
    return any(_is_otherwise(one, read) for one, read in _windowed(op, shape[depth:]))


def _windowed(op: Op, shape: Shape) -> Iterator[tuple[Op, Shape]]:
    """The operations with windows that a layer is, and what each reads."""
    if isinstance(op, ConvRecurrent):
        step = step_convolution(op)
        yield step, shape[1:]
        yield state_convolution(op), (None,) * len(shape[1:])  # of strides of one: no size matters
    else:
        yield op, shape


def _is_otherwise(op: Op, shape: Shape) -> bool:
    if not isinstance(op, _WITH_WINDOWS) or op.padding not in _THEANO:
        return False
    if isinstance(op, Pool) and op.counts_padding:
        return True
    sizes = spatial(op.rank, op.channels, shape)
    return any(_of_axis(op, axis, size) for axis, size in enumerate(sizes))


def _of_axis(op: _Windowed, axis: int, size: Size) -> bool:
    stride = op.strides[axis]
    sizes = range(_LONG, _LONG + stride) if size is None else (size,)
    return all(_begins_otherwise(op, axis, one) for one in sizes)


def _begins_otherwise(op: _Windowed, axis: int, size: int) -> bool:
    """Along one axis, of a known size."""
    stride = op.strides[axis]
    match op:
        case Pool():
            window = op.size[axis]
            return window != 1 and _pooled(size, window, stride, op.padding) != _pooled(size, window, stride, _SAME)
        case ConvTranspose():
            kernel = op.kernel_size[axis]
            length = (op.length[axis] if op.length else None) or size * stride
            starts = {transposed_start(size, kernel, stride, length, mode) for mode in (op.padding, _SAME)}
            return len(starts) > 1
        case Conv() | Depthwise() | Separable():
            return not agree(size, effective(op.kernel_size[axis], op.dilation[axis]), stride, (op.padding, _SAME))


def _pooled(size: int, window: int, stride: int, padding: Padding) -> tuple[int, Size]:
    return pool_pads(size, window, stride, padding)[0], window_count(size, window, stride, padding)
