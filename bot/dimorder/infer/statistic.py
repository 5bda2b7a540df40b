"""What the fourth array of Keras 1's BatchNormalization holds, and how it is used: by version, once by backend.

Source: layout-facts 2a; keras/layers/normalization.py and batch_normalization of both backends at 1.0.5 to 1.2.2.
"""

from __future__ import annotations

from dataclasses import replace

from dimorder.errors import CannotTell
from dimorder.graph import Graph, Node
from dimorder.infer.guess import guess_kind
from dimorder.infer.names import split
from dimorder.infer.versions import Version, version
from dimorder.layout import Layout
from dimorder.model import Model
from dimorder.semantics import BatchNorm

OWN_TO_THEANO: dict[Version, BatchNorm] = {
    (1, 0, 6): BatchNorm(0, 0.0, statistic="std", formula="std+e", theano="std+e"),
    (1, 0, 7): BatchNorm(0, 0.0, statistic="variance", formula="sqrt(v)+e", theano="sqrt(v)+e"),
}
"""Where Theano differs from TensorFlow, which has stored a variance for sqrt(v+e) since 1.0.6."""
COPIED = (
    "running_std copied as it is: right where the same Keras reads it again, unless that is 1.0.6 or 1.0.7, which "
    "store or use it otherwise on each backend"
)
_WORDS = {"std": "standard deviation", "variance": "variance"}
_WAY_OUT = "state the version that wrote these arrays, for example --keras-version 1.0.5"


def stored_statistic(node: Node, op: BatchNorm, layout: Layout, keras_version: str) -> BatchNorm:
    """The operation with statistic and formula filled in; CannotTell where version or backend is not known."""
    if op.statistic != "unset":
        return op
    found = version(keras_version)
    if found is None and op.formula == "unset" and node.tensors:
        raise CannotTell(
            f"layer {node.layer!r}: nothing tells whether its running_std is a standard deviation (Keras until 1.0.5) "
            "or a variance",
            hint=_WAY_OUT,
        )
    if found is not None and found < (1, 0, 6):
        return replace(op, statistic="std", formula="std+e")
    if found not in OWN_TO_THEANO:
        return replace(op, statistic="variance", formula="sqrt(v+e)")
    return _by_backend(node, op, layout, OWN_TO_THEANO[found])


def _by_backend(node: Node, op: BatchNorm, layout: Layout, theano: BatchNorm) -> BatchNorm:
    if layout.kernels not in ("th", "tf"):
        raise CannotTell(
            f"layer {node.layer!r}: nothing tells whether Theano or TensorFlow trained it, and its statistic differs",
            hint="state it with --from, for example --from th/th",
        )
    if layout.kernels == "tf":
        return replace(op, statistic="variance", formula="sqrt(v+e)", theano=theano.theano)
    return replace(op, statistic=theano.statistic, formula=theano.formula, theano=theano.theano)


def statistic_assumptions(model: Model, graph: Graph | None, keras_version: str, *, stated: bool) -> tuple[str, ...]:
    """What weights of Keras 1 leave open about BatchNormalization, and how it was read; graph: settled.

    stated: the user names the version, else the architecture does.
    """
    if model.kind != "weights" or model.era != "keras1":
        return ()
    if graph is None:
        copied = any(guess_kind(part, model.era).kind == "batchnorm" for layer in model.layers for part in split(layer))
        return (COPIED,) if copied else ()
    read = {node.op.statistic for node in graph.nodes if isinstance(node.op, BatchNorm) and node.tensors}
    told = "--keras-version" if stated else "the architecture"
    return tuple(f"running_std read as a {_WORDS[kind]}: Keras {keras_version}, says {told}" for kind in sorted(read))


def differs_by_backend(keras_version: str) -> bool:
    """Whether this Keras stored or used the statistic in another way on Theano than on TensorFlow."""
    return version(keras_version) in OWN_TO_THEANO


def with_any_statistic(graph: Graph) -> Graph:
    """For judging shapes alone, which no statistic changes."""
    nodes = (
        replace(node, op=replace(node.op, statistic="variance", formula="sqrt(v+e)"))
        if isinstance(node.op, BatchNorm)
        else node
        for node in graph.nodes
    )
    return replace(graph, nodes=tuple(nodes))
