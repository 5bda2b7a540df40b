"""Convolutions: kernel axes follow the ordering, orientation follows the backend, padding is made explicit.

Source: layout-facts 1, 2, 7; traps 1 to 3, 8, 25, 26.
"""

from __future__ import annotations

from dataclasses import replace

from dimorder.errors import Refused
from dimorder.graph import Node
from dimorder.layout import SPATIAL, Channels
from dimorder.plan import Flip, Permute, Step
from dimorder.rules.tracing import Tracing
from dimorder.semantics import Conv, Padding, Size, ZeroPad, conv_pads, effective, spatial


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
    steps = kernel_steps(op, converted)
    kernel = tracing.move(node, node.tensors[0], steps, _because(op, converted))
    rest = tuple(tracing.move(node, tensor, (), "") for tensor in node.tensors[1:])
    tracing.put(node, converted, (value,), value.order, tensors=(kernel, *rest))


def kernel_steps(source: Conv, target: Conv) -> tuple[Step, ...]:
    """Moves of the kernel between two forms of one convolution."""
    steps: list[Step] = []
    if source.axes != target.axes:
        steps.append(Permute(source.axes, target.axes))
    sizes = dict(zip(SPATIAL[source.rank], source.kernel_size, strict=True))
    letters = "".join(letter for letter in SPATIAL[source.rank] if sizes[letter] > 1)
    if source.orientation != target.orientation and letters:
        steps.append(Flip(target.axes, letters))
    return tuple(steps)


def _because(source: Conv, target: Conv) -> str:
    reasons = []
    if source.axes != target.axes:
        reasons.append(f"kernel stored {source.axes}, the target stores {target.axes}")
    if source.orientation != target.orientation:
        reasons.append(f"trained under {source.orientation}, the target computes {target.orientation}")
    return "; ".join(reasons)


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
    if all(_modes_agree(size, length, stride) for size, length, stride in axes):
        return same, None
    if op.padding == "theano-same":
        # What Theano pads does not depend on the size: layout-facts 7.
        return "valid", tuple((length // 2, (length - 1) // 2) for length in lengths)
    if any(size is None and stride > 1 for size, _, stride in axes):
        raise Refused(
            f"layer {node.layer!r}: 'same' padding with stride depends on the size of its input, which is not known",
            hint="pass an architecture with a fixed input shape",
        )
    return "valid", tuple(conv_pads(size or length, length, stride, "tf-same") for size, length, stride in axes)


def _modes_agree(size: Size, length: int, stride: int) -> bool:
    """Whether Theano's and TensorFlow's 'same' put the same zeros in front of this axis."""
    if size is None:
        return length == 1 or (stride == 1 and length % 2 == 1)
    return conv_pads(size, length, stride, "theano-same")[0] == conv_pads(size, length, stride, "tf-same")[0]
