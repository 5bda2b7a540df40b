"""A graph's values for given inputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from dimorder.engine.masks import mask_for, mask_made, masked
from dimorder.engine.table import COMPUTE
from dimorder.errors import DimorderError, Refused
from dimorder.graph import Graph, Node, Tensor
from dimorder.masks import carried
from dimorder.semantics import Input, Op, Opaque
from dimorder.steps import Array

Reader = Callable[[Tensor], Array]


def run(
    graph: Graph,
    feeds: Mapping[str, Array],
    read: Reader,
    *,
    dtype: npt.DTypeLike = np.float32,
    keep: Collection[str] | None = None,
) -> dict[str, Array]:
    """Values (N, ..) of the nodes in `keep` (None: of all) for batches fed to the input nodes.

    Only what these nodes depend on is computed, and a value is dropped after its last reader.
    Arrays are read once per node and computed with in `dtype`. Values may be views of each other.
    """
    kept = {node.name for node in graph.nodes} if keep is None else set(keep)
    nodes = _needed(graph, kept)
    readings = Counter(name for node in nodes for name in node.inputs)
    values: dict[str, Array] = {}
    found, masks = carried(graph), dict[str, Array]()
    for node in nodes:
        if isinstance(node.op, Input):
            values[node.name] = np.asarray(feeds[node.name], dtype)
        else:
            inputs = [values[name] for name in node.inputs]
            weights = [np.asarray(read(tensor), dtype) for tensor in node.tensors]
            masks |= mask_made(node, inputs)
            values[node.name] = _compute_node(node, inputs, weights, mask_for(node, found, masks))
        readings.subtract(node.inputs)
        for name in {*node.inputs, node.name}:
            if not readings[name] and name not in kept:
                del values[name]
    return values


def compute(op: Op, inputs: Sequence[Array], weights: Sequence[Array], mask: Array | None = None) -> Array:
    """The value (N, ..) of one operation; weights in the order of `weights.weights_of`.

    mask: (N, steps), False where a step does not count; of operations that heed one.
    """
    if mask is not None:
        return masked(op, inputs, weights, mask)
    function = COMPUTE.get(type(op))
    if function is None:
        raise Refused(_unknown(op), hint="leave it out of the comparison with --keep LAYER")
    return function(op, inputs, weights)


def _needed(graph: Graph, kept: Collection[str]) -> list[Node]:
    """The nodes that `kept` names and all that they depend on, in the graph's order."""
    wanted = set(kept)
    assert wanted <= graph.by_name().keys(), wanted - graph.by_name().keys()
    nodes = []
    for node in reversed(graph.nodes):
        if node.name in wanted:
            nodes.append(node)
            wanted.update(node.inputs)
    return nodes[::-1]


def _compute_node(node: Node, inputs: Sequence[Array], weights: Sequence[Array], mask: Array | None) -> Array:
    try:
        return compute(node.op, inputs, weights, mask)
    except DimorderError as error:
        sentence = f"layer {node.layer!r}: {error.sentence}"
        raise type(error)(sentence, hint=error.hint) from error


def _unknown(op: Op) -> str:
    if isinstance(op, Opaque):
        because = f" ({op.because})" if op.because else ""
        return f"what {op.class_name} computes is not known here{because}"
    return f"{type(op).__name__} has no value of its own"
