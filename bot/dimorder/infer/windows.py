"""Transposed and channelwise convolutions settled: what 'same' and a stated output mean on the backend in question."""

from __future__ import annotations

from dataclasses import replace

from dimorder import semantics as ops
from dimorder.semantics import Shape, Size
from dimorder.windows import transposed_fits


def transposed(op: ops.ConvTranspose, shape: Shape, theano: bool) -> ops.ConvTranspose | ops.Opaque:
    """The operation as that backend computes it; Opaque for what it cannot compute, or cuts at places of its own."""
    if op.orientation == "unset":
        op = replace(op, orientation="convolution" if theano else "correlation")
    if op.padding == "same":
        op = replace(op, padding="theano-same" if theano else "tf-same")
    sizes = ops.spatial(op.rank, op.channels, shape)
    because = _impossible(op, sizes)
    return ops.Opaque(f"Conv{op.rank}DTranspose", because) if because else _cut(op, sizes)


def _impossible(op: ops.ConvTranspose, sizes: Shape) -> str:
    """Why no model computes this, "" if one may."""
    for axis, (size, kernel, stride) in enumerate(zip(sizes, op.kernel_size, op.strides, strict=True)):
        length = op.length[axis] if op.length else None
        if op.padding == "theano-same" and kernel % 2 == 0 and (size is None or length is None):
            return "an even kernel with 'same', which Keras on Theano refuses or cuts by the size of its input"
        fits = size is None or length is None or transposed_fits(size, kernel, stride, length, op.padding)
        if not fits:
            return f"no {size} elements spread by {stride} with a kernel of {kernel} give an output of {length}"
    return ""


def _cut(op: ops.ConvTranspose, sizes: Shape) -> ops.ConvTranspose:
    """Keras 1 on Theano leaves the first ceil(size/stride) elements of an output by an even kernel with 'same'.

    Measured; source: _postprocess_conv2d_output in theano_backend.deconv2d at 1.2.2.
    """
    if op.padding != "theano-same" or not op.length:
        return op
    axes = zip(op.length, sizes, op.kernel_size, op.strides, strict=True)
    return replace(op, length=tuple(_left(*axis) for axis in axes))


def _left(length: Size, size: Size, kernel: int, stride: int) -> Size:
    if kernel % 2 or length is None or size is None:
        return length
    return min(length, -(-size // stride))


def channelwise(op: ops.Depthwise | ops.Separable, theano: bool) -> ops.Depthwise | ops.Separable:
    """Theano's 'same' of a Separable keeps the window too many of an even kernel: see `Separable`."""
    if op.padding != "same":
        return op
    if not theano:
        return replace(op, padding="tf-same")
    return replace(op, padding="theano-half" if isinstance(op, ops.Separable) else "theano-same")
