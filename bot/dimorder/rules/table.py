"""Which rule rewrites which operation: the support matrix of conversions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dimorder import semantics as ops
from dimorder.graph import Node
from dimorder.rules import conv, dense, elementwise, entrance, maps, merge, opaque, pooling, rearrange
from dimorder.rules.tracing import Tracing

Rule = Callable[[Tracing, Node, Any], None]

RULES: dict[type, Rule] = {
    ops.Input: entrance.trace_input,
    ops.Embedding: entrance.trace_embedding,
    ops.Conv: conv.trace,
    ops.Dense: dense.trace,
    ops.BatchNorm: elementwise.trace_batch_norm,
    ops.PReLU: elementwise.trace_prelu,
    ops.Activate: elementwise.trace_activate,
    ops.Identity: elementwise.trace_plain,
    ops.Scale: elementwise.trace_plain,
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
    ops.Opaque: opaque.trace,
}
