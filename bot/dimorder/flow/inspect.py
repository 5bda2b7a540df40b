"""What a file is: era, layers, and the verdict on its layout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from dimorder.flow.machine import inspect_machine
from dimorder.flow.options import Options
from dimorder.flow.reading import as_released, open_model
from dimorder.flow.refusals import of_unknown_layers
from dimorder.flow.settling import judge
from dimorder.formats.containers import container
from dimorder.formats.lower import leaves
from dimorder.model import Model
from dimorder.report_data import InspectReport, LayerLine, TensorLine
from dimorder.sandbox.outside import Outside


def inspect(
    files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Options, outside: Outside
) -> InspectReport:
    """Look at a file; nothing is refused that can be read."""
    machine = inspect_machine(files["source"], names["source"])
    if machine is not None:
        return machine
    options = as_released(options, names["source"])
    opened = open_model(files, names, options)
    verdict = judge(opened, options)
    model = opened.model
    return InspectReport(
        file=model.path,
        sha256=model.sha256,
        era=model.era,
        keras_version=model.keras_version,
        backend=model.backend,
        kind=model.kind,
        layout=verdict.layout,
        confidence=verdict.confidence,
        evidence=verdict.evidence,
        layers=_layers(model),
        written_by=f"dimorder {model.provenance.version}" if model.provenance else "",
        refusals=of_unknown_layers(model.graph, opened.form),
    )


def _layers(model: Model) -> tuple[LayerLine, ...]:
    if model.kind == "architecture" and model.document is not None and not model.layers:
        return tuple(LayerLine(spec.name, spec.class_name, ()) for spec in leaves(container(model.document)))
    return tuple(
        LayerLine(layer.name, layer.kind, tuple(TensorLine(t.name, t.shape, t.dtype) for t in layer.tensors))
        for layer in model.layers
    )
