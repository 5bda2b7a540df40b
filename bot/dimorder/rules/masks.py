"""Masks after a conversion: layers that heed one must still be reached by the same."""

from __future__ import annotations

from collections.abc import Iterator

from dimorder.graph import Graph, Node
from dimorder.masks import PASSING, UNCLEAR, carried, heeds
from dimorder.plan import Refusal
from dimorder.semantics import Activate, Bidirectional, ConvRecurrent, GlobalPool, Mapped, Merge, Recurrent

UNSETTLED = "the mask that reaches it differs between versions of Keras"


def refusals(source: Graph, converted: Graph, dialect: str) -> tuple[Refusal, ...]:
    """Every layer whose mask is not known, or would be lost or changed on the way."""
    before, after = carried(source), carried(converted)
    nodes = converted.by_name()
    found = [
        Refusal(node.layer, because)
        for node in source.nodes
        if heeds(node.op) and (because := _problem(node, before.get(node.inputs[0]), nodes.get(node.name), after))
    ]
    if dialect == "keras3":
        found += [Refusal(node.layer, because) for node, because in (*_zeroed(source), *_ones(converted))]
    return tuple(found)


def _problem(node: Node, mask: str | None, made: Node | None, after: dict[str, str] | object) -> str:
    assert isinstance(after, dict)
    if mask == UNCLEAR:
        return UNSETTLED
    if mask is not None and _not_computed(node):
        return f"a mask reaches it, and what {type(node.op).__name__} makes of that is not known here"
    if made is None or not made.inputs or after.get(made.inputs[0]) != mask:
        return "" if mask is None and made is None else "the mask that reaches it would not survive the conversion"
    return ""


def _not_computed(node: Node) -> bool:
    op = node.op
    return isinstance(op, ConvRecurrent | Activate | Mapped) or (isinstance(op, GlobalPool) and op.channels != "last")


def _zeroed(graph: Graph) -> Iterator[tuple[Node, str]]:
    """Keras 3 may put zeros into the masked steps of a Bidirectional, where Keras 1 and 2 repeat what came before.

    Source: keras/src/layers/rnn/bidirectional.py (zero_output_for_mask), backend/jax/rnn.py at 3.15.1. It does not
    matter where all that reads these steps heeds the mask, unless they come out reversed: the mask does not.
    """
    masks = carried(graph)
    for node in graph.nodes:
        if not isinstance(node.op, Bidirectional) or node.name not in masks:
            continue
        if node.op.inner.backwards or _is_seen(graph, node.name):
            yield node, "its masked steps are read, and Keras 3 puts zeros there"


def _ones(graph: Graph) -> Iterator[tuple[Node, str]]:
    """A Multiply of Keras 3 takes masked steps for ones, and makes zeros of those that all its masks leave out.

    Source: keras/src/layers/merging/multiply.py at 3.15.1; Keras 1 and 2 multiply what is there.
    """
    masks = carried(graph)
    for node in graph.nodes:
        if not isinstance(node.op, Merge) or node.op.mode != "mul":
            continue
        given = {masks.get(name) for name in node.inputs}
        if given != {None} and (len(given) > 1 or UNCLEAR in given or _is_seen(graph, node.name)):
            yield node, "its masked steps are read, and Keras 3 takes them for ones where it multiplies"


def _is_seen(graph: Graph, name: str) -> bool:
    """Whether steps that do not count reach an output, or a layer that does not heed the mask."""
    readers, waiting, seen = graph.readers(), [name], {name}
    while waiting:
        value = waiting.pop()
        if value in graph.outputs:
            return True
        for node in readers[value]:
            if isinstance(node.op, Recurrent | Bidirectional | GlobalPool) and heeds(node.op):
                continue
            if not isinstance(node.op, PASSING):
                return True
            waiting += [node.name] if node.name not in seen else []
            seen.add(node.name)
    return False
