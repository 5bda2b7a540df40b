"""Reports as JSON documents, format 1: the fields that others build on first, more behind them."""

from __future__ import annotations

from typing import Any, cast

from dimorder.errors import DimorderError, Refused
from dimorder.finding import RULES, Page
from dimorder.fleet import Fleet
from dimorder.planned import Port
from dimorder.proof import Control, Drift, Proof
from dimorder.report import escape
from dimorder.report.as_json_check import findings
from dimorder.report.as_json_fleet import fleet
from dimorder.report.as_json_pictures import evidence_list, pictured, pointed, told
from dimorder.report.documents_check import ErrorDocument, FindingsDocument
from dimorder.report.documents_fleet import FleetDocument
from dimorder.report.documents_inspect import InspectDocument
from dimorder.report.documents_proof import (
    ControlDocument,
    ConvertDocument,
    DiagnoseDocument,
    DriftDocument,
    PortDocument,
    ProofDocument,
    ProveDocument,
    RecheckDocument,
)
from dimorder.report.documents_rules import RuleDocument, RulesDocument
from dimorder.report_data import (
    FORMAT,
    CheckReport,
    ConvertReport,
    DiagnoseReport,
    FindingsReport,
    InspectReport,
    ProveReport,
    Report,
    RulesReport,
)

Document = dict[str, Any]


def render(report: Report) -> str:
    """The document as text."""
    return escape.as_json(document(report))


def document(report: Report) -> Document:
    """The document as a value."""
    return cast(Document, _document(report))


def refused(error: DimorderError, source: str) -> ErrorDocument:
    """What stands in place of a report when there is none."""
    named = error.refusals if isinstance(error, Refused) else ()
    return {
        "format": FORMAT,
        "verdict": "refused",
        "because": error.sentence,
        "hint": error.hint,
        "source": source,
        "class": error.exit_class,
        "code": error.code,
        "refusals": [{"layer": layer, "because": because, "hint": hint} for layer, because, hint in named],
    }


def _document(
    report: Report,
) -> (
    InspectDocument | ConvertDocument | ProveDocument | RecheckDocument | DiagnoseDocument | FindingsDocument
    | RulesDocument | FleetDocument
):
    match report:
        case InspectReport():
            return _inspect(report)
        case ConvertReport():
            return _convert(report)
        case ProveReport():
            return _prove(report)
        case CheckReport():
            return _check(report)
        case DiagnoseReport():
            return _diagnose(report)
        case FindingsReport():
            return findings(report)
        case RulesReport():
            return {"format": FORMAT, "rules": [_rule(page) for page in report.pages]}
        case Fleet():
            return fleet(report)


def _rule(page: Page) -> RuleDocument:
    rule = RULES[page.code]
    return {
        "code": page.code,
        "name": rule.name,
        "severity": rule.severity,
        "finds": page.finds,
        "why": page.why,
        "example": page.bad,
        "use_instead": page.good,
        "language": page.language,
        "fix": {"safety": page.safety, "description": page.fix},
        "sources": list(page.sources),
    }


def _inspect(report: InspectReport) -> InspectDocument:
    return {
        "format": FORMAT,
        "file": report.file,
        "sha256": report.sha256,
        "era": report.era,
        "keras_version": report.keras_version,
        "backend": report.backend,
        "kind": report.kind,
        "layout": {
            "dim_ordering": report.layout.dim_ordering,
            "kernels": report.layout.kernels,
            "dense_rows": report.layout.dense_rows,
        },
        "confidence": {
            "dim_ordering": report.confidence["dim_ordering"],
            "kernels": report.confidence["kernels"],
            "dense_rows": report.confidence["dense_rows"],
        },
        "evidence": evidence_list(report.evidence),
        "layers": [
            {
                "name": layer.name,
                "kind": layer.kind,
                "tensors": [
                    {"name": tensor.name, "shape": list(tensor.shape), "dtype": tensor.dtype}
                    for tensor in layer.tensors
                ],
            }
            for layer in report.layers
        ],
        "written_by": report.written_by,
        "refusals": [
            {"layer": one.layer, "because": one.because, "hint": one.hint, "code": one.code}
            for one in report.refusals
        ],
    }


def _convert(report: ConvertReport) -> ConvertDocument:
    return {
        "format": FORMAT,
        "source": report.source,
        "target": report.target,
        "sha256": dict(report.sha256),
        "verdict": report.verdict,
        "assumptions": list(report.assumptions),
        "plan": [
            {"tensor": move.tensor, "steps": list(move.steps), "because": move.because}
            for move in report.plan
        ],
        "edits": [{"layer": edit.layer, "says": edit.says} for edit in report.edits],
        "refusals": [
            {"layer": one.layer, "because": one.because, "hint": one.hint} for one in report.refusals
        ],
        "kept": list(report.kept),
        "inputs": [_port(port) for port in report.inputs],
        "outputs": [_port(port) for port in report.outputs],
        "training": report.training,
        "proof": _proof(report.proof) if report.proof else None,
        "because": report.because,
        "dialect": report.dialect,
        "layout": dict(report.layout),
        "options": dict(report.options),
        "certificate": report.certificate,
        "already_there": report.already_there,
        "notes": list(report.notes),
        "training_because": report.training_because,
        **told(report),
    }


def _prove(report: ProveReport) -> ProveDocument:
    return {
        "format": FORMAT,
        **_proof(report.proof),
        "original": report.original,
        "converted": report.converted,
        "sha256": dict(report.sha256),
        "layout": dict(report.layout),
        "assumptions": list(report.assumptions),
        **told(report),
    }


def _check(report: CheckReport) -> RecheckDocument:
    return {
        "format": FORMAT,
        "certificate": report.certificate,
        "verdict": report.verdict,
        "differences": list(report.differences),
        "again": _prove(report.again) if report.again else None,
    }


def _diagnose(report: DiagnoseReport) -> DiagnoseDocument:
    return {
        "format": FORMAT,
        "verdict": report.verdict,
        "mistakes": [
            {"tensor": one.tensor, "mistake": one.mistake, "because": one.because, "found": one.found}
            for one in report.mistakes
        ],
        "original": report.original,
        "converted": report.converted,
        "sha256": dict(report.sha256),
        "layout": dict(report.layout),
        "assumptions": list(report.assumptions),
        "arrays": report.arrays,
        "right": report.right,
        "edits": [{"layer": edit.layer, "says": edit.says} for edit in report.edits],
        "unjudged": [{"layer": one.layer, "because": one.because} for one in report.unjudged],
        "repair": _convert(report.repair) if report.repair else None,
    }


def _proof(proof: Proof) -> ProofDocument:
    return {
        "verdict": proof.verdict,
        "relative_l2": proof.relative_l2,
        "max_abs": proof.max_abs,
        "top1_agreement": proof.top1_agreement,
        "top5_agreement": proof.top5_agreement,
        "first_divergence": proof.first_divergence,
        "outputs": [_drift(drift) for drift in proof.outputs],
        "referees": list(proof.referees),
        "probes": dict(proof.probes),
        "controls": [_control(control) for control in proof.controls],
        "uncovered": list(proof.uncovered),
        "layers": [_drift(drift) for drift in proof.layers],
        "because": proof.because,
        "precision": proof.precision,
        "proven": list(proof.proven),
        "not_proven": list(proof.not_proven),
        "expectation": proof.expectation,
        **pictured(proof.pictures),
    }


def _drift(drift: Drift) -> DriftDocument:
    return {"name": drift.name, "relative_l2": drift.relative_l2, "max_abs": drift.max_abs}


def _control(control: Control) -> ControlDocument:
    return {
        "name": control.name,
        "relative_l2": control.relative_l2,
        "top1_agreement": control.top1_agreement,
        "scope": control.scope,
        "told_apart": control.told_apart,
        "applicable": control.applicable,
        "because": control.because,
        **pointed(control),
    }


def _port(port: Port) -> PortDocument:
    return {
        "name": port.name,
        "source_shape": list(port.source_shape),
        "target_shape": list(port.target_shape),
        "permutation": list(port.permutation),
    }
