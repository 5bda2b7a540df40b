"""Unset fields of a graph filled from the verdict, and its arrays checked against the result."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from dimorder import semantics as ops
from dimorder.errors import CannotTell, UnreadableFile, WeightsDoNotFit
from dimorder.graph import Graph, Node
from dimorder.infer.axes import kernel_axes, other_ordering
from dimorder.infer.statistic import stored_statistic
from dimorder.infer.windows import channelwise, transposed
from dimorder.infer.word import override
from dimorder.layout import Channels, Layout
from dimorder.mapping import innermost
from dimorder.semantics import Op, Shape
from dimorder.shapes import output_shape, unmapped
from dimorder.verdict import Verdict
from dimorder.weights import weights_of

_CHANNELS: dict[str, Channels] = {"th": "first", "tf": "last"}
_WAY_OUT = "state it with --from, for example --from th/th"


def settle(graph: Graph, verdict: Verdict, *, keras_version: str = "") -> Graph:
    """The graph with every field set, shapes computed anew, arrays known to fit.

    Nothing that the architecture states is overruled; an override that contradicts it is an error.
    Behind a layer that nobody knows (Opaque) shapes may be wrong: arrays there are not checked.
    Raises CannotTell for a field nobody can fill, WeightsDoNotFit naming layer and shapes.
    """
    read = {node.name: node.shape for node in graph.nodes}
    settled: dict[str, Node] = {}
    unsure: set[str] = set()
    for node in graph.nodes:
        inputs = tuple(settled[name].shape for name in node.inputs)
        stated = override(verdict.overrides, node.layer)
        op = _filled(node, inputs, stated or verdict.layout, stated is not None, keras_version)
        if isinstance(op, ops.Opaque) or any(name in unsure for name in node.inputs):
            unsure.add(node.name)
        trusted = node.name not in unsure
        if trusted:
            _check(node, op, inputs)
        known = not isinstance(op, ops.Opaque) or node.shape == read[node.inputs[0]]
        shape = _shape(node, op, inputs, trusted) if known else node.shape
        settled[node.name] = replace(node, op=op, shape=shape)
    return replace(graph, nodes=tuple(settled.values()))


def _filled(node: Node, inputs: tuple[Shape, ...], layout: Layout, stated: bool, version: str) -> Op:
    op: Any = node.op
    if isinstance(op, ops.Mapped):
        inner = _filled(replace(node, op=op.inner), unmapped(inputs), layout, stated, version)
        return inner if isinstance(inner, ops.Opaque) else ops.Mapped(inner)
    channels = getattr(op, "channels", "")
    if isinstance(op, ops.Flatten):
        return op
    if channels == "unset":
        op = replace(op, channels=_channels(node, layout))
    elif channels and stated and getattr(op, "rank", 1) > 1:
        _agree(node, channels, layout)
    if isinstance(op, ops.Conv):
        return _conv(node, op, inputs, layout, version)
    if isinstance(op, ops.ConvTranspose):
        return transposed(op, inputs[0], _theano_pads(node, op, layout))
    if isinstance(op, ops.Depthwise | ops.Separable):
        return channelwise(op, _theano_pads(node, op, layout))
    if isinstance(op, ops.ConvRecurrent):
        return _conv_recurrent(node, op, layout)
    if isinstance(op, ops.Pool):
        return _pool(node, op, layout)
    if isinstance(op, ops.BatchNorm):
        return stored_statistic(node, op, layout, version)
    if isinstance(op, ops.SReLU) and op.orientation == "unset":
        theano = _theano(node, layout, asked=True)
        op = replace(op, orientation="convolution" if theano else "correlation")
    if isinstance(op, ops.PReLU | ops.SReLU | ops.ParametricSoftplus) and op.shared_axes is None:
        return _with_shared_axes(node, op, inputs[0])
    return cast(Op, op)


def _channels(node: Node, layout: Layout) -> Channels:
    if layout.dim_ordering not in _CHANNELS:
        raise CannotTell(
            f"layer {node.layer!r}: nothing tells whether its channels come first or last",
            hint=_WAY_OUT,
        )
    return _CHANNELS[layout.dim_ordering]


def _agree(node: Node, channels: str, layout: Layout) -> None:
    wanted = _CHANNELS.get(layout.dim_ordering, channels)
    if wanted != channels:
        raise CannotTell(
            f"layer {node.layer!r}: the architecture says channels {channels}, --from {layout}",
            hint=f"for kernels only write {'th' if channels == 'first' else 'tf'}/{layout.kernels}",
        )


def _conv(node: Node, op: ops.Conv, inputs: tuple[Shape, ...], layout: Layout, version: str) -> ops.Conv:
    op = replace(op, axes=op.axes or kernel_axes(node, op, inputs[0], version))
    if max(op.kernel_size) > 1:
        theano = _theano(node, layout, asked=op.orientation == "unset" or op.padding == "same")
    else:
        theano = False  # one element: no direction, and both backends pad it alike
    if op.orientation == "unset":
        op = replace(op, orientation="convolution" if theano else "correlation")
    return replace(op, padding=_padding(op.padding, theano))


def _conv_recurrent(node: Node, op: ops.ConvRecurrent, layout: Layout) -> ops.ConvRecurrent:
    if op.orientation != "unset":
        return op
    theano = max(op.kernel_size) > 1 and _theano(node, layout, asked=True)
    return replace(
        op,
        orientation="convolution" if theano else "correlation",
        padding=_padding(op.padding, theano),
        recurrent_padding=_padding(op.recurrent_padding, theano),
    )


def _pool(node: Node, op: ops.Pool, layout: Layout) -> ops.Pool:
    asked = op.padding == "same" and max(op.size) > 1
    theano = _theano(node, layout, asked=asked)
    counts = op.counts_padding or (theano and op.theano_counts_padding)
    padding = op.theano_same if theano and asked else _padding(op.padding, theano=False)
    return replace(op, padding=padding, counts_padding=counts, theano_counts_padding=False)


def _with_shared_axes(
    node: Node, op: ops.PReLU | ops.SReLU | ops.ParametricSoftplus, shape: Shape
) -> ops.PReLU | ops.SReLU | ops.ParametricSoftplus:
    """Keras 1.2 left shared_axes out of its config; the arrays have length one there (zoo prelu_net)."""
    alpha = node.tensors[0].shape if node.tensors else ()
    if len(alpha) != len(shape):
        return replace(op, shared_axes=())
    shared = (axis for axis, size in enumerate(shape) if alpha[axis] == 1 and size != 1)
    return replace(op, shared_axes=tuple(shared))


def _theano_pads(node: Node, op: ops.ConvTranspose | ops.Depthwise | ops.Separable, layout: Layout) -> bool:
    """Whether the layer computes as Theano does; one element has no direction and is padded alike."""
    asked = op.padding == "same" or (isinstance(op, ops.ConvTranspose) and op.orientation == "unset")
    return max(op.kernel_size) > 1 and _theano(node, layout, asked=asked)


def _padding(padding: ops.Padding, theano: bool) -> ops.Padding:
    if padding != "same":
        return padding
    return "theano-same" if theano else "tf-same"


def _theano(node: Node, layout: Layout, *, asked: bool) -> bool:
    if layout.kernels == "unknown" and asked:
        raise CannotTell(
            f"layer {node.layer!r}: nothing tells whether Theano or TensorFlow trained it",
            hint=_WAY_OUT,
        )
    return layout.kernels == "th"


def _check(node: Node, op: Op, inputs: tuple[Shape, ...]) -> None:
    """Arrays, if any are bound, have the sizes that the operation states; None stands for any."""
    if not node.tensors:
        return
    try:
        expected = tuple(weight.shape for weight in weights_of(op, inputs))
    except WeightsDoNotFit as problem:
        raise WeightsDoNotFit(f"layer {node.layer!r}: {problem.sentence}", hint=problem.hint) from None
    found = tuple(tensor.shape for tensor in node.tensors)
    if len(found) == len(expected) and all(map(_fits, expected, found)):
        return
    held, depth = innermost(op)
    slices = tuple(shape[depth:] for shape in inputs)
    because = other_ordering(held, slices, found) if isinstance(held, ops.Conv) else ""
    raise WeightsDoNotFit(
        f"layer {node.layer!r}: expected arrays of {_spelled(expected)}, found {_spelled(found)}{because}",
        code="data.dtype-or-shape",
    )


def _fits(expected: Shape, found: Shape) -> bool:
    return len(expected) == len(found) and all(
        want is None or want == have for want, have in zip(expected, found, strict=True)
    )


def _spelled(shapes: tuple[Shape, ...]) -> str:
    return ", ".join(map(str, shapes)) or "none"


def _shape(node: Node, op: Op, inputs: tuple[Shape, ...], trusted: bool) -> Shape:
    try:
        shape = output_shape(op, inputs)
    except ValueError as problem:
        raise UnreadableFile(f"layer {node.layer!r}: {problem}", code="config.type") from problem
    if trusted and any(size is not None and size < 1 for size in shape):
        raise WeightsDoNotFit(f"layer {node.layer!r}: nothing is left of {_spelled(inputs)}: it becomes {shape}")
    return shape
