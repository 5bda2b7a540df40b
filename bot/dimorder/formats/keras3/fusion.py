"""Which activations become the `activation=` of the layer before them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dimorder.graph import Graph, Node
from dimorder.mapping import innermost
from dimorder.semantics import Activate, Conv, ConvTranspose, Dense, Depthwise, Separable, Shape

TAKES_ACTIVATION = (Conv, ConvTranspose, Dense, Depthwise, Separable)


Word = Callable[[Activate, Shape], str | None]
"""What to write as `activation=` for a value of this shape, None where no word means just that."""


def fused_words(graph: Graph, word: Word) -> Mapping[str, str]:
    """For each node whose layer takes its activation along: its name, and the activation's word.

    A shared layer takes it along only if every call is followed by the same one.
    """
    readers = graph.readers()
    found = {
        node.name: "" if node.name in graph.outputs else _word_after(node, readers[node.name], word)
        for node in graph.nodes
        if isinstance(innermost(node.op)[0], TAKES_ACTIVATION)
    }
    calls: dict[str, set[str]] = {}
    for node in graph.nodes:
        if node.name in found:
            calls.setdefault(node.layer, set()).add(found[node.name])
    return {node.name: found[node.name] for node in graph.nodes if found.get(node.name) and len(calls[node.layer]) == 1}


def _word_after(node: Node, readers: tuple[Node, ...], word: Word) -> str:
    if len(readers) != 1:
        return ""
    (after,) = readers
    same_layer = (after.layer, after.call) == (node.layer, node.call)
    if not same_layer or not isinstance(after.op, Activate):
        return ""
    return word(after.op, after.shape) or ""
