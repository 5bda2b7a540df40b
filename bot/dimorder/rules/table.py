"""Which rule rewrites which operation: the support matrix of conversions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dimorder import semantics as ops
from dimorder.graph import Node
from dimorder.rules import (
    conv,
    conv_recurrent,
    conv_transpose,
    dense,
    depthwise,
    elementwise,
    entrance,
    highway,
    learned,
    locally,
    mapped,
    maps,
    maxout,
    merge,
    normalization,
    opaque,
    pooling,
    rearrange,
    recurrent,
)
from dimorder.rules.tracing import Tracing

Rule = Callable[[Tracing, Node, Any], None]

RULES: dict[type, Rule] = {
    ops.Input: entrance.trace_input,
    ops.Embedding: entrance.trace_embedding,
    ops.Conv: conv.trace,
    ops.ConvTranspose: conv_transpose.trace,
    ops.Depthwise: depthwise.trace_depthwise,
    ops.Separable: depthwise.trace_separable,
    ops.Dense: dense.trace,
    ops.BatchNorm: normalization.trace,
    ops.ElementNorm: normalization.trace_elements,
    ops.PReLU: elementwise.trace_prelu,
    ops.Activate: elementwise.trace_activate,
    ops.Identity: elementwise.trace_plain,
    ops.Scale: elementwise.trace_plain,
    ops.Formula: elementwise.trace_plain,
    ops.Pool: pooling.trace,
    ops.GlobalPool: maps.trace_global_pool,
    ops.ZeroPad: maps.trace,
    ops.Crop: maps.trace,
    ops.UpSample: maps.trace,
    ops.Flatten: rearrange.trace_flatten,
    ops.Reshape: rearrange.trace_reshape,
    ops.Permute: rearrange.trace_permute,
    ops.Repeat: rearrange.trace_repeat,
    ops.Merge: merge.trace,
    ops.Masking: recurrent.trace_masking,
    ops.Recurrent: recurrent.trace,
    ops.Bidirectional: recurrent.trace_bidirectional,
    ops.ConvRecurrent: conv_recurrent.trace,
    ops.LocallyConnected: locally.trace,
    ops.Einsum: locally.trace_einsum,
    ops.Highway: highway.trace,
    ops.Maxout: maxout.trace,
    ops.SReLU: learned.trace_srelu,
    ops.ParametricSoftplus: learned.trace_parametric_softplus,
    ops.Opaque: opaque.trace,
}
RULES[ops.Mapped] = mapped.inside(RULES)
