"""Convolutions, and what is like them: a kernel that slides over one, two or three spatial axes."""

from __future__ import annotations

from dataclasses import dataclass

from dimorder.layout import SPATIAL
from dimorder.semantics.sizes import MaybeChannels, MaybeOrientation, Padding, Shape


@dataclass(frozen=True, slots=True)
class Conv:
    """Convolution over 1, 2 or 3 spatial axes, without bias' activation.

    axes:        letters of the stored kernel's axes, for example OIHW or HWIO; "1" is a dummy axis of length one
                 (Keras 1 stored Conv1D kernels in four axes: OIL1 until 1.0.8, L1IO from 1.1.0). "" is unset.
    orientation: convolution flips the spatial axes of the kernel (Theano), correlation does not.
    padding:     theano-same pads before = ((k-1)*d+1)//2 whatever the stride; tf-same splits the total that is needed.
                 theano-half pads that much on both sides and keeps every window (Separable only).
    Source: theano/tensor/nnet/abstract_conv.py, keras theano_backend.conv2d at 1.2.2 and 2.3.1, layout-facts 7.
    """

    rank: int
    filters: int
    kernel_size: tuple[int, ...]
    strides: tuple[int, ...]
    dilation: tuple[int, ...]
    padding: Padding
    channels: MaybeChannels
    use_bias: bool
    axes: str = ""
    orientation: MaybeOrientation = "unset"


@dataclass(frozen=True, slots=True)
class ConvTranspose:
    """Transposed convolution over 1, 2 or 3 axes: the gradient of a convolution with respect to what it reads.

    The whole of it has (n-1)*stride + k elements along an axis; of these the output is a window:
    valid starts at 0; theano-same at k//2; tf-same at total//2, total = max((n-1)*stride + k - length, 0).
    axes:   of the stored kernel; I are the channels read, O those yielded. Keras 1 OIHW or HWIO, Keras 2 HWOI.
    length: output sizes as stated (Keras 1's output_shape); () follows Keras 2: valid n*stride + max(k-stride, 0),
            same n*stride.
    orientation: as of the convolution whose gradient it is; Theano's needs the flip (layout-facts 2).
    """

    rank: int
    filters: int
    kernel_size: tuple[int, ...]
    strides: tuple[int, ...]
    padding: Padding
    channels: MaybeChannels
    use_bias: bool
    axes: str = ""
    orientation: MaybeOrientation = "unset"
    length: Shape = ()


@dataclass(frozen=True, slots=True)
class Depthwise:
    """Every channel convolved on its own with `multiplier` kernels; output channel = channel * multiplier + m.

    axes: HWIM (Keras 2). Always a correlation: Keras on Theano flips the kernel itself (traps 5).
    Arrays: depthwise, bias (channels * multiplier,).
    """

    rank: int
    multiplier: int
    kernel_size: tuple[int, ...]
    strides: tuple[int, ...]
    dilation: tuple[int, ...]
    padding: Padding
    channels: MaybeChannels
    use_bias: bool
    axes: str


@dataclass(frozen=True, slots=True)
class Separable:
    """A Depthwise without bias, then a convolution of size 1 with bias.

    axes: of the depthwise kernel, HWIM or (Keras 1, channels first) MIHW; the pointwise kernel has HWIO or OIHW
    alike, with I = channels * multiplier and sizes of one. Always correlations, like Depthwise.
    padding: on Theano 'same' is theano-half: Keras asks the pointwise kernel whether there is a window too many
    (theano_backend.separable_conv2d at 2.2.4 and 2.3.1), so an even kernel yields one more than elsewhere.
    Arrays: depthwise, pointwise, bias (filters,).
    """

    rank: int
    filters: int
    multiplier: int
    kernel_size: tuple[int, ...]
    strides: tuple[int, ...]
    dilation: tuple[int, ...]
    padding: Padding
    channels: MaybeChannels
    use_bias: bool
    axes: str


@dataclass(frozen=True, slots=True)
class LocallyConnected:
    """A 'valid' convolution with a kernel of its own at every position; never flipped.

    kernel: (positions, elements, filters). Elements of a patch run channel, height, width under channels "first",
            height, width, channel under "last"; of rank 1 always length, channel.
    bias:   (positions.., filters); of rank 2 under channels "first" these numbers are read as (filters, positions..)
            (traps 7).
    """

    rank: int
    filters: int
    kernel_size: tuple[int, ...]
    strides: tuple[int, ...]
    channels: MaybeChannels
    use_bias: bool


@dataclass(frozen=True, slots=True)
class Patches:
    """The windows of a map, one after the other: (positions, elements); elements run height, width, channel.

    Channels last. What a LocallyConnected reads; a convolution with a constant kernel yields it.
    """

    rank: int
    kernel_size: tuple[int, ...]
    strides: tuple[int, ...]


def kernel_shape(axes: str, conv: Conv, inputs: int) -> tuple[int, ...]:
    """Sizes of a convolution kernel stored with `axes`."""
    sizes = {"O": conv.filters, "I": inputs, "1": 1}
    sizes |= dict(zip(SPATIAL[conv.rank], conv.kernel_size, strict=True))
    return tuple(sizes[letter] for letter in axes)
