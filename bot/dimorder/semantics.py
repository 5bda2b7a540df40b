"""Primitive operations with everything stated that Keras eras and backends disagree about.

Shapes here are those of one sample: the batch axis is left out, and axis numbers count without it
(axis 0 of a channels-first image is its channels). A size that is not known is None.

A field may be "unset" (or, for padding, "same") straight after reading, where the file does not say it;
`infer.settle` fills these from the verdict. Rules and engine only ever see settled operations.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from dimorder.layout import SPATIAL, Channels, Orientation

Size: TypeAlias = "int | None"
Shape: TypeAlias = "tuple[Size, ...]"
MaybeChannels: TypeAlias = 'Channels | Literal["unset"]'
MaybeOrientation: TypeAlias = 'Orientation | Literal["unset"]'
Padding = Literal["valid", "same", "theano-same", "theano-half", "theano-uncut", "tf-same", "causal"]


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
    theano:    Theano's formula where the Keras that wrote it computes otherwise on TensorFlow ("sqrt(v+e)" of a
               variance): 1.0.6 and 1.0.7; else "". What "std+e" divides by is stored as a std, other forms a variance.
    mode:      Keras 1's: 0 featurewise, 1 samplewise, 2 featurewise by batch statistics at test time.
    Arrays in this order: gamma (if scale), beta (if center), mean, statistic; each of length shape[axis].
    """

    axis: int
    epsilon: float
    scale: bool = True
    center: bool = True
    statistic: Literal["variance", "std", "unset"] = "variance"
    formula: Literal["sqrt(v+e)", "std+e", "sqrt(v)+e", "unset"] = "sqrt(v+e)"
    mode: int = 0
    theano: Literal["", "std+e", "sqrt(v)+e"] = ""


@dataclass(frozen=True, slots=True)
class ElementNorm:
    """Inference-time normalisation of every element of a sample by numbers of its own, in whatever shape.

    gamma * (x - mean) / (std + epsilon) + beta. Arrays in this order: gamma, beta, mean, statistic (a standard
    deviation); each has the sample's shape.
    Source: keras/layers/normalization.py at 0.2.0, 0.3.0 and 0.3.1; layout-facts 2a.
    """

    epsilon: float


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
    theano_same: what Theano makes of 'same' here; theano-uncut keeps every window that fits (three axes under Keras
             2.0.0 to 2.1.5), where theano-same cuts to ceil(n/s).
    """

    rank: int
    kind: Literal["max", "ave"]
    size: tuple[int, ...]
    strides: tuple[int, ...]
    padding: Padding
    channels: MaybeChannels
    counts_padding: bool = False
    theano_counts_padding: bool = False
    theano_same: Padding = "theano-same"


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
    "exponential", "leaky_relu", "thresholded_relu", "thresholded_linear", "swish", "gelu",
]  # fmt: skip
SQUASHING: frozenset[str] = frozenset({"softmax", "sigmoid", "tanh", "hard_sigmoid"})


@dataclass(frozen=True, slots=True)
class Activate:
    """An elementwise function, or softmax over one axis.

    axis:  of softmax only, counted without batch; None stands for the last.
    alpha: slope of leaky_relu, scale of elu.
    theta: threshold of thresholded_relu (nothing up to it) and thresholded_linear (nothing between -theta and theta).
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


@dataclass(frozen=True, slots=True)
class Einsum:
    """numpy.einsum of a batch with a kernel, then a bias: Keras 3's EinsumDense.

    equation:  `bpi,pio->bpo`; b stands for the batch. bias_axes: letters of the bias, "" for none.
    output:    shape of its value, without batch.
    Arrays: kernel (sizes of its letters), bias.
    """

    equation: str
    output: Shape
    bias_axes: str = ""


@dataclass(frozen=True, slots=True)
class Highway:
    """t * activation(x @ kernel + bias) + (1 - t) * x with t = sigmoid(x @ carry kernel + carry bias).

    Arrays: kernel (n, n), kernel_carry (n, n), bias (n,), bias_carry (n,), however the file orders them.
    """

    activation: Activate
    use_bias: bool


@dataclass(frozen=True, slots=True)
class Maxout:
    """The largest of `features` products: max over k of x @ kernel[k] + bias[k].

    Arrays: kernel (features, inputs, units), bias (features, units).
    """

    units: int
    features: int
    use_bias: bool


@dataclass(frozen=True, slots=True)
class SReLU:
    """S-shaped rectifier of Keras 1, four numbers for every element (1 on shared axes, counted without batch).

    Arrays: t_left, a_left, t_right, a_right; right threshold = t_left + |t_right|.
    orientation: whose order of clipping and slope (traps 24): "convolution" Theano's, "correlation" TensorFlow's.
    """

    shared_axes: tuple[int, ...] = ()
    orientation: MaybeOrientation = "unset"


@dataclass(frozen=True, slots=True)
class ParametricSoftplus:
    """alpha * log(1 + exp(beta * x)), two numbers for every element (1 on shared axes). Arrays: alpha, beta."""

    shared_axes: tuple[int, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Mapped:
    """TimeDistributed: `inner` applied to every slice along axis 0; its axes count without batch and that axis."""

    inner: Op


Term: TypeAlias = "tuple[str | float | Term, ...]"


@dataclass(frozen=True, slots=True)
class Formula:
    """An arithmetic expression of each element: what the user says a Lambda computes, or a Rescaling with an offset.

    text: as it was stated. term: the same as a tree, ("x",), ("number", 2.0), ("add", term, term), ("relu", term), …;
          see `formula.parse` for all of them. Two formulas are equal if their trees are.
    """

    text: str = field(compare=False)
    term: Term


@dataclass(frozen=True, slots=True)
class Opaque:
    """A layer that no rule covers. Its arrays are listed; what it computes is not known here."""

    class_name: str
    because: str = ""


Op = (
    Input | Conv | Dense | BatchNorm | PReLU | Embedding | Pool | GlobalPool | ZeroPad | Crop | UpSample | Activate
    | Identity | Scale | Flatten | Reshape | Permute | Repeat | Merge | Opaque
    | ConvTranspose | Depthwise | Separable | LocallyConnected | Patches | Einsum | Highway | Maxout | SReLU
    | ParametricSoftplus | Masking | Recurrent | ConvRecurrent | Bidirectional | Mapped | Formula | ElementNorm
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
