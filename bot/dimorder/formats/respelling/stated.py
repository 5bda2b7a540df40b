"""Input shapes that layers state."""

from __future__ import annotations

from dimorder.formats.respelling.draft import Draft
from dimorder.graph import Node


def change_shapes(draft: Draft) -> None:
    """Write the new shapes wherever the document states one."""
    _change_declared(draft)
    _change_held(draft)


def _change_declared(draft: Draft) -> None:
    """Input shapes, wherever a layer states the shape of what it reads."""
    for place, value in draft.lowered.declared:
        config = draft.held(place, 0)
        before, after = draft.original[value].shape, draft.converted[value].shape
        if before == after:
            continue
        key = "batch_input_shape" if "batch_input_shape" in config else "batch_shape"
        config[key] = [config[key][0], *after[draft.lowered.depths[place] :]]


def _change_held(draft: Draft) -> None:
    """Input shapes that layers inside a TimeDistributed state of their slices; nothing reads them there."""
    for node in draft.lowered.nodes:
        if not draft.lowered.specs[node.layer].inner and node.inputs and not node.name.endswith("/activation"):
            _change_slices(draft, node)


def _change_slices(draft: Draft, node: Node) -> None:
    read = draft.converted[draft.converted[node.name].inputs[0]]
    shape = read.shape[draft.lowered.depths[node.layer] :]
    for level in range(1, draft.lowered.specs[node.layer].mapped + 1):
        config = draft.held(node.layer, level)
        if config.get("batch_input_shape"):
            config["batch_input_shape"] = [None, *shape[level:]]
