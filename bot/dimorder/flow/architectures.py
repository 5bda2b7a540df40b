"""Architectures without numbers: planned and spelled like models, with nothing to compare."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from dimorder.errors import CannotTell, Refused
from dimorder.flow.aligning import aligned
from dimorder.flow.documents import keras3_document, new_document
from dimorder.flow.opened import Opened
from dimorder.flow.options import Options
from dimorder.flow.order import Order
from dimorder.flow.settling import judge
from dimorder.formats.architectures import with_architecture
from dimorder.graph import Graph, Node, Tensor
from dimorder.infer import settle
from dimorder.model import Model
from dimorder.semantics import Conv, Opaque, Shape
from dimorder.weights import weights_of


def stand_ins(opened: Opened) -> Opened:
    """The model with an array described for each that its layers own, so that rules can plan their moves.

    One that has its arrays stays as it is.
    """
    graph = opened.model.graph
    if graph is None:
        raise CannotTell(f"{opened.model.path}: holds no architecture", hint="pass --architecture model.json")
    if opened.model.kind != "architecture":
        return opened
    shapes = {node.name: node.shape for node in graph.nodes}
    nodes = tuple(_with_stand_ins(node, tuple(shapes[name] for name in node.inputs)) for node in graph.nodes)
    return replace(opened, model=replace(opened.model, graph=Graph(nodes, graph.inputs, graph.outputs)))


def _with_stand_ins(node: Node, inputs: tuple[Shape, ...]) -> Node:
    if isinstance(node.op, Opaque) or not inputs:
        return node
    # Keras 1 left the axes of such kernels to the array: those of 1.1.0 and later.
    op = replace(node.op, axes="L1IO") if isinstance(node.op, Conv) and not node.op.axes else node.op
    tensors = []
    for weight in weights_of(op, inputs):
        if None in weight.shape:
            raise Refused(f"layer {node.layer!r}: its {weight.role} has a size that the architecture does not say")
        name = f"{node.layer}/{weight.role}"
        tensors.append(Tensor(name, name, tuple(size or 0 for size in weight.shape), "float32", weight.role))
    return replace(node, op=op, tensors=tuple(tensors))


def write_architecture(order: Order) -> None:
    """The converted architecture as JSON; refused if it does not read back as planned."""
    spoken = "keras3" if order.model.era == "keras3" else order.dialect
    if spoken == "keras3":
        content = keras3_document(order.settled, order.plan, order.target)
    else:
        content = json.dumps(new_document(order.settled, order.plan)).encode()
    order.files["target"].write(content)
    order.files["target"].seek(0)
    _check(order, json.loads(order.files["target"].read()))


def _check(order: Order, document: dict[str, Any]) -> None:
    plan, path = order.plan, order.target
    assert plan.graph is not None
    bare = Model(path, "", "keras1", "", "", "architecture", ())
    found = with_architecture(bare, document, plan.target.channels)
    assert found.graph is not None
    verdict = judge(Opened(found, order.settled.opened.read, None), Options(stated=plan.target))
    graph = aligned(settle(found.graph, replace(verdict, layout=plan.target)), plan.graph)
    shapes = {node.name: node.shape for node in graph.nodes}
    for node in plan.graph.nodes:
        if shapes.get(node.name, node.shape) != node.shape:
            raise Refused(f"{path}: layer {node.layer!r} would not yield what was planned")
    if [shapes.get(name) for name in graph.outputs] != [plan.graph.by_name()[n].shape for n in plan.graph.outputs]:
        raise Refused(f"{path}: the written architecture does not yield what was planned")
