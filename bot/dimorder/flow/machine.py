"""What a keras.json says, as a report: it holds no model, and tells how a machine's models were trained."""

from __future__ import annotations

from typing import BinaryIO

from dimorder.formats.machine import LARGEST, Machine, machine_settings
from dimorder.formats.reader import sha256
from dimorder.infer.marks import BACKENDS
from dimorder.layout import Layout, Ordering
from dimorder.report_data import InspectReport
from dimorder.verdict import About, Confidence, Evidence

ONLY = "of models trained on this machine, as far as nothing else was set"


def inspect_machine(file: BinaryIO, path: str) -> InspectReport | None:
    """The report on a keras.json, None for any other file; leaves the file at its start."""
    content = file.read(LARGEST + 1)
    file.seek(0)
    machine = machine_settings(content)
    if machine is None:
        return None
    kernels = BACKENDS.get(machine.backend.lower(), "unknown")
    dim_ordering: Ordering = "unknown" if machine.disagrees else machine.ordering
    return InspectReport(
        file=path,
        sha256=sha256(file),
        era=machine.era,
        keras_version="",
        backend=machine.backend,
        kind="architecture",
        layout=Layout(dim_ordering, kernels, "unknown"),
        confidence=_confidence(machine, kernels),
        evidence=_evidence(machine, kernels),
        layers=(),
    )


def _confidence(machine: Machine, kernels: Ordering) -> dict[About, Confidence]:
    ordering: Confidence = "contradictory" if machine.disagrees else _sure(machine.ordering)
    return {"dim_ordering": ordering, "kernels": _sure(kernels), "dense_rows": "unknown"}


def _sure(says: Ordering) -> Confidence:
    return "unknown" if says == "unknown" else "likely"


def _evidence(machine: Machine, kernels: Ordering) -> tuple[Evidence, ...]:
    found = []
    if machine.disagrees:
        told = "image_data_format, which Keras 2 reads, and image_dim_ordering, which Keras 1 reads, disagree"
        found.append(Evidence("dim_ordering", "unknown", told, "unknown"))
    elif machine.ordering_key:
        told = f"these settings say {machine.ordering_key}, which means {machine.ordering}: {ONLY}"
        found.append(Evidence("dim_ordering", machine.ordering, told, "likely"))
    if kernels != "unknown":
        found.append(Evidence("kernels", kernels, f"these settings say backend {machine.backend}: {ONLY}", "likely"))
    return tuple(found)
