"""What layers have wrong with their layout: orderings that differ from each other, padding of another backend."""

from __future__ import annotations

from collections.abc import Iterator

from dimorder import semantics as ops
from dimorder.errors import DimorderError
from dimorder.finding import Finding
from dimorder.flow.as_findings import finding
from dimorder.graph import Graph
from dimorder.infer import settle
from dimorder.layout import Channels
from dimorder.mapping import innermost
from dimorder.model import Model
from dimorder.rules.theano_same import pads_otherwise
from dimorder.semantics import Op
from dimorder.verdict import Verdict

MIXED, PADDING = "layout.mixed", "padding.theano"
_OVER_MAPS = (
    ops.Conv, ops.ConvTranspose, ops.Depthwise, ops.Separable, ops.LocallyConnected, ops.Pool, ops.GlobalPool,
    ops.ZeroPad, ops.Crop, ops.UpSample, ops.ConvRecurrent,
)  # fmt: skip
_KEEP_ORDER = (
    ops.Identity, ops.Activate, ops.BatchNorm, ops.ElementNorm, ops.Merge, ops.PReLU, ops.SReLU, ops.Scale,
    ops.ParametricSoftplus, ops.Formula,
)  # fmt: skip
"""Operations that leave channels where they are: behind them stands the order of what they read."""
_MOST_NAMES = 4


def mixed(model: Model) -> Iterator[Finding]:
    """One finding if a layer looks for channels elsewhere than the layer that made its maps put them."""
    pairs = list(_mixed_pairs(model.graph)) if model.graph else []
    if pairs:
        (layer, own), (source, other) = pairs[0]
        told = f"layer {layer!r} computes with channels {own}, and reads what layer {source!r} yields with channels "
        told += other + (f"; {len(pairs) - 1} more pairs like that" if len(pairs) > 1 else "")
        yield finding("DIM107", model.path, told, MIXED)


def padding(model: Model, verdict: Verdict) -> Iterator[Finding]:
    """One finding if layers of a model that Theano computed would pad otherwise on TensorFlow."""
    if model.graph is None or verdict.layout.kernels != "th":
        return
    try:
        graph = settle(model.graph, verdict, keras_version=model.keras_version)
    except DimorderError:
        return  # told by others
    layers = list(dict.fromkeys(_padded(graph)))
    if layers:
        names = ", ".join(map(repr, layers[:_MOST_NAMES])) + (", …" if len(layers) > _MOST_NAMES else "")
        count = f"layer {names} computes" if len(layers) == 1 else f"{len(layers)} layers ({names}) compute"
        told = f"{count} otherwise on TensorFlow, whose padding 'same' is another than Theano's; "
        told += "dimorder convert rewrites them"
        yield finding("DIM108", model.path, told, PADDING, None, verdict.confidence["kernels"])


def _mixed_pairs(graph: Graph) -> Iterator[tuple[tuple[str, Channels], tuple[str, Channels]]]:
    """Layers with their channels, and those whose maps they read."""
    made: dict[str, dict[str, tuple[int, Channels]]] = {}
    for node in graph.nodes:
        before = {name: known for source in node.inputs for name, known in made.get(source, {}).items()}
        own = _channels(node.op)
        if own is None:
            made[node.name] = before if _keeps_order(node.op) else {}
            continue
        rank, channels = own
        for name, (other_rank, other) in before.items():
            if rank == other_rank and channels != other:
                yield (node.layer, channels), (name, other)
        made[node.name] = {} if isinstance(innermost(node.op)[0], ops.GlobalPool) else {node.layer: own}


def _keeps_order(op: Op) -> bool:
    """Whether channels stay where they are."""
    op, _ = innermost(op)
    return isinstance(op, _KEEP_ORDER) and not (isinstance(op, ops.Merge) and op.mode in ("dot", "cos"))


def _channels(op: Op) -> tuple[int, Channels] | None:
    """Spatial axes and where the channels stand; None for what computes over no maps, or does not say it."""
    op, _ = innermost(op)
    if not isinstance(op, _OVER_MAPS) or op.rank < 2 or op.channels == "unset":
        return None
    return op.rank, op.channels


def _padded(graph: Graph) -> Iterator[str]:
    nodes = graph.by_name()
    for node in graph.nodes:
        if node.inputs and pads_otherwise(node.op, nodes[node.inputs[0]].shape):
            yield node.layer

