"""The report for a terminal: the verdict first, then what it rests on."""

from __future__ import annotations

from rich.console import RenderableType

from dimorder.fleet import Fleet
from dimorder.report import paper
from dimorder.report.paper import Look
from dimorder.report.text_check import found
from dimorder.report.text_convert import converted
from dimorder.report.text_diagnose import diagnosed
from dimorder.report.text_fix import diffs
from dimorder.report.text_fleet import swept
from dimorder.report.text_inspect import inspected
from dimorder.report.text_proof import proof_parts
from dimorder.report.text_rules import explained
from dimorder.report_data import (
    CheckReport,
    ConvertReport,
    DiagnoseReport,
    FindingsReport,
    InspectReport,
    ProveReport,
    Report,
    RulesReport,
)


def render(report: Report, look: Look) -> str:
    """The report, no wider than the look says; quiet: its first line only. Differences stand in front of it."""
    parts = _parts(report, look)
    changes = report.fixes if isinstance(report, FindingsReport) else None
    return (diffs(changes, look) if changes else "") + paper.printed(parts[:1] if look.quiet else parts, look)


def _parts(report: Report, look: Look) -> list[RenderableType]:
    match report:
        case InspectReport():
            return inspected(report, look)
        case ConvertReport():
            return converted(report, look)
        case ProveReport():
            return _proved(report, look)
        case CheckReport():
            return _checked(report, look)
        case FindingsReport():
            return found(report, look)
        case RulesReport():
            return explained(report)
        case Fleet():
            return swept(report, look)
        case DiagnoseReport():
            repair = ["", *converted(report.repair, look)] if report.repair else []
            return [*diagnosed(report, look), *repair]


def _proved(report: ProveReport, look: Look) -> list[RenderableType]:
    proof = report.proof
    parts = paper.verdict(proof.verdict, f"{report.original} → {report.converted}", proof.because)
    if report.assumptions:
        parts += [*paper.heading("Assumed"), paper.bullets(report.assumptions)]
    return parts + proof_parts(proof, report.assumptions, look)


def _checked(report: CheckReport, look: Look) -> list[RenderableType]:
    because = "" if report.differences else "Hashes, verdict and figures are what the certificate says."
    parts = paper.verdict(report.verdict, report.certificate, because)
    if report.differences:
        parts += [*paper.heading("Differences"), paper.bullets(report.differences)]
    if report.again and (look.verbose or report.differences):
        parts += ["", *_proved(report.again, look)]
    return parts
