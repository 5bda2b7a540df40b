"""What a file leaves out, and is read as its Keras itself would read it: to be said in every report."""

from __future__ import annotations

from dimorder.graph import Graph
from dimorder.mapping import innermost
from dimorder.model import Model
from dimorder.semantics import ConvRecurrent


def unsaid_strides(model: Model, graph: Graph | None) -> tuple[str, ...]:
    """Keras 1 writes no strides of a ConvLSTM2D. Source: convolutional_recurrent.py get_config at 1.2.2; traps 35."""
    if model.era != "keras1" or graph is None:
        return ()
    layers = dict.fromkeys(node.layer for node in graph.nodes if isinstance(innermost(node.op)[0], ConvRecurrent))
    return tuple(f"{layer} read with strides of 1: Keras 1 leaves those of a ConvLSTM2D out" for layer in layers)
