"""What the inputs of a graph are: tokens, maps with their spatial axes, sequences, vectors."""

from __future__ import annotations

from dimorder import semantics as ops
from dimorder.engine.proof.signals import Axes
from dimorder.graph import Graph
from dimorder.mapping import innermost

LOOKED_THROUGH = (ops.Identity, ops.Scale, ops.Formula, ops.BatchNorm, ops.ElementNorm)
"""They keep shape and axes, whatever these mean."""


def token_table(graph: Graph, name: str) -> ops.Embedding | None:
    """The smallest Embedding that reads this input, if one does."""
    found = [op for op in _first_readers(graph, name) if isinstance(op, ops.Embedding)]
    return min(found, key=lambda op: op.input_dim, default=None)


def masked_value(graph: Graph, name: str) -> float | None:
    """What a Masking that reads this input looks for; None where none does."""
    return next((op.value for op in _first_readers(graph, name) if isinstance(op, ops.Masking)), None)


def spatial_axes(graph: Graph, name: str) -> Axes:
    """Spatial axes of an input: as its first reader with channels says, else as its shape looks."""
    rank = len(graph.by_name()[name].shape) - 1
    if rank < 1:
        return ()
    readers = [_within_steps(op) for op in _first_readers(graph, name)]
    maps = [(getattr(op, "channels", None), depth) for op, depth in readers if _rank(op) == rank - depth]
    channels, depth = maps[0] if maps else (None, 0)
    first = channels == "first" if maps else _looks_first(graph.by_name()[name].shape)
    return tuple(range(depth + 1, rank + 1)) if first else tuple(range(depth, rank))


def _within_steps(op: ops.Op) -> tuple[ops.Op, int]:
    """What reads maps, and how many axes of steps lie around these."""
    inner, depth = innermost(op)
    return inner, depth + isinstance(inner, ops.ConvRecurrent)


def _rank(op: ops.Op) -> int | None:
    return getattr(op, "rank", None)


def _looks_first(shape: ops.Shape) -> bool:
    """A map whose first axis is shorter than its last."""
    first, last = shape[0], shape[-1]
    return len(shape) > 2 and first is not None and (last is None or first < last)


def _first_readers(graph: Graph, name: str) -> tuple[ops.Op, ...]:
    """What reads an input, looking through layers that pass it on."""
    found: list[ops.Op] = []
    waiting, readers = [name], graph.readers()
    while waiting:
        for node in readers[waiting.pop(0)]:
            if isinstance(innermost(node.op)[0], LOOKED_THROUGH):
                waiting.append(node.name)
            else:
                found.append(node.op)
    return tuple(found)
