"""The writer of keras2 files on graphs built in code: no source file, no rules."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from dimorder import semantics as ops
from dimorder.formats.keras2 import Source, Written, write
from dimorder.graph import Graph
from dimorder.layout import Layout
from dimorder.model import Era, Model
from dimorder.plan import Move, Plan
from dimorder.semantics import Activate
from dimorder.steps import Step
from formats.test_keras3_cases import Case, single

TF = Layout("tf", "tf")


def lstm(kind: str = "lstm", **more: Any) -> ops.Recurrent:
    gate = Activate("hard_sigmoid", slope=0.2)
    return ops.Recurrent(kind, 3, Activate("tanh"), gate, **more)  # type: ignore[arg-type]


SPATIAL: dict[str, Any] = {"kernel_size": (3, 2), "strides": (1, 1), "use_bias": True}
DILATED: dict[str, Any] = {**SPATIAL, "dilation": (1, 1)}
MORE: dict[str, Case] = {
    "transposed": single(
        ops.ConvTranspose(2, 4, padding="valid", channels="last", axes="HWOI", orientation="correlation", **SPATIAL),
        (5, 7, 3),
    ),
    "depthwise": single(ops.Depthwise(2, 2, padding="tf-same", channels="last", axes="HWIM", **DILATED), (5, 7, 3)),
    "separable": single(ops.Separable(2, 5, 2, padding="valid", channels="last", axes="HWIM", **DILATED), (5, 7, 3)),
    "locally": single(ops.LocallyConnected(2, 4, (3, 2), (1, 1), "last", True), (5, 7, 3)),
    "simple": single(lstm("simple", sequences=True), (7, 4)),
    "lstm": single(lstm(), (7, 4)),
    "gru": single(lstm("gru", sequences=True, backwards=True), (7, 4)),
    "bidirectional": single(ops.Bidirectional(lstm(sequences=True), "concat"), (7, 4)),
    "mapped": single(ops.Mapped(ops.Dense(5, True)), (7, 4)),
    "masking": single(ops.Masking(0.5), (7, 4)),
}
"""Layers of arrays that real Keras 2.3.1 opens: see tests/keras2 for what it computes with the zoo's."""


def source(case: Case, era: Era = "keras2") -> Source:
    """A model whose layers have the case's settings."""
    layers = [
        {"name": name, "class_name": config.get("class_name", "Activation"), "config": config, "inbound_nodes": []}
        for name, config in case.net.configs.items()
    ]
    config = {"name": "built", "layers": layers, "input_layers": [], "output_layers": []}
    document = {"class_name": "Model", "config": config}
    model = Model("built.h5", "", era, "", "", "model", (), case.graph, document)
    return Source(model, None, case.read)


def plan(graph: Graph, steps: Mapping[str, tuple[Step, ...]] | None = None) -> Plan:
    """Everything stays, but for the steps of single arrays (by address)."""
    tensors = [tensor for node in graph.nodes for tensor in node.tensors]
    moves = {t.address: Move(t.name, t.address, (steps or {}).get(t.address, ()), "") for t in tensors}
    return Plan(TF, TF, moves, graph, {})


def saved(case: Case, **more: Any) -> tuple[bytes, Written]:
    """The file, and what was said of it."""
    file = io.BytesIO()
    steps = more.pop("steps", None)
    written = write(source(case, **more), plan(case.graph, steps), file, name="built", attributes={})
    return file.getvalue(), written
