"""Which facts of a layout a model depends on at all: the others are "n/a"."""

from __future__ import annotations

from collections.abc import Sequence

from dimorder import semantics as ops
from dimorder.graph import Graph, Node
from dimorder.infer.clue import Part
from dimorder.infer.guess import Guess
from dimorder.infer.statistic import differs_by_backend
from dimorder.mapping import unwrapped
from dimorder.model import Layer, Model


def has_maps(model: Model, parts: Sequence[Part]) -> bool:
    """Whether any value or array has image-like axes, so that channels may come first or last.

    A value counts from three axes on (batch left out), or when its layer states channels first.
    """
    if model.graph is not None:
        return any(_is_map(node) for node in model.graph.nodes)
    return any(
        guess.kind in ("conv2d", "conv3d")
        or (guess.kind in ("prelu", "unknown") and any(len(t.shape) >= 3 for t in layer.tensors))
        for layer, guess in parts
    )


def _is_map(node: Node) -> bool:
    return len(node.shape) >= 3 or getattr(node.op, "channels", "last") == "first"


def kernels_matter(model: Model, parts: Sequence[Part]) -> bool:
    """Whether anything computes otherwise on Theano: a kernel longer than 1, padding "same"."""
    if model.graph is not None:
        return any(
            flips(node) or pads(node) or computes_otherwise(node, model.keras_version)
            for node in map(unwrapped, model.graph.nodes)
        )
    new = model.era in ("keras2", "keras3")
    return any(
        _reaches(layer, guess, new)
        if guess.kind.startswith("conv")
        else guess.kind == "unknown" and any(len(t.shape) >= 3 for t in layer.tensors)
        for layer, guess in parts
    )


def _reaches(layer: Layer, guess: Guess, new: bool) -> bool:
    """Whether a kernel may be longer than one element, under any reading its bias allows."""
    kernel, bias = guess.shape_of(layer, "kernel"), guess.shape_of(layer, "bias")
    if kernel is None:
        return False
    if guess.kind == "conv1d":
        return kernel[0] > 1 or (len(kernel) == 4 and kernel[2] > 1)
    readings = [(kernel[-1], kernel[:-2])] + ([] if new else [(kernel[0], kernel[2:])])
    possible = [spatial for outputs, spatial in readings if not bias or bias[0] == outputs]
    return any(max(spatial) > 1 for spatial in possible)


def flips(node: Node) -> bool:
    """Whether the node owns a kernel that Theano and TensorFlow read in opposite directions."""
    if isinstance(node.op, ops.Conv | ops.ConvTranspose | ops.ConvRecurrent):
        return max(node.op.kernel_size) > 1
    return isinstance(node.op, ops.Opaque) and any(len(t.shape) >= 3 for t in node.tensors)


def pads(node: Node) -> bool:
    """Whether the two backends may pad differently here."""
    if isinstance(node.op, ops.Conv | ops.ConvTranspose | ops.Depthwise | ops.Separable):
        return node.op.padding == "same" and max(node.op.kernel_size) > 1
    return isinstance(node.op, ops.Pool) and node.op.padding == "same" and max(node.op.size) > 1


def computes_otherwise(node: Node, keras_version: str) -> bool:
    """Whether the backends compute this layer without a kernel in different ways."""
    if isinstance(node.op, ops.BatchNorm):
        return node.op.statistic == "unset" and differs_by_backend(keras_version)
    return isinstance(node.op, ops.SReLU)


def reads_flattened(graph: Graph, flatten: Node) -> bool:
    """Whether a layer with weights reads what `flatten` yields, directly or through others."""
    readers = graph.readers()
    waiting, seen = list(readers[flatten.name]), {flatten.name}
    while waiting:
        node = waiting.pop()
        if node.tensors or isinstance(node.op, ops.Dense | ops.BatchNorm | ops.PReLU | ops.Highway | ops.Maxout):
            return True
        if node.name not in seen:
            seen.add(node.name)
            waiting += readers[node.name]
    return False
