"""Transposed convolutions: kernels like those of convolutions; the window of the output is made explicit.

What a backend's 'same' cuts out of the whole differs: Theano begins at k//2, TensorFlow at half of what is too much.
Where no word of the target means the same window, the layer yields all of it ('valid') and a Cropping behind it takes
the window. Zeros are never put behind the layer: its bias belongs there too. Where the window reaches beyond what
'valid' yields, zeros behind the kernel make that longer.
Source: layout-facts 2 and 5; traps 4 and 30.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dimorder.errors import Refused
from dimorder.graph import Node
from dimorder.layout import SPATIAL, Channels
from dimorder.plan import Edit
from dimorder.rules.kernels import grown, reasons, turned
from dimorder.rules.tracing import Tracing
from dimorder.semantics import Activate, ConvTranspose, Crop, Padding, Shape, Size, spatial
from dimorder.steps import Step
from dimorder.windows import transposed_fits, transposed_start


@dataclass(frozen=True, slots=True)
class Window:
    """The output along one axis, as part of the whole that (size-1)*stride + kernel elements make.

    start: its first element. ahead: how much longer it is than size*stride, whatever the size.
    """

    size: Size
    kernel: int
    stride: int
    start: int
    ahead: int

    @property
    def valid_ahead(self) -> int:
        """What 'valid' yields beyond size*stride."""
        return max(self.kernel - self.stride, 0)

    @property
    def length(self) -> Size:
        """Of the output, None where the size is not known."""
        return None if self.size is None else self.size * self.stride + self.ahead


@dataclass(frozen=True, slots=True)
class Form:
    """How the target's layer states it, and what is cropped behind it."""

    padding: Padding
    kernel_size: tuple[int, ...]
    length: Shape = ()
    crop: tuple[tuple[int, int], ...] = ()


def trace(tracing: Tracing, node: Node, op: ConvTranspose) -> None:
    """Rewrite one transposed convolution."""
    assert op.channels != "unset"
    value, channels = tracing.in_channels(tracing.read(node), op.rank, op.channels, node)
    form = _form(op, spatial(op.rank, channels, value.shape), tracing, node)
    converted = replace(
        op,
        channels=channels,
        axes=_axes(op, channels, tracing),
        orientation=tracing.goal.orientation,
        padding=form.padding,
        kernel_size=form.kernel_size,
        length=form.length,
    )
    kernel = tracing.move(node, node.tensors[0], _kernel_steps(op, converted), _because(op, converted))
    rest = tuple(tracing.move(node, tensor, (), "") for tensor in node.tensors[1:])
    tracing.put(node, converted, (value,), value.order, tensors=(kernel, *rest))
    _state_changes(tracing, node, op, form)
    if form.crop:
        _check_activation(tracing, node, op.channels)
        tracing.crop_behind(node, Crop(op.rank, form.crop, channels))


def _state_changes(tracing: Tracing, node: Node, op: ConvTranspose, form: Form) -> None:
    """What the user's own code has to follow; a Cropping states itself."""
    if form.kernel_size != op.kernel_size:
        tracing.edits.append(Edit(node.layer, f"zeros behind the kernel, which becomes {form.kernel_size}"))
    if form.padding == "valid" and op.padding != "valid" and not form.crop:
        tracing.edits.append(Edit(node.layer, "padding 'same' becomes 'valid', which yields the same here"))


def _kernel_steps(source: ConvTranspose, target: ConvTranspose) -> tuple[Step, ...]:
    counts = tuple(after - before for before, after in zip(source.kernel_size, target.kernel_size, strict=True))
    return (*turned(source, target), *grown(target.axes, counts))


def _because(source: ConvTranspose, target: ConvTranspose) -> str:
    longer = ["the target's 'valid' would yield too few elements"] if source.kernel_size != target.kernel_size else []
    return "; ".join((*reasons(source, target), *longer))


def _axes(op: ConvTranspose, channels: Channels, tracing: Tracing) -> str:
    if tracing.goal.dialect != "same":
        return SPATIAL[op.rank] + "OI"
    if not tracing.goal.kernels_follow_channels:
        return op.axes
    return "OI" + SPATIAL[op.rank] if channels == "first" else SPATIAL[op.rank] + "IO"


def _form(op: ConvTranspose, sizes: Shape, tracing: Tracing, node: Node) -> Form:
    word: Padding = "theano-same" if tracing.goal.orientation == "convolution" else "tf-same"
    states = tracing.goal.dialect == "same" and tracing.goal.kernels_follow_channels
    if op.padding in ("valid", word) and (states or not op.length):
        return Form(op.padding, op.kernel_size, op.length)
    windows = tuple(_window(op, axis, size, node) for axis, size in enumerate(sizes))
    if states:
        return _stated(op, windows, word, node)
    return _derived(op, windows, word, adds=tracing.goal.dialect != "keras2")


def _window(op: ConvTranspose, axis: int, size: Size, node: Node) -> Window:
    kernel, stride = op.kernel_size[axis], op.strides[axis]
    if not op.length:
        # Without a stated length nothing depends on the size: one element stands for any.
        ahead = max(kernel - stride, 0) if op.padding == "valid" else 0
        return Window(size, kernel, stride, transposed_start(1, kernel, stride, stride + ahead, op.padding), ahead)
    length = op.length[axis]
    if size is None or length is None:
        raise Refused(
            f"layer {node.layer!r}: where its output lies depends on the size of its input, which is not known",
            hint="pass an architecture with a fixed input shape",
        )
    start = transposed_start(size, kernel, stride, length, op.padding)
    return Window(size, kernel, stride, start, length - size * stride)


def _stated(op: ConvTranspose, windows: tuple[Window, ...], word: Padding, node: Node) -> Form:
    """Keras 1: the layer states the length of its output."""
    if all(_starts_as(word, window, window.length) and _is_taken(window, word) for window in windows):
        return Form(word, op.kernel_size, tuple(window.length for window in windows))
    if all(window.start == 0 and _is_taken(window, "valid") for window in windows):
        return Form("valid", op.kernel_size, tuple(window.length for window in windows))
    if any(window.size is None for window in windows):
        raise Refused(
            f"layer {node.layer!r}: the length to state depends on the size of its input, which is not known",
            hint="write the .keras form: -o NAME.keras",
        )
    ends = [max(window.kernel - window.stride, window.start + window.ahead) for window in windows]
    length = tuple((w.size or 0) * w.stride + end for w, end in zip(windows, ends, strict=True))
    return Form("valid", op.kernel_size, length, _crop(windows, ends))


def _derived(op: ConvTranspose, windows: tuple[Window, ...], word: Padding, adds: bool) -> Form:
    """Keras 2 and 3: the length follows from the padding; adds: output_padding, from 2.2 on, may lengthen it."""
    if all(window.start == 0 and window.ahead == window.valid_ahead for window in windows):
        return Form("valid", op.kernel_size)
    if all(window.ahead == 0 and _starts_as(word, window, window.length) for window in windows):
        return Form(word, op.kernel_size)
    mode: Padding = "valid" if op.padding == "valid" else word
    if adds and op.length and all(_is_output_padding(window, mode) for window in windows):
        return Form(mode, op.kernel_size, op.length)
    reached = [window.start + window.ahead for window in windows]
    kernel = tuple(max(w.kernel, w.stride + end) for w, end in zip(windows, reached, strict=True))
    ends = [max(k - window.stride, 0) for k, window in zip(kernel, windows, strict=True)]
    return Form("valid", kernel, (), _crop(windows, ends))


def _is_output_padding(window: Window, mode: Padding) -> bool:
    """Whether `output_padding`, which is shorter than a stride, gives this length, and TensorFlow takes it."""
    if window.size is None or not _is_taken(window, mode):
        return False
    kept = window.kernel if mode == "valid" else window.kernel % 2
    begins = window.start == 0 if mode == "valid" else _starts_as(mode, window, window.length)
    return begins and 0 <= window.ahead + window.stride - kept < window.stride


def _is_taken(window: Window, mode: Padding) -> bool:
    """Whether the backend accepts this length: its convolution has to give back what is read."""
    size, length = window.size, window.length
    return size is None or length is None or transposed_fits(size, window.kernel, window.stride, length, mode)


def _starts_as(word: Padding, window: Window, length: Size) -> bool:
    """Whether the target's own 'same' begins where this window does; Theano's takes no even kernels."""
    if word == "theano-same":
        return window.kernel % 2 == 1 and window.start == window.kernel // 2
    if window.size is None or length is None:
        return window.start == max(window.kernel - window.stride, 0) // 2
    return window.start == transposed_start(window.size, window.kernel, window.stride, length, word)


def _crop(windows: tuple[Window, ...], ends: list[int]) -> tuple[tuple[int, int], ...]:
    """Before and after each axis, of outputs that end `ends` beyond size*stride; () where nothing is cut."""
    pairs = zip(windows, ends, strict=True)
    crop = tuple((window.start, end - window.start - window.ahead) for window, end in pairs)
    return crop if any(map(any, crop)) else ()


def _check_activation(tracing: Tracing, node: Node, channels: Channels) -> None:
    fused = tracing.source.by_name().get(f"{node.name}/activation")
    if fused is None or not isinstance(fused.op, Activate) or fused.op.kind != "softmax":
        return
    own = 0 if channels == "first" else len(node.shape) - 1
    if (len(node.shape) - 1 if fused.op.axis is None else fused.op.axis) != own:
        raise Refused(f"layer {node.layer!r}: its softmax runs along an axis that has to be cropped behind it")
