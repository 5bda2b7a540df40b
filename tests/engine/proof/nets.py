"""A small Theano network with a right plan and its right conversion, made by hand.

image (2, 7, 11) → conv 4 × (3, 3) → relu → Flatten (180,) → fc 5 → softmax, all channels first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from dimorder import semantics as ops
from dimorder.engine.proof.prove import prove
from dimorder.graph import Graph, Node, Tensor
from dimorder.layout import Layout
from dimorder.plan import Move, Plan, Port, View
from dimorder.proof import Proof
from dimorder.shapes import output_shape
from dimorder.steps import Array, Flip, Permute, Reorder, apply
from dimorder.weights import weights_of

Arrays = dict[str, Array]
CONV = ops.Conv(2, 4, (3, 3), (1, 1), (1, 1), "valid", "first", True, "OIHW", "convolution")


def graph_of(*layers: tuple[str, ops.Op, tuple[str, ...]], outputs: tuple[str, ...] = ()) -> Graph:
    """Nodes with shapes and tensors filled in; tensors lie at NAME/ROLE."""
    nodes: list[Node] = []
    shapes: dict[str, Any] = {}
    for name, op, inputs in layers:
        given = tuple(shapes[other] for other in inputs)
        shapes[name] = output_shape(op, given)
        tensors = tuple(
            Tensor(f"{name}_{w.role}", f"{name}/{w.role}", w.shape, "float32", w.role) for w in weights_of(op, given)
        )
        nodes.append(Node(name, name, op, inputs, shapes[name], tensors))
    entrances = tuple(name for name, op, _ in layers if isinstance(op, ops.Input))
    return Graph(tuple(nodes), entrances, outputs or (nodes[-1].name,))


def filled(graph: Graph, seed: int = 1) -> Arrays:
    """Random arrays for all tensors of a graph, kernels scaled so that values stay about one."""
    rng = np.random.default_rng(seed)
    tensors = [tensor for node in graph.nodes for tensor in node.tensors]
    return {t.address: _random(rng, t) for t in tensors}


def _random(rng: np.random.Generator, tensor: Tensor) -> Array:
    drawn = rng.standard_normal(tensor.shape).astype(np.float32)
    if tensor.role == "statistic":
        return 0.5 + drawn**2
    return drawn / np.float32(max(1, np.sqrt(drawn.size / max(tensor.shape))))


def theano_graph(sizes: tuple[int | None, int | None] = (7, 11), conv: ops.Conv = CONV) -> Graph:
    """The network under Theano, channels first."""
    return graph_of(
        ("image", ops.Input((2, *sizes)), ()),
        ("conv", conv, ("image",)),
        ("relu", ops.Activate("relu"), ("conv",)),
        ("flat", ops.Flatten(), ("relu",)),
        ("fc", ops.Dense(5, True), ("flat",)),
        ("scores", ops.Activate("softmax"), ("fc",)),
    )


def tensorflow_graph(sizes: tuple[int | None, int | None] = (7, 11), axes: str = "HWIO") -> Graph:
    """The same network under TensorFlow, channels last."""
    conv = replace(CONV, channels="last", axes=axes, orientation="correlation")
    return graph_of(
        ("image", ops.Input((*sizes, 2)), ()),
        ("conv", conv, ("image",)),
        ("relu", ops.Activate("relu"), ("conv",)),
        ("flat", ops.Flatten(), ("relu",)),
        ("fc", ops.Dense(5, True), ("flat",)),
        ("scores", ops.Activate("softmax"), ("fc",)),
    )


KERNEL = (Permute("OIHW", "HWIO"), Flip("HWIO", "HW"))
CHW_TO_HWC = np.arange(4 * 5 * 9).reshape(4, 5, 9).transpose(1, 2, 0).ravel()
ROWS = (Reorder(0, CHW_TO_HWC, "channel, height, width to height, width, channel"),)
LAST = View((1, 2, 0))
SAME = View((0,))
VIEWS = {
    "image": LAST, "conv": LAST, "relu": LAST,
    "flat": View((0,), {0: CHW_TO_HWC}), "fc": SAME, "scores": SAME,
}  # fmt: skip
TH, TF = Layout("th", "th", "th"), Layout("tf", "tf", "tf")


def moves_of(graph: Graph, steps: Mapping[str, tuple[Any, ...]]) -> dict[str, Move]:
    """One move for every tensor; those not named are copied."""
    tensors = [tensor for node in graph.nodes for tensor in node.tensors]
    return {t.address: Move(t.name, t.address, steps.get(t.address, ()), "test") for t in tensors}


def plan_of(graph: Graph, target: Graph) -> Plan:
    """The right plan for the network above."""
    moves = moves_of(graph, {"conv/kernel": KERNEL, "fc/kernel": ROWS})
    inputs = (Port("image", (2, 7, 11), (7, 11, 2), (1, 2, 0)),)
    outputs = (Port("scores", (5,), (5,), (0,)),)
    return Plan(TH, TF, moves, target, VIEWS, inputs=inputs, outputs=outputs)


@dataclass(frozen=True)
class Case:
    """Everything that `prove` takes, with the right conversion; tests change one thing."""

    original: Graph = field(default_factory=theano_graph)
    converted: Graph = field(default_factory=tensorflow_graph)
    arrays: Arrays = field(default_factory=lambda: filled(theano_graph()))
    plan: Plan = field(default_factory=lambda: plan_of(theano_graph(), tensorflow_graph()))
    written: Arrays | None = None

    def right(self) -> Arrays:
        """What the plan makes of the arrays."""
        return {a: apply(self.plan.moves[a].steps, array) for a, array in self.arrays.items()}

    def proof(self, **options: Any) -> Proof:
        written = self.right() if self.written is None else self.written
        return prove(
            self.original,
            reader(self.arrays),
            self.converted,
            reader(written),
            self.plan,
            **options,
        )


def reader(arrays: Mapping[str, Array]) -> Callable[[Tensor], Array]:
    return lambda tensor: arrays[tensor.address]
