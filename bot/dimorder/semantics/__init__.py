"""Primitive operations with everything stated that Keras eras and backends disagree about.

Shapes here are those of one sample: the batch axis is left out, and axis numbers count without it
(axis 0 of a channels-first image is its channels). A size that is not known is None.

A field may be "unset" (or, for padding, "same") straight after reading, where the file does not say it;
`infer.settle` fills these from the verdict. Rules and engine only ever see settled operations.
"""

from dimorder.semantics.activation import (
    SQUASHING,
    Activate,
    ActivationKind,
    Formula,
    ParametricSoftplus,
    PReLU,
    Scale,
    SReLU,
    Term,
)
from dimorder.semantics.arrangement import Flatten, Identity, Merge, Permute, Repeat, Reshape
from dimorder.semantics.convolution import (
    Conv,
    ConvTranspose,
    Depthwise,
    LocallyConnected,
    Patches,
    Separable,
    kernel_shape,
)
from dimorder.semantics.maps import Crop, GlobalPool, Pool, UpSample, ZeroPad
from dimorder.semantics.normalization import BatchNorm, ElementNorm
from dimorder.semantics.operation import Input, Mapped, Op, Opaque, Weight
from dimorder.semantics.products import Dense, Einsum, Embedding, Highway, Maxout
from dimorder.semantics.recurrent import (
    Bidirectional,
    ConvRecurrent,
    Masking,
    Recurrent,
    state_convolution,
    step_convolution,
)
from dimorder.semantics.sizes import (
    MaybeChannels,
    MaybeOrientation,
    Padding,
    Shape,
    Size,
    channel_count,
    map_shape,
    product,
    spatial,
)

__all__ = [
    "SQUASHING",
    "Activate",
    "ActivationKind",
    "BatchNorm",
    "Bidirectional",
    "Conv",
    "ConvRecurrent",
    "ConvTranspose",
    "Crop",
    "Dense",
    "Depthwise",
    "Einsum",
    "ElementNorm",
    "Embedding",
    "Flatten",
    "Formula",
    "GlobalPool",
    "Highway",
    "Identity",
    "Input",
    "LocallyConnected",
    "Mapped",
    "Masking",
    "Maxout",
    "MaybeChannels",
    "MaybeOrientation",
    "Merge",
    "Op",
    "Opaque",
    "PReLU",
    "Padding",
    "ParametricSoftplus",
    "Patches",
    "Permute",
    "Pool",
    "Recurrent",
    "Repeat",
    "Reshape",
    "SReLU",
    "Scale",
    "Separable",
    "Shape",
    "Size",
    "Term",
    "UpSample",
    "Weight",
    "ZeroPad",
    "channel_count",
    "kernel_shape",
    "map_shape",
    "product",
    "spatial",
    "state_convolution",
    "step_convolution",
]
