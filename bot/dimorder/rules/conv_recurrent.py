"""ConvLSTM2D: both kernels follow ordering and orientation, gates the target's slope, padding is made explicit.

The convolution over the state is always a 'same'. Where Theano's and TensorFlow's differ (even kernels), both kernels
grow by a row of zeros until they agree, and the convolution over the input reads one row more.
Source: layout-facts 2, 7 and 9; traps 6, 25, 26, 32.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dimorder.errors import Refused
from dimorder.graph import Node, Tensor
from dimorder.layout import channel_view
from dimorder.plan import Edit
from dimorder.rules.kernels import grown, reasons, turned
from dimorder.rules.padding import explicit, size_unknown
from dimorder.rules.readers import within
from dimorder.rules.recurrent import GATED, SLOPE
from dimorder.rules.tracing import NeedsOriginalOrder, Traced, Tracing
from dimorder.semantics import Activate, ConvRecurrent, Mapped, Op, Padding, Size, ZeroPad, spatial, step_convolution
from dimorder.steps import Multiply, Step
from dimorder.windows import conv_pads, effective, window_count

Pads = tuple[tuple[int, int], ...]


def trace(tracing: Tracing, node: Node, op: ConvRecurrent) -> None:
    """Rewrite one ConvLSTM2D."""
    value = _map(tracing, node, op)
    moved = _turned(tracing, op)
    sizes = spatial(2, moved.channels, value.shape[1:])
    growth = _growth(op, tracing)
    made, pads = _padded(replace(moved, kernel_size=_sum(op.kernel_size, growth)), op, growth, sizes, node)
    if any(map(any, pads)):
        pad = _pad(tracing, made, pads)
        value = tracing.add(f"{node.layer}_padding", pad, (value,), node.layer, "padding made explicit")
    if any(growth):
        tracing.edits.append(Edit(node.layer, f"kernels grown by zeros to {made.kernel_size}"))
    made, factor = _for_target(tracing, node, made)
    steps = turned(step_convolution(op), step_convolution(replace(moved, kernel_size=op.kernel_size)))
    steps += grown(made.axes, growth)
    because = _because(op, made, factor)
    tensors = tuple(_moved(tracing, node, t, steps, made, factor, because) for t in node.tensors)
    order = value.order if op.sequences else tuple(axis - 1 for axis in value.order[1:])
    tracing.put(node, made, (value,), order, tensors=tensors)


def _map(tracing: Tracing, node: Node, op: ConvRecurrent) -> Traced:
    """What is read: steps first, then maps with their channels as in the target."""
    value = tracing.read(node)
    assert op.channels != "unset"
    if value.index:
        raise NeedsOriginalOrder(value.origins)
    return tracing.arranged(value, within(1, channel_view(2, op.channels, tracing.channels(2))), node)


def _turned(tracing: Tracing, op: ConvRecurrent) -> ConvRecurrent:
    """The layer with the target's channels and orientation."""
    goal, channels = tracing.goal, tracing.channels(2)
    same: Padding = "theano-same" if goal.orientation == "convolution" else "tf-same"
    axes = "OIHW" if goal.dialect == "same" and goal.kernels_follow_channels and channels == "first" else "HWIO"
    return replace(op, channels=channels, orientation=goal.orientation, recurrent_padding=same, axes=axes)


def _growth(op: ConvRecurrent, tracing: Tracing) -> tuple[int, ...]:
    """Rows and columns of zeros that make the target's 'same' put as many zeros before the state as the source's.

    k rows: Theano puts k//2 zeros before them, TensorFlow (k-1)//2. With a row more these are the same.
    """
    alike = op.orientation == tracing.goal.orientation
    return tuple(0 if alike or length % 2 else 1 for length in op.kernel_size)


def _sum(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(a + b for a, b in zip(first, second, strict=True))


@dataclass(frozen=True, slots=True)
class _Axis:
    """One spatial axis of the convolution over the input. length: effective, before growing by `more`."""

    size: Size
    length: int
    more: int
    stride: int
    padding: Padding
    forwards: bool

    def before(self) -> int:
        """Zeros that must stand before the axis; a kernel that grows backwards reaches further."""
        return self._pads()[0] + (0 if self.forwards else self.more)

    def pads(self) -> tuple[int, int]:
        """Zeros to be put before and after, so that 'valid' yields the same windows."""
        if self.size is None:
            return self.before(), self._pads()[1] + (self.more if self.forwards else 0)
        count = window_count(self.size, self.length, self.stride, self.padding) or 0
        reach = (count - 1) * self.stride + self.length + self.more
        return self.before(), max(reach - self.size - self.before(), 0)

    def agrees(self, same: Padding) -> bool:
        """Whether `same` puts just these zeros before the axis."""
        length = self.length + self.more
        if self.size is None:
            return self.stride == 1 and conv_pads(length, length, 1, same)[0] == self.before()
        return conv_pads(self.size, length, self.stride, same)[0] == self.before()

    def _pads(self) -> tuple[int, int]:
        """Those of the original, which do not depend on the size unless TensorFlow strides."""
        return explicit(self.size, self.length, self.stride, self.padding)


def _padded(
    made: ConvRecurrent, op: ConvRecurrent, growth: tuple[int, ...], sizes: tuple[Size, ...], node: Node
) -> tuple[ConvRecurrent, Pads]:
    """The grown layer with the padding that computes the same, and zeros to put in front of it."""
    forwards = made.orientation == "correlation"
    lengths = [effective(k, d) for k, d in zip(op.kernel_size, op.dilation, strict=True)]
    mores = [more * d for more, d in zip(growth, op.dilation, strict=True)]
    axes = [
        _Axis(size, length, more, stride, op.padding, forwards)
        for size, length, more, stride in zip(sizes, lengths, mores, op.strides, strict=True)
    ]
    same = made.recurrent_padding
    if op.padding == "valid" and not any(growth):
        return made, ()
    if op.padding != "valid" and (op.padding == same or all(axis.agrees(same) for axis in axes)):
        return replace(made, padding=same), ()
    if op.padding == "tf-same" and any(axis.size is None and axis.stride > 1 for axis in axes):
        raise size_unknown(node)
    return replace(made, padding="valid"), tuple(axis.pads() for axis in axes)


def _pad(tracing: Tracing, made: ConvRecurrent, pads: Pads) -> Op:
    """Zeros around every map: as those of a volume where its steps may count as an axis of space.

    Keras 1 pads three axes alike on both sides only; with channels first steps would be taken for channels.
    """
    if made.channels == "first" or tracing.goal.kernels_follow_channels:
        return Mapped(ZeroPad(2, pads, made.channels))
    return ZeroPad(3, ((0, 0), *pads), "last")


def _for_target(tracing: Tracing, node: Node, op: ConvRecurrent) -> tuple[ConvRecurrent, float]:
    """The layer as the target computes it, and what its gates are multiplied with."""
    if tracing.goal.dialect != "keras3":
        return op, 1.0
    if op.stateful:
        tracing.edits.append(Edit(node.layer, "no longer stateful: every batch begins with states of zero"))
    if op.activation.kind == "hard_sigmoid" and _factor(op.activation) != 1:
        because = "hard_sigmoid as activation of a ConvLSTM2D, which Keras 3 computes with another slope"
        raise Refused(f"layer {node.layer!r}: {because}")
    factor = _factor(op.gate)
    gate = replace(op.gate, slope=SLOPE) if factor != 1 else op.gate
    return replace(op, gate=gate, stateful=False), factor


def _factor(activation: Activate) -> float:
    """What its argument is multiplied with where Keras 3's slope is to do the same."""
    return float(f"{activation.slope / SLOPE:.12g}") if activation.kind == "hard_sigmoid" else 1.0


def _moved(
    tracing: Tracing,
    node: Node,
    tensor: Tensor,
    steps: tuple[Step, ...],
    made: ConvRecurrent,
    factor: float,
    because: str,
) -> Tensor:
    kernel = tensor.role != "bias"
    spans = tuple((start * made.filters, stop * made.filters) for start, stop in GATED["lstm"])
    scaled = (Multiply(made.axes.index("O") if kernel else 0, spans, factor),) if factor != 1 else ()
    return tracing.move(node, tensor, (*(steps if kernel else ()), *scaled), because)


def _because(source: ConvRecurrent, target: ConvRecurrent, factor: float) -> str:
    found = reasons(source, target, "kernels")
    if source.kernel_size != target.kernel_size:
        found.append("the target puts other zeros around the state of an even kernel")
    if factor != 1:
        found.append(f"hard_sigmoid is {factor:.12g} times less steep in Keras 3")
    return "; ".join(found)
