"""The JSON document of `check`."""

from __future__ import annotations

from dimorder.finding import Finding
from dimorder.report.documents_check import FindingDocument, FindingsDocument, FixesDocument
from dimorder.report_data import FORMAT, FindingsReport, FixReport


def findings(report: FindingsReport) -> FindingsDocument:
    found: FindingsDocument = {
        "format": FORMAT,
        "findings": [_finding(one) for one in report.findings],
        "checked": report.checked,
        "skipped": [{"path": one.path, "because": one.because, "code": one.code} for one in report.skipped],
        "suppressed": report.suppressed,
        "outcome": report.outcome,
        "notes": list(report.notes),
        "fixes": _fixes(report.fixes) if report.fixes else None,
    }
    if report.statistics is not None:
        found["statistics"] = dict(report.statistics)
    return found


def _finding(finding: Finding) -> FindingDocument:
    fix = finding.fix
    return {
        "rule": finding.rule,
        "name": finding.name,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "cell": finding.cell,
        "message": finding.message,
        "related": [{"path": one.path, "line": one.line, "message": one.message} for one in finding.related],
        "fingerprint": finding.fingerprint,
        "fix": {"safe": fix.safe, "description": fix.description} if fix else None,
        "code": finding.code,
        "source": finding.source,
    }


def _fixes(report: FixReport) -> FixesDocument:
    return {
        "written": report.written,
        "fixed": [{"path": one.path, "edits": list(one.edits), "diff": one.diff} for one in report.fixed],
        "refused": [
            {"path": one.path, "line": one.line, "cell": one.cell, "what": one.what, "because": one.because}
            for one in report.refused
        ],
        "offered": report.offered,
        "recovered": report.recovered,
        "to_add": list(report.to_add),
    }
