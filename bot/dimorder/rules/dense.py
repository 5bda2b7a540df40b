"""Dense: rows follow the order of what it reads, columns the order that a Reshape behind it asks for.

Source: layout-facts 5 and 7.6; traps 11 to 15.
"""

from __future__ import annotations

from dimorder.graph import Node
from dimorder.rules.tracing import Tracing, along
from dimorder.semantics import Dense

ROWS = "rows follow the map that is flattened in front of it"
COLUMNS = "columns follow the map that is reshaped behind it"


def trace(tracing: Tracing, node: Node, op: Dense) -> None:
    """Rewrite one Dense; it contracts the last axis of the original value."""
    value = tracing.read(node)
    last = len(value.order) - 1
    if value.order[last] != last:
        value = tracing.original(value, node)
    columns = tracing.columns.get(node.name)
    rows = value.picked(last)
    kernel, *bias = node.tensors
    moved = tracing.move(node, kernel, along(0, rows, ROWS) + along(1, columns, COLUMNS), _because(rows, columns))
    rest = tuple(tracing.move(node, tensor, along(0, columns, COLUMNS), COLUMNS) for tensor in bias)
    index = {axis: picked for axis, picked in value.index.items() if axis != last}
    origins = value.origins if index else frozenset()
    if columns is not None:
        index, origins = {**index, last: columns}, origins | {node.name}
    tracing.put(node, op, (value,), value.order, index, origins, (moved, *rest))


def _because(rows: object, columns: object) -> str:
    return "; ".join(text for text, there in ((ROWS, rows), (COLUMNS, columns)) if there is not None)
