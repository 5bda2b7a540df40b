"""Convolutions: kernel axes follow the ordering, orientation follows the backend, padding is made explicit.

Source: layout-facts 1, 2, 7; traps 1 to 3, 8, 25, 26.
"""

from __future__ import annotations

from dataclasses import replace

from dimorder.graph import Node
from dimorder.layout import SPATIAL, Channels
from dimorder.rules.kernels import reasons, turned
from dimorder.rules.padding import agree, explicit, size_unknown
from dimorder.rules.tracing import Tracing
from dimorder.semantics import Conv, Padding, Size, ZeroPad, spatial
from dimorder.windows import effective


def trace(tracing: Tracing, node: Node, op: Conv) -> None:
    """Rewrite one convolution."""
    assert op.channels != "unset"
    value, channels = tracing.in_channels(tracing.read(node), op.rank, op.channels, node)
    padding, amounts = _padding(op, spatial(op.rank, channels, value.shape), tracing, node)
    if amounts is not None:
        pad = ZeroPad(op.rank, amounts, channels)
        value = tracing.add(f"{node.layer}_padding", pad, (value,), node.layer, "padding made explicit")
    axes = _axes(op, channels, tracing)
    converted = replace(op, channels=channels, axes=axes, orientation=tracing.goal.orientation, padding=padding)
    because = "; ".join(reasons(op, converted))
    kernel = tracing.move(node, node.tensors[0], turned(op, converted), because)
    rest = tuple(tracing.move(node, tensor, (), "") for tensor in node.tensors[1:])
    tracing.put(node, converted, (value,), value.order, tensors=(kernel, *rest))


def _axes(op: Conv, channels: Channels, tracing: Tracing) -> str:
    if op.rank == 1 and "1" in op.axes:
        return tracing.goal.conv1d or op.axes
    if op.rank == 1 or not tracing.goal.kernels_follow_channels:
        return op.axes
    return "OI" + SPATIAL[op.rank] if channels == "first" else SPATIAL[op.rank] + "IO"


def _padding(
    op: Conv, sizes: tuple[Size, ...], tracing: Tracing, node: Node
) -> tuple[Padding, tuple[tuple[int, int], ...] | None]:
    """The target's padding mode, and zeros to put in front where no mode computes the same."""
    same: Padding = "theano-same" if tracing.goal.orientation == "convolution" else "tf-same"
    if op.padding in ("valid", "causal", same):
        return op.padding, None
    lengths = [effective(k, d) for k, d in zip(op.kernel_size, op.dilation, strict=True)]
    axes = list(zip(sizes, lengths, op.strides, strict=True))
    if all(agree(*axis, ("theano-same", "tf-same")) for axis in axes):
        return same, None
    if op.padding == "theano-same":
        return "valid", tuple(explicit(*axis, "theano-same") for axis in axes)
    if any(size is None and stride > 1 for size, _, stride in axes):
        raise size_unknown(node)
    return "valid", tuple(explicit(*axis, "tf-same") for axis in axes)
