"""Windows that slide along one axis: how far they reach, what is put around them, and how many there are."""

from __future__ import annotations

from dimorder.semantics import Padding, Size


def transposed_length(size: Size, kernel: int, stride: int, padding: Padding) -> Size:
    """Output size of a transposed convolution along one axis, as Keras 2 and 3 derive it."""
    if size is None:
        return None
    return size * stride + (max(kernel - stride, 0) if padding == "valid" else 0)


def transposed_start(size: int, kernel: int, stride: int, length: int, padding: Padding) -> int:
    """Where in the whole of a transposed convolution its output begins. Source: layout-facts 5, traps 30."""
    if padding == "valid":
        return 0
    return kernel // 2 if padding == "theano-same" else max((size - 1) * stride + kernel - length, 0) // 2


def transposed_fits(size: int, kernel: int, stride: int, length: int, padding: Padding) -> bool:
    """Whether the convolution whose gradient this is would read `length` elements into `size`."""
    return window_count(length, kernel, stride, "theano-half" if padding == "theano-same" else padding) == size


def effective(kernel: int, dilation: int) -> int:
    """Length that a dilated kernel covers."""
    return (kernel - 1) * dilation + 1


def conv_pads(size: int, kernel: int, stride: int, padding: Padding) -> tuple[int, int]:
    """Zeros before and after one axis. kernel: its effective length. Source: layout-facts 7."""
    if padding == "valid":
        return 0, 0
    if padding == "causal":
        return kernel - 1, 0
    if padding == "theano-half":
        return kernel // 2, kernel // 2
    windows = -(-size // stride)
    total = max((windows - 1) * stride + kernel - size, 0)
    before = kernel // 2 if padding == "theano-same" else total // 2
    return before, max((windows - 1) * stride + kernel - size - before, 0)


def pool_pads(size: int, window: int, stride: int, padding: Padding) -> tuple[int, int]:
    """Padding before and after one axis of a pooling. Source: layout-facts 8, traps 27."""
    if padding not in ("theano-same", "theano-uncut"):
        return conv_pads(size, window, stride, padding)
    before = _pooled_before(window)
    windows = window_count(size, window, stride, padding) or 0
    return before, max((windows - 1) * stride + window - size - before, 0)


def _pooled_before(window: int) -> int:
    """What Theano puts before (and behind) an axis of a pooling."""
    return window - 2 if window > 2 and window % 2 == 1 else window - 1


def window_count(size: Size, kernel: int, stride: int, padding: Padding) -> Size:
    """Number of positions of a window (effective length `kernel`) along one axis."""
    if size is None:
        return None
    if padding == "valid":
        return (size - kernel) // stride + 1
    if padding == "theano-half":
        return (size + 2 * (kernel // 2) - kernel) // stride + 1
    if padding == "theano-uncut":
        return (size + 2 * _pooled_before(kernel) - kernel) // stride + 1
    return -(-size // stride)
