"""Convolutions of single channels: nothing flips, axes follow the ordering, padding is made explicit.

Source: layout-facts 2 and 7; trap 5.
"""

from __future__ import annotations

from dataclasses import replace

from dimorder.graph import Node, Tensor
from dimorder.layout import SPATIAL, Channels
from dimorder.rules.padding import agree, explicit, size_unknown
from dimorder.rules.tracing import Traced, Tracing
from dimorder.semantics import Depthwise, Padding, Separable, Size, ZeroPad, spatial
from dimorder.steps import Permute
from dimorder.windows import effective

Pads = tuple[tuple[int, int], ...]
Axis = tuple[Size, int, int]
"""Size, effective length of the kernel, stride."""


def trace_depthwise(tracing: Tracing, node: Node, op: Depthwise) -> None:
    """Rewrite one depthwise convolution: its kernel has one form in all files."""
    value, channels, padding = _padded(tracing, node, op)
    tensors = tuple(tracing.move(node, tensor, (), "") for tensor in node.tensors)
    tracing.put(node, replace(op, channels=channels, padding=padding), (value,), value.order, tensors=tensors)


def trace_separable(tracing: Tracing, node: Node, op: Separable) -> None:
    """Rewrite one separable convolution."""
    value, channels, padding = _padded(tracing, node, op)
    converted = replace(op, channels=channels, padding=padding, axes=_axes(op, channels, tracing))
    depthwise, pointwise, *rest = node.tensors
    moved = (
        _moved(tracing, node, depthwise, op.axes, converted.axes),
        _moved(tracing, node, pointwise, _mixing(op), _mixing(converted)),
        *(tracing.move(node, tensor, (), "") for tensor in rest),
    )
    tracing.put(node, converted, (value,), value.order, tensors=moved)


def _moved(tracing: Tracing, node: Node, tensor: Tensor, source: str, target: str) -> Tensor:
    if source == target:
        return tracing.move(node, tensor, (), "")
    because = f"kernel stored {source}, the target stores {target}"
    return tracing.move(node, tensor, (Permute(source, target),), because)


def _mixing(op: Separable) -> str:
    """Axes of the pointwise kernel."""
    return "OI" + SPATIAL[op.rank] if op.axes.startswith("M") else SPATIAL[op.rank] + "IO"


def _axes(op: Separable, channels: Channels, tracing: Tracing) -> str:
    follow = tracing.goal.dialect == "same" and tracing.goal.kernels_follow_channels
    return "MI" + SPATIAL[op.rank] if follow and channels == "first" else SPATIAL[op.rank] + "IM"


def _padded(tracing: Tracing, node: Node, op: Depthwise | Separable) -> tuple[Traced, Channels, Padding]:
    """What the target's layer reads, and its padding."""
    assert op.channels != "unset"
    value, channels = tracing.in_channels(tracing.read(node), op.rank, op.channels, node)
    lengths = [effective(k, d) for k, d in zip(op.kernel_size, op.dilation, strict=True)]
    axes = list(zip(spatial(op.rank, channels, value.shape), lengths, op.strides, strict=True))
    padding, amounts = _padding(op, axes, tracing, node)
    if amounts is not None:
        pad = ZeroPad(op.rank, amounts, channels)
        value = tracing.add(f"{node.layer}_padding", pad, (value,), node.layer, "padding made explicit")
    return value, channels, padding


def _padding(op: Depthwise | Separable, axes: list[Axis], tracing: Tracing, node: Node) -> tuple[Padding, Pads | None]:
    """The target's padding mode, and zeros to put in front where no mode computes the same."""
    same = _same_word(op, tracing)
    if op.padding in ("valid", same) or (op.padding == "causal" and tracing.goal.dialect == "same"):
        return op.padding, None
    if op.padding != "causal" and all(agree(*axis, (op.padding, same)) for axis in axes):
        return same, None
    if op.padding == "tf-same" and any(size is None and stride > 1 for size, _, stride in axes):
        raise size_unknown(node)
    return "valid", tuple(explicit(*axis, op.padding) for axis in axes)


def _same_word(op: Depthwise | Separable, tracing: Tracing) -> Padding:
    if tracing.goal.orientation == "correlation":
        return "tf-same"
    return "theano-half" if isinstance(op, Separable) else "theano-same"
