"""Layers over spatial axes that own no arrays: padding, cropping, upsampling, global pooling."""

from __future__ import annotations

from dataclasses import replace

from dimorder.graph import Node
from dimorder.rules.tracing import Tracing
from dimorder.semantics import Crop, GlobalPool, UpSample, ZeroPad


def trace(tracing: Tracing, node: Node, op: ZeroPad | Crop | UpSample) -> None:
    """The same amounts on the same spatial axes, channels elsewhere."""
    assert op.channels != "unset"
    value, channels = tracing.in_channels(tracing.read(node), op.rank, op.channels, node)
    tracing.put(node, replace(op, channels=channels), (value,), value.order)


def trace_global_pool(tracing: Tracing, node: Node, op: GlobalPool) -> None:
    """A vector of channels comes out; where axes of length one are kept it is still a map."""
    assert op.channels != "unset"
    value, channels = tracing.in_channels(tracing.read(node), op.rank, op.channels, node)
    order = value.order if op.keepdims else (0,)
    tracing.put(node, replace(op, channels=channels), (value,), order)
