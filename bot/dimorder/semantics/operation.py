"""Any operation: the union of all families, its arrays, the entrance, and what no rule covers."""

from __future__ import annotations

from dataclasses import dataclass

from dimorder.semantics.activation import Activate, Formula, ParametricSoftplus, PReLU, Scale, SReLU
from dimorder.semantics.arrangement import Flatten, Identity, Merge, Permute, Repeat, Reshape
from dimorder.semantics.convolution import Conv, ConvTranspose, Depthwise, LocallyConnected, Patches, Separable
from dimorder.semantics.maps import Crop, GlobalPool, Pool, UpSample, ZeroPad
from dimorder.semantics.normalization import BatchNorm, ElementNorm
from dimorder.semantics.products import Dense, Einsum, Embedding, Highway, Maxout
from dimorder.semantics.recurrent import Bidirectional, ConvRecurrent, Masking, Recurrent
from dimorder.semantics.sizes import Shape


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
class Mapped:
    """TimeDistributed: `inner` applied to every slice along axis 0; its axes count without batch and that axis."""

    inner: Op


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
