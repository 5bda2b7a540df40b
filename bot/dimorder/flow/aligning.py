"""Nodes of a re-read file under the names that the plan gave them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from dimorder.graph import Graph


def aligned(found: Graph, planned: Graph) -> Graph:
    """A layer may stand in fewer containers (Keras 3's form is flat) or in one more: its own name tells.

    Names that are not unique on both sides stay as they are.
    """
    ours, theirs = (Counter(short(node.name) for node in graph.nodes) for graph in (planned, found))
    full = {short(node.name): node.name for node in planned.nodes if ours[short(node.name)] == 1}
    names = {
        node.name: full.get(short(node.name), node.name) if theirs[short(node.name)] == 1 else node.name
        for node in found.nodes
    }
    if len(set(names.values())) < len(names):
        return found
    nodes = tuple(
        replace(node, name=names[node.name], inputs=tuple(names[name] for name in node.inputs)) for node in found.nodes
    )
    return Graph(nodes, tuple(names[n] for n in found.inputs), tuple(names[n] for n in found.outputs))


def short(name: str) -> str:
    """A node's name without the containers around its layer; its call and activation stay."""
    tail = "/activation" if name.endswith("/activation") else ""
    return name.removesuffix("/activation").rpartition("/")[2] + tail
