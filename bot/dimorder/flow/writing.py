"""A plan carried out: the converted file written and read back, in the dialect asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.metadata import version

from dimorder.errors import Refused
from dimorder.flow.options import Dialect
from dimorder.flow.order import Order, Written
from dimorder.flow.writers import keras2, keras3, same
from dimorder.formats.beside import beside
from dimorder.formats.guard import check_data
from dimorder.formats.hdf5 import Hdf5Store
from dimorder.formats.provenance import PROVENANCE
from dimorder.graph import Graph
from dimorder.mapping import innermost
from dimorder.semantics import Conv, Flatten

WRITERS: dict[Dialect, Callable[[Order, dict[str, bytes]], Written]] = {
    "same": same.write,
    "keras1": same.write,
    "keras2": keras2.write,
    "keras3": keras3.write,
}
"""By dialect; attributes are those that any form of file carries."""
_VERSION = version("dimorder")
"""Asked for while files can still be opened: the process that writes can open none."""


def write(order: Order) -> Written:
    """Write the target (and the new architecture, if asked for), then read it back from the file.

    All of an HDF5 source is read before, so that damage anywhere in it shows while nothing is written.
    """
    store = order.settled.opened.store
    if store is not None:
        check_data(store.root, store.path)
        _check_nothing_beside(order, store)
    return WRITERS[order.dialect](order, {PROVENANCE: _provenance(order)})


def _check_nothing_beside(order: Order, store: Hdf5Store) -> None:
    """Raise Refused where a file of another form would leave something of this one behind."""
    left = beside(store, order.model) if WRITERS[order.dialect] is not same.write else ""
    if left:
        raise Refused(
            f"{store.path}: holds more than its model, which the {order.dialect} form has no place for: {left}",
            hint="convert to its own form: -o NAME.h5 --dialect keras1, or --dialect same",
        )


def _provenance(order: Order) -> bytes:
    settled = order.settled
    stated = {
        "layout": str(order.plan.target),
        "source_layout": str(settled.verdict.layout),
        "source_sha256": settled.model.sha256,
        "version": _VERSION,
        "conv1d": _conv1d_axes(settled.graph),
        "flatten": _flatten_channels(settled.graph),
        "dialect": order.dialect,
    }
    return json.dumps(stated, sort_keys=True).encode()


def _conv1d_axes(graph: Graph | None) -> str:
    """Axes of Keras 1's Conv1D kernels, "" where there are none."""
    ops = [innermost(node.op)[0] for node in graph.nodes] if graph else []
    return next((op.axes for op in ops if isinstance(op, Conv) and "1" in op.axes), "")


def _flatten_channels(graph: Graph | None) -> str:
    """What all Flatten layers do with channels; "" where there are none, or they differ."""
    nodes = graph.by_name() if graph else {}
    found = {
        op.channels
        for node in nodes.values()
        for op, depth in (innermost(node.op),)
        if isinstance(op, Flatten) and len(nodes[node.inputs[0]].shape) > 1 + depth
    }
    return found.pop() if len(found) == 1 else ""
