"""What proofs show to the eye, and arrays one by one, as parts of JSON documents; left out where there is nothing."""

from __future__ import annotations

from collections.abc import Iterable

from dimorder.pictures import Confusion, Kernels, Pictures, Points
from dimorder.proof import Control
from dimorder.report.documents_inspect import EvidenceDocument
from dimorder.report.documents_proof import (
    ArrayDocument,
    ConfusionDocument,
    KernelsDocument,
    PicturedDocument,
    PicturesDocument,
    PointsDocument,
    ShownDocument,
    ToldDocument,
)
from dimorder.report_data import ArrayLine, ConvertReport, ProveReport
from dimorder.verdict import Evidence


def pictured(pictures: Pictures | None) -> PicturedDocument:
    """The field `pictures`."""
    return {"pictures": _pictures(pictures)} if pictures else {}


def pointed(control: Control) -> ShownDocument:
    """The field `points`."""
    return {"points": _points(control.points)} if control.points else {}


def told(report: ConvertReport | ProveReport) -> ToldDocument:
    """The fields `evidence` and `arrays`."""
    found: ToldDocument = {}
    if report.evidence:
        found["evidence"] = evidence_list(report.evidence)
    if report.arrays:
        found["arrays"] = [_array(one) for one in report.arrays]
    return found


def evidence_list(evidence: Iterable[Evidence]) -> list[EvidenceDocument]:
    """Observations as JSON has them."""
    return [{"about": e.about, "says": e.says, "because": e.because, "strength": e.strength} for e in evidence]


def _pictures(pictures: Pictures) -> PicturesDocument:
    return {
        "points": [_points(one) for one in pictures.points],
        "kernels": _kernels(pictures.kernels) if pictures.kernels else None,
        "confusions": [_confusion(one) for one in pictures.confusions],
    }


def _points(points: Points) -> PointsDocument:
    return {
        "name": points.name,
        "original": list(points.original),
        "converted": list(points.converted),
        "count": points.count,
        "before": points.before,
    }


def _kernels(kernels: Kernels) -> KernelsDocument:
    return {
        "tensor": kernels.tensor,
        "axes": list(kernels.axes),
        "moved": list(kernels.moved),
        "original": [[list(row) for row in grid] for grid in kernels.original],
        "converted": [[list(row) for row in grid] for grid in kernels.converted],
        "count": kernels.count,
    }


def _confusion(confusion: Confusion) -> ConfusionDocument:
    return {
        "output": confusion.output,
        "classes": list(confusion.classes),
        "rest": confusion.rest,
        "original": [list(row) for row in confusion.original],
        "converted": [list(row) for row in confusion.converted],
    }


def _array(line: ArrayLine) -> ArrayDocument:
    return {
        "layer": line.layer,
        "kind": line.kind,
        "tensor": line.tensor,
        "source_shape": list(line.source_shape),
        "target_shape": None if line.target_shape is None else list(line.target_shape),
        "steps": list(line.steps),
    }
