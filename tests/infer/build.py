"""Models built by hand for tests; every axis has another length."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dimorder import semantics as ops
from dimorder.graph import Graph, Node, Tensor
from dimorder.model import Layer, Model, Provenance
from dimorder.semantics import Op, Shape

TH_KERNEL, TF_KERNEL, BIAS = (7, 3, 5, 2), (5, 2, 3, 7), (7,)
"""7 filters of 5 x 2 over 3 channels."""


def tensor(name: str, *shape: int) -> Tensor:
    return Tensor(name, name, shape, "float32")


def layer(name: str, **arrays: tuple[int, ...]) -> Layer:
    """Keras 1 names on Theano: layer("conv", W=(…), b=(…))."""
    return Layer(name, "", tuple(tensor(f"{name}_{role}", *s) for role, s in arrays.items()))


def layer2(name: str, **arrays: tuple[int, ...]) -> Layer:
    """Keras 2 names on Theano."""
    return Layer(name, "", tuple(tensor(f"{name}/{role}", *s) for role, s in arrays.items()))


def on_tensorflow(own: Layer) -> Layer:
    return replace(own, tensors=tuple(replace(t, name=t.name + ":0") for t in own.tensors))


def weights(*layers: Layer, era: Any = "keras1", path: str = "w.h5", **facts: Any) -> Model:
    values = {"keras_version": "", "backend": "", "kind": "weights"} | facts
    return Model(path=path, sha256="", era=era, layers=layers, **values)


def recorded(layout: str) -> Provenance:
    return Provenance(layout, "th/th", "", "0.1.0")


def model(*nodes: Node, **facts: Any) -> Model:
    """A full model; its layers are those of the nodes."""
    layers = [Layer(n.layer, "", n.tensors) for n in nodes if n.tensors]
    return replace(weights(*layers, **facts), graph=graph(*nodes), kind="model")


def graph(*nodes: Node) -> Graph:
    return Graph(nodes, (nodes[0].name,), (nodes[-1].name,))


def node(name: str, op: Op, before: str, shape: Shape, *tensors: Tensor) -> Node:
    return Node(name, name, op, (before,) if before else (), shape, tensors)


def image(*shape: int) -> Node:
    return node("image", ops.Input(shape), "", shape)


def conv(
    name: str = "conv",
    before: str = "image",
    *,
    kernel: tuple[int, ...] = TH_KERNEL,
    channels: Any = "unset",
    shape: Shape = (7, 9, 18),
    **fields: Any,
) -> Node:
    """7 filters of 5 x 2 on a map, "valid"."""
    plain = ops.Conv(2, 7, (5, 2), (1, 1), (1, 1), "valid", channels, True)
    op = replace(plain, **fields)
    arrays = (tensor(f"{name}_W", *kernel), tensor(f"{name}_b", 7))
    return node(name, op, before, shape, *arrays)


def conv1d(kernel: tuple[int, ...], *, filters: int = 7, size: int = 5) -> Node:
    op = ops.Conv(1, filters, (size,), (1,), (1,), "valid", "last", True)
    arrays = (tensor("conv_W", *kernel), tensor("conv_b", filters))
    return node("conv", op, "image", (9, filters), *arrays)


def flatten(before: str, shape: Shape, channels: Any = "last") -> Node:
    return node("flat", ops.Flatten(channels), before, shape)


def dense(before: str, rows: int, units: int = 11) -> Node:
    arrays = (tensor("fc_W", rows, units), tensor("fc_b", units))
    return node("fc", ops.Dense(units, True), before, (units,), *arrays)
