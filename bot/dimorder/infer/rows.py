"""Order of the rows of a Dense behind a Flatten, from the graph.

th: channel, height, width; tf: height, width, channel.
Source: layout-facts 5, 7.6 and traps 11 to 18.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from dimorder import semantics as ops
from dimorder.graph import Graph, Node
from dimorder.infer.clue import Clue, clue
from dimorder.infer.scope import reads_flattened
from dimorder.infer.word import UserWord
from dimorder.layout import Ordering
from dimorder.mapping import innermost
from dimorder.verdict import Confidence, Evidence

NONE = "no Dense reads a flattened map"
Told = tuple[Ordering, Confidence]
"""The dim ordering of the maps, and how firmly it is known."""


def rows_by_graph(graph: Graph, told: Told, user: UserWord | None) -> Iterator[Clue]:
    """One clue for each Flatten that a Dense reads.

    told: dim ordering of maps whose layers do not state theirs.
    """
    nodes = graph.by_name()
    of_maps: list[Clue] = []
    of_sequences: list[Clue] = []
    for node in graph.nodes:
        source = _slice_read(nodes, node) if _flattens(node) else None
        if source is None or not reads_flattened(graph, node):
            continue
        sequence = len(source.shape) < 3
        # What the user says of the dim ordering is not about sequences: (steps, features) in either.
        channels, sure = _channels(nodes, source, *((("tf", "certain"), None) if sequence else (told, user)))
        if _is_free(node, source, channels):
            continue
        (of_sequences if sequence else of_maps).append(_clue_of(node, channels, sure, sequence))
    if not of_maps and not of_sequences:
        yield clue("dense_rows", "n/a", NONE)
    yield from of_maps
    # Each Flatten states what it does; a sequence's answers the question only where there is no map to ask.
    yield from (replace(one, evidence=_weak(one.evidence)) if of_maps else one for one in of_sequences)


def _weak(evidence: Evidence) -> Evidence:
    return replace(evidence, strength="unknown")


def _is_free(node: Node, source: Node, ordering: Ordering) -> bool:
    """Nothing to order: a vector, a plain sequence, one channel, or one place."""
    shape = source.shape
    if len(shape) < 2 or (len(shape) == 2 and ordering == "tf" and not _moves(node)):
        return True
    if ordering == "unknown":
        return False
    count, places = (shape[0], shape[1:]) if ordering == "th" else (shape[-1], shape[:-1])
    return count == 1 or ops.product(places) == 1


def _moves(node: Node) -> bool:
    """Whether the Flatten takes axis 0 for the channels and moves them last before it flattens."""
    op = innermost(node.op)[0]
    return isinstance(op, ops.Flatten) and op.channels == "first"


def _flattens(node: Node) -> bool:
    op = innermost(node.op)[0]
    return isinstance(op, ops.Flatten) or (isinstance(op, ops.Reshape) and len(op.target) == 1)


def _slice_read(nodes: Mapping[str, Node], node: Node) -> Node:
    """What the node reads, as it is inside the TimeDistributed around it."""
    source = nodes[node.inputs[0]]
    return replace(source, shape=source.shape[innermost(node.op)[1] :])


def _channels(nodes: Mapping[str, Node], node: Node, told: Told, user: UserWord | None) -> Told:
    """Ordering of the map that `node` yields, from the nearest layer before that states one."""
    says: dict[str, Ordering] = {"first": "th", "last": "tf"}
    while True:
        stated = getattr(innermost(node.op)[0], "channels", "")
        if stated in says:
            return says[stated], "certain"
        if stated == "unset" or not node.inputs:
            word = user.about(node.layer) if user else None
            return (word.dim_ordering, "certain") if word else told
        if isinstance(innermost(node.op)[0], ops.Reshape | ops.Permute | ops.Opaque):
            return told
        node = nodes[node.inputs[0]]


def _clue_of(node: Node, ordering: Ordering, sure: Confidence, sequence: bool) -> Clue:
    moved = _moves(node)
    if ordering == "unknown" or (moved and ordering == "tf" and not sequence):
        told = f"{node.layer!r} flattens a map whose channel axis is not known"
        return clue("dense_rows", "unknown", told, "unknown", layer=node.layer)
    where = "first" if ordering == "th" else "last"
    if moved:
        # Keras from 2.2.0; on a sequence (time, features) it puts features before time (traps 18).
        told = f"{node.layer!r} flattens a channels-{where} map with data_format channels_first"
        says: Ordering = "tf" if ordering == "th" else "th"
        return clue("dense_rows", says, told, sure, layer=node.layer)
    told = f"{node.layer!r} flattens a channels-{where} map as it is stored"
    return clue("dense_rows", ordering, told, sure, layer=node.layer)
