"""What a written model is once it has been read back, by the plan that it was written from."""

from __future__ import annotations

from dataclasses import replace

from dimorder.flow.aligning import aligned
from dimorder.flow.opened import Opened, Settled
from dimorder.flow.options import Options
from dimorder.flow.settling import judge
from dimorder.infer import settle
from dimorder.plan import Plan


def as_planned(opened: Opened, plan: Plan, keras_version: str) -> Settled:
    """An HDF5 file of Keras 0 to 2 that was read back: its ordering is the target's, its rows are what it says."""
    verdict, graph = judge(opened, Options()), opened.model.graph
    if graph is not None:
        verdict = replace(verdict, layout=replace(plan.target, dense_rows=verdict.layout.dense_rows))
        graph = settle(graph, verdict, keras_version=keras_version)
        graph = aligned(graph, plan.graph) if plan.graph else graph
    return Settled(opened, verdict, graph, ())
