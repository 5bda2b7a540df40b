"""Layers whose operation has changed: the keys of their configuration that say so."""

from __future__ import annotations

from typing import Any

from dimorder.errors import Refused
from dimorder.formats.layers import (
    conv,
    conv_recurrent,
    conv_transpose,
    dense,
    depthwise,
    legacy,
    merge,
    plain,
    pooling,
)  # fmt: skip
from dimorder.formats.respelling.draft import Draft, sliced
from dimorder.formats.respelling.spelling import ordering
from dimorder.graph import Node
from dimorder.semantics import (
    Activate,
    BatchNorm,
    Conv,
    ConvRecurrent,
    ConvTranspose,
    Depthwise,
    GlobalPool,
    Merge,
    Op,
    ParametricSoftplus,
    Pool,
    PReLU,
    Separable,
    SReLU,
)  # fmt: skip


def change_layers(draft: Draft) -> None:
    """Write what has changed into every layer that the document has already."""
    for node in draft.graph.nodes:
        before = draft.original.get(node.name)
        if before is not None and before.op != node.op and before.inputs:
            _change(draft, node)


def _change(draft: Draft, node: Node) -> None:
    mapped = draft.lowered.specs[node.layer].mapped
    # Its own TimeDistributed and those of models around it.
    depth = draft.lowered.depths[node.layer] + mapped
    config, op = draft.held(node.layer, mapped), sliced(node, depth)
    if isinstance(op, Activate) and (node.name.endswith("/activation") or "axis" not in config):
        raise Refused(
            f"layer {node.layer!r}: this form of softmax works along the last axis only",
            hint="write the .keras form: -o NAME.keras",
        )
    config.update(_changed(op, config, len(node.shape) - depth))
    config.update(ordering(op, config, draft.era))


def _changed(op: Op, config: dict[str, Any], rank: int) -> dict[str, Any]:
    match op:
        case Conv():
            return conv.respell(op, config)
        case ConvRecurrent():
            return conv_recurrent.respell(op, config)
        case ConvTranspose():
            return conv_transpose.respell(op, config)
        case Depthwise() | Separable():
            return depthwise.respell(op, config)
        case Pool() | GlobalPool():
            return pooling.respell(op, config)
        case BatchNorm() | PReLU():
            return dense.respell(op, config, rank)
        case SReLU() | ParametricSoftplus():
            return legacy.respell(op, config)
        case Merge():
            return merge.respell(op, config, rank)
        case Activate():
            return {"axis": -1 if op.axis is None else op.axis + 1}
    return plain.spell_changed(op, config)
