"""Primitive operations with everything stated that Keras eras and backends disagree about.

Shapes here are those of one sample: the batch axis is left out, and axis numbers count without it
(axis 0 of a channels-first image is its channels). A size that is not known is None.

A field may be "unset" (or, for padding, "same") straight after reading, where the file does not say it;
`infer.settle` fills these from the verdict. Rules and engine only ever see settled operations.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dimorder.layout import SPATIAL, Channels, Orientation

Size: TypeAlias = "int | None"
Shape: TypeAlias = "tuple[Size, ...]"
MaybeChannels: TypeAlias = 'Channels | Literal["unset"]'
MaybeOrientation: TypeAlias = 'Orientation | Literal["unset"]'
Padding = Literal["valid", "same", "theano-same", "tf-same", "causal"]


@dataclass(frozen=True, slots=True)
class Weight:
    """One array an operation owns: its role, its shape, and whether training moves it."""

    role: str
    shape: Shape
    trainable: bool = True


@dataclass(frozen=True, slots=True)
class Input:
    """An entrance of the model. dtype as the file states it; tokens are known by their Embedding."""

    shape: Shape
    dtype: str = "float32"


@dataclass(frozen=True, slots=True)
class Conv:
    """Convolution over 1, 2 or 3 spatial axes, without bias' activation.

    axes:        letters of the stored kernel's axes, for example OIHW or HWIO; "1" is a dummy axis of length one
                 (Keras 1 stored Conv1D kernels in four axes: OIL1 until 1.0.8, L1IO from 1.1.0). "" is unset.
    orientation: convolution flips the spatial axes of the kernel (Theano), correlation does not.
    padding:     theano-same pads before = ((k-1)*d+1)//2 whatever the stride; tf-same splits the total that is needed.
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
class Dense:
    """Product over the last axis: x @ kernel (inputs, units) + bias (units,)."""

    units: int
    use_bias: bool


@dataclass(frozen=True, slots=True)
class BatchNorm:
    """Inference-time normalisation over one axis.

    statistic: the fourth array holds a "variance", or a "std".
    formula:   "sqrt(v+e)" divides by sqrt(variance + epsilon); "std+e" by (std + epsilon);
               "sqrt(v)+e" by (sqrt(variance) + epsilon) (Keras 1.0.7 on Theano). layout-facts 2a.
    mode:      Keras 1's: 0 featurewise, 1 samplewise, 2 featurewise by batch statistics at test time.
    Arrays in this order: gamma (if scale), beta (if center), mean, statistic; each of length shape[axis].
    """

    axis: int
    epsilon: float
    scale: bool = True
    center: bool = True
    statistic: Literal["variance", "std"] = "variance"
    formula: Literal["sqrt(v+e)", "std+e", "sqrt(v)+e"] = "sqrt(v+e)"
    mode: int = 0


@dataclass(frozen=True, slots=True)
class PReLU:
    """max(x, 0) + alpha * min(x, 0); alpha has the sample's shape, with 1 on shared axes (counted without batch)."""

    shared_axes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Embedding:
    """Rows of a table (input_dim, output_dim) picked by token."""

    input_dim: int
    output_dim: int
    mask_zero: bool = False


@dataclass(frozen=True, slots=True)
class Pool:
    """Pooling over 1, 2 or 3 spatial axes.

    padding: theano-same pads before = k-2 for odd k > 2, else k-1, and keeps ceil(n/s) windows (layout-facts 8);
             max pads with -inf, ave leaves padding out of the mean unless counts_padding.
    counts_padding: padded zeros count in the mean (Theano under Keras 2.0.1 to 2.1.4: traps 29).
    theano_counts_padding: what counts_padding becomes if the backend turns out to be Theano; None once settled.
    """

    rank: int
    kind: Literal["max", "ave"]
    size: tuple[int, ...]
    strides: tuple[int, ...]
    padding: Padding
    channels: MaybeChannels
    counts_padding: bool = False
    theano_counts_padding: bool = False


@dataclass(frozen=True, slots=True)
class GlobalPool:
    """Max or mean over all spatial axes; keepdims leaves axes of length one."""

    rank: int
    kind: Literal["max", "ave"]
    channels: MaybeChannels
    keepdims: bool = False


@dataclass(frozen=True, slots=True)
class ZeroPad:
    """Zeros added before and after each spatial axis."""

    rank: int
    amounts: tuple[tuple[int, int], ...]
    channels: MaybeChannels


@dataclass(frozen=True, slots=True)
class Crop:
    """Elements cut before and after each spatial axis."""

    rank: int
    amounts: tuple[tuple[int, int], ...]
    channels: MaybeChannels


@dataclass(frozen=True, slots=True)
class UpSample:
    """Each element repeated along each spatial axis (nearest neighbour)."""

    rank: int
    size: tuple[int, ...]
    channels: MaybeChannels


ActivationKind = Literal[
    "linear", "relu", "softmax", "sigmoid", "tanh", "hard_sigmoid", "softplus", "softsign", "elu", "selu",
    "exponential", "leaky_relu", "thresholded_relu", "swish", "gelu",
]  # fmt: skip
SQUASHING: frozenset[str] = frozenset({"softmax", "sigmoid", "tanh", "hard_sigmoid"})


@dataclass(frozen=True, slots=True)
class Activate:
    """An elementwise function, or softmax over one axis.

    axis:  of softmax only, counted without batch; None stands for the last.
    alpha: slope of leaky_relu, scale of elu.
    theta: threshold of thresholded_relu.
    max_value: of relu, None without.
    slope: of hard_sigmoid, clip(slope*x + 0.5, 0, 1): 0.2 until Keras 2, 1/6 in Keras 3 (layout-facts 9).
    """

    kind: ActivationKind
    axis: int | None = None
    alpha: float = 0.0
    theta: float = 0.0
    max_value: float | None = None
    slope: float = 0.2


@dataclass(frozen=True, slots=True)
class Identity:
    """A layer that only acts in training (Dropout, noise, regularization) and passes its input on.

    channels: of a dropout that drops whole feature maps; None where the layer does not care.
    """

    channels: Channels | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """x * factor."""

    factor: float


@dataclass(frozen=True, slots=True)
class Flatten:
    """One vector. channels "first" moves axis 0 to the end first (Keras from 2.2.0), "last" reads as stored."""

    channels: Channels = "last"


@dataclass(frozen=True, slots=True)
class Reshape:
    """Same elements in the same order, other sizes; one size may be -1."""

    target: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Permute:
    """numpy.transpose of the sample; axes counted from 0 without batch (Keras spells them from 1)."""

    order: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A vector (f,) repeated to (n, f)."""

    times: int


@dataclass(frozen=True, slots=True)
class Merge:
    """Several inputs to one.

    axis: of concat, counted without batch, never negative.
    dot_axes: of dot and cos, for each of two inputs, counted without batch. normalize: of dot (Keras 2 cosine).
    keep_axis: Keras 1 cos adds an axis of length one in front.
    """

    mode: Literal["sum", "sub", "mul", "ave", "max", "min", "concat", "dot", "cos"]
    axis: int | None = None
    dot_axes: tuple[tuple[int, ...], tuple[int, ...]] | None = None
    normalize: bool = False


@dataclass(frozen=True, slots=True)
class Opaque:
    """A layer that no rule covers. Its arrays are listed; what it computes is not known here."""

    class_name: str
    because: str = ""


Op = (
    Input | Conv | Dense | BatchNorm | PReLU | Embedding | Pool | GlobalPool | ZeroPad | Crop | UpSample | Activate
    | Identity | Scale | Flatten | Reshape | Permute | Repeat | Merge | Opaque
)  # fmt: skip


def product(sizes: Shape) -> Size:
    """Number of elements, None if a size is not known."""
    known = [size for size in sizes if size is not None]
    return math.prod(known) if len(known) == len(sizes) else None


def spatial(rank: int, channels: MaybeChannels, shape: Shape) -> Shape:
    """The spatial sizes of a map's shape."""
    assert len(shape) == rank + 1, (rank, shape)
    return shape[1:] if channels == "first" else shape[:-1]


def channel_count(channels: MaybeChannels, shape: Shape) -> Size:
    """The number of channels of a map's shape."""
    return shape[0] if channels == "first" else shape[-1]


def map_shape(channels: MaybeChannels, sizes: Shape, count: Size) -> Shape:
    """A map's shape from its spatial sizes and its number of channels."""
    return (count, *sizes) if channels == "first" else (*sizes, count)


def kernel_shape(axes: str, conv: Conv, inputs: int) -> tuple[int, ...]:
    """Sizes of a convolution kernel stored with `axes`."""
    sizes = {"O": conv.filters, "I": inputs, "1": 1}
    sizes |= dict(zip(SPATIAL[conv.rank], conv.kernel_size, strict=True))
    return tuple(sizes[letter] for letter in axes)


def effective(kernel: int, dilation: int) -> int:
    """Length that a dilated kernel covers."""
    return (kernel - 1) * dilation + 1


def conv_pads(size: int, kernel: int, stride: int, padding: Padding) -> tuple[int, int]:
    """Zeros before and after one axis. kernel: its effective length. Source: layout-facts 7."""
    if padding == "valid":
        return 0, 0
    if padding == "causal":
        return kernel - 1, 0
    windows = -(-size // stride)
    total = max((windows - 1) * stride + kernel - size, 0)
    before = kernel // 2 if padding == "theano-same" else total // 2
    return before, max((windows - 1) * stride + kernel - size - before, 0)


def pool_pads(size: int, window: int, stride: int, padding: Padding) -> tuple[int, int]:
    """Padding before and after one axis of a pooling. Source: layout-facts 8, traps 27."""
    if padding != "theano-same":
        return conv_pads(size, window, stride, padding)
    before = window - 2 if window > 2 and window % 2 == 1 else window - 1
    windows = -(-size // stride)
    return before, max((windows - 1) * stride + window - size - before, 0)


def window_count(size: Size, kernel: int, stride: int, padding: Padding) -> Size:
    """Number of positions of a window (effective length `kernel`) along one axis."""
    if size is None:
        return None
    if padding == "valid":
        return (size - kernel) // stride + 1
    return -(-size // stride)
