"""Which function computes which operation: the whole of what the referee can do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from dimorder import semantics as ops
from dimorder.engine.activation import activate, prelu
from dimorder.engine.conv import conv
from dimorder.engine.conv_recurrent import conv_recurrent
from dimorder.engine.conv_transpose import conv_transpose
from dimorder.engine.dense import dense, embedding
from dimorder.engine.depthwise import depthwise, separable
from dimorder.engine.formula import formula
from dimorder.engine.gated import highway, maxout
from dimorder.engine.learned import parametric_softplus, srelu
from dimorder.engine.locally import einsum, locally_connected, patches
from dimorder.engine.mapped import each_slice
from dimorder.engine.masks import masking
from dimorder.engine.merge import merge
from dimorder.engine.normalization import batch_norm, element_norm
from dimorder.engine.pooling import global_pool, pool
from dimorder.engine.recurrent import bidirectional, recurrent
from dimorder.engine.resize import crop, upsample, zero_pad
from dimorder.engine.shape_ops import flatten, identity, permute, repeat, reshape, scale
from dimorder.steps import Array


class Compute(Protocol):
    """Computes one operation on whole batches.

    inputs:  values (N, ..) of the nodes it reads, all of one floating dtype.
    weights: its arrays in the order of `weights.weights_of`, of that dtype.
    Inputs and weights are not changed; the result may be a view of an input.
    """

    def __call__(self, op: Any, inputs: Sequence[Array], weights: Sequence[Array], /) -> Array: ...


COMPUTE: dict[type, Compute] = {
    ops.Conv: conv,
    ops.ConvTranspose: conv_transpose,
    ops.Depthwise: depthwise,
    ops.Separable: separable,
    ops.Dense: dense,
    ops.BatchNorm: batch_norm,
    ops.ElementNorm: element_norm,
    ops.PReLU: prelu,
    ops.Embedding: embedding,
    ops.Pool: pool,
    ops.GlobalPool: global_pool,
    ops.ZeroPad: zero_pad,
    ops.Crop: crop,
    ops.UpSample: upsample,
    ops.Activate: activate,
    ops.Identity: identity,
    ops.Scale: scale,
    ops.Formula: formula,
    ops.Flatten: flatten,
    ops.Reshape: reshape,
    ops.Permute: permute,
    ops.Repeat: repeat,
    ops.Merge: merge,
    ops.Masking: masking,
    ops.Recurrent: recurrent,
    ops.Bidirectional: bidirectional,
    ops.ConvRecurrent: conv_recurrent,
    ops.LocallyConnected: locally_connected,
    ops.Patches: patches,
    ops.Einsum: einsum,
    ops.Highway: highway,
    ops.Maxout: maxout,
    ops.SReLU: srelu,
    ops.ParametricSoftplus: parametric_softplus,
}
COMPUTE[ops.Mapped] = each_slice(COMPUTE)
"""Missing on purpose: Input (its value is fed) and Opaque (nobody knows what it computes)."""
