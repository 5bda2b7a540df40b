"""Findings as GitLab's code quality report: https://docs.gitlab.com/ci/testing/code_quality/."""

from __future__ import annotations

import hashlib
from typing import Any

from dimorder.finding import Finding, Severity
from dimorder.report import escape
from dimorder.report.places import LONGEST_PATH, inside, line_of, relative
from dimorder.report_data import FindingsReport

_SEVERITIES: dict[Severity, str] = {"error": "major", "warning": "minor", "info": "info"}


def render(report: FindingsReport) -> str:
    """A list, one entry for each finding."""
    return escape.as_json(document(report))


def document(report: FindingsReport) -> list[dict[str, Any]]:
    """The list as a value; its fingerprints are unique, as GitLab asks for."""
    seen: dict[str, int] = {}
    found = []
    for one in report.findings:
        found.append(_entry(one, _unique(one.fingerprint, seen.get(one.fingerprint, 0))))
        seen[one.fingerprint] = seen.get(one.fingerprint, 0) + 1
    return found


def _entry(finding: Finding, fingerprint: str) -> dict[str, Any]:
    said = escape.unlinked(f"{inside(finding)}{finding.message}", 2000)
    return {
        "description": f"{finding.rule} {finding.name}: {said}",
        "check_name": finding.rule,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {
            "path": escape.plain(relative(finding.path), LONGEST_PATH),
            "lines": {"begin": line_of(finding)},
        },
    }


def _unique(fingerprint: str, before: int) -> str:
    """The finding's own for the first; before: how many there were of it."""
    return hashlib.sha256(f"{fingerprint}\n{before}".encode()).hexdigest()[:16] if before else fingerprint
