"""Findings as SARIF 2.1.0, for code scanning: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dimorder
from dimorder.finding import RULES, Finding, Page
from dimorder.report import escape
from dimorder.report.places import inside, line_of, relative, uri
from dimorder.report.sarif_rules import LEVELS, descriptor
from dimorder.report.words_check import by_weight, told_aloud
from dimorder.report_data import EXIT_CODES, FindingsReport

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
_FAILED = ("usage", "environment", "bug")
"""Why a path was passed over, where that is a failure of the run."""
MOST = 25_000
"""Results; GitHub refuses a file with more (its documentation, "SARIF results exceed one or more limits")."""
_INDEX = {code: number for number, code in enumerate(RULES)}

Document = dict[str, Any]


def render(report: FindingsReport, pages: Mapping[str, Page]) -> str:
    """The document as text. pages: what is known of the rules, by code."""
    return escape.as_json(document(report, pages))


def document(report: FindingsReport, pages: Mapping[str, Page]) -> Document:
    """The document as a value: one run; what was suppressed is not in it."""
    rules = [descriptor(rule, pages.get(rule.code)) for rule in RULES.values()]
    run = {
        "tool": {"driver": {"name": "dimorder", "version": dimorder.__version__, "rules": rules}},
        "invocations": [_invocation(report)],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The folder that dimorder ran in."}}},
        "columnKind": "unicodeCodePoints",
        "results": _results(report),
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _invocation(report: FindingsReport) -> Document:
    """How the run ended. A notification of level error says that the run failed (3.20.21)."""
    told = [_refusal(one) for one in report.findings if one.is_refusal]
    told += [
        _notification("error" if one.code in _FAILED else "warning", one.path, one.because, {"id": one.code})
        for one in report.skipped
        if told_aloud(one)
    ]
    left = len(report.findings) - MOST
    more = (f"{left} more findings are left out: the JSON report holds everything",) if left > 0 else ()
    told += [{"level": "note", "message": _message(note)} for note in (*more, *report.notes)]
    return {
        "executionSuccessful": report.outcome in ("clean", "finding"),
        "exitCode": EXIT_CODES[report.outcome],
        "exitCodeDescription": report.outcome,
        "toolExecutionNotifications": told,
    }


def _refusal(finding: Finding) -> Document:
    told = _notification("error", finding.path, finding.message, {"id": finding.code or finding.rule})
    return {**told, "associatedRule": {"id": finding.rule, "index": _INDEX[finding.rule]}}


def _notification(level: str, path: str, because: str, kind: Document) -> Document:
    return {
        "level": level,
        "descriptor": kind,
        "message": _message(because),
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(path)}}],
    }


def _results(report: FindingsReport) -> list[Document]:
    seen: dict[str, int] = {}
    found = []
    shown = report.findings if len(report.findings) <= MOST else by_weight(report.findings)[:MOST]
    for one in shown:
        seen[one.fingerprint] = seen.get(one.fingerprint, 0) + 1
        found.append(_result(one, seen[one.fingerprint]))
    return found


def _result(finding: Finding, time: int) -> Document:
    """time: how many of this fingerprint there are so far, this one among them."""
    related = [
        {"id": number, "physicalLocation": _physical(one.path, one.line, None, ""), "message": _message(one.message)}
        for number, one in enumerate(finding.related, 1)
    ]
    return {
        "ruleId": finding.rule,
        "ruleIndex": _INDEX[finding.rule],
        "level": LEVELS[finding.severity],
        "message": _message(f"{inside(finding)}{finding.message}"),
        "locations": [_location(finding)],
        "partialFingerprints": {
            "dimorder/v1": finding.fingerprint,
            # The name that GitHub tells results of later runs by: CodeQL's own are hash:count as well.
            "primaryLocationLineHash": f"{finding.fingerprint}:{time}",
        },
        **({"relatedLocations": related} if related else {}),
        "properties": _properties(finding),
    }


def _properties(finding: Finding) -> Document:
    told = {"confidence": finding.confidence, "reason": finding.code}
    return {**told, "fix": "safe" if finding.fix.safe else "unsafe"} if finding.fix else told


def _location(finding: Finding) -> Document:
    """Lines of a notebook's cell are none of its file: there the cell is a logical place."""
    column = None if finding.cell else finding.column
    source = "" if finding.cell else finding.source
    place = {"physicalLocation": _physical(finding.path, line_of(finding), column, source)}
    if not finding.cell:
        return place
    return {**place, "logicalLocations": [{"name": f"cell {finding.cell}", "kind": "module"}]}


def _physical(path: str, line: int | None, column: int | None, source: str) -> Document:
    """Binaries have no lines; code scanning wants one, so it is the first."""
    region: Document = {"startLine": line or 1}
    if column:
        region["startColumn"] = column
    if source:
        region["snippet"] = {"text": escape.unlinked(source)}
    return {"artifactLocation": _artifact(path), "region": region}


def _artifact(path: str) -> Document:
    found = relative(path)
    return {"uri": uri(found)} if found.startswith("/") else {"uri": uri(found), "uriBaseId": ROOT}


def _message(text: str) -> Document:
    """Plain text; braces, which stand for arguments, are doubled (3.11.5)."""
    said = escape.unlinked(text, 4000) or "(no words)"
    return {"text": said.replace("{", "{{").replace("}", "}}")}

