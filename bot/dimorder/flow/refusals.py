"""The layers that stand in the way of any conversion, told before one is tried."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dimorder.flow.forms import Form
from dimorder.graph import Graph
from dimorder.planned import Refusal
from dimorder.rules.opaque import refusal
from dimorder.semantics import Opaque

_LAMBDA, _UNSAFE = "model.lambda", "model.unsafe-config"


def coded(refusals: Iterable[Refusal], form: Form) -> tuple[Refusal, ...]:
    """The same with their reason codes: a `.keras` with Python code in it is one that Keras itself opens only unsafely.

    Source: safe_mode in keras/src/saving/saving_lib.py at 3.15.1; HDF5 has none.
    """
    if form != "keras":
        return tuple(refusals)
    return tuple(replace(one, code=_UNSAFE) if one.code == _LAMBDA else one for one in refusals)


def of_unknown_layers(graph: Graph | None, form: Form) -> tuple[Refusal, ...]:
    """One for each layer that no rule covers, in order."""
    nodes = graph.nodes if graph is not None else ()
    found = [refusal(node.layer, node.op) for node in nodes if isinstance(node.op, Opaque)]
    return coded(dict.fromkeys(found), form)
