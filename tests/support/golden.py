"""Reports of every kind in every format that programs and people keep, by the name of the file that holds them."""

from __future__ import annotations

import json
from pathlib import Path

from dimorder.finding import Page
from dimorder.report import as_json, gitlab, junit, markdown, sarif
from dimorder.report_data import Report
from sample_reports import (
    a_check,
    a_comparison,
    a_conversion,
    a_diagnosis,
    an_inspection,
    findings,
    fixes,
    many_findings,
)

FOLDER = Path(__file__).parents[1] / "report" / "golden"
REPORTS: dict[str, Report] = {
    "convert": a_conversion(),
    "convert-unproven": a_conversion(verdict="unproven", because="no architecture is known", proof=None),
    "prove-different": a_comparison(verdict="different", relative_l2=0.5, proven=(), first_divergence="conv_1"),
    "prove-check": a_check("the verdict is different"),
    "inspect": an_inspection(),
    "diagnose": a_diagnosis(),
    "check": many_findings(),
    "check-clean": findings(),
    "check-fixed": findings(fixes=fixes()),
}
_PAGE = Page("DIM204", "An axis.", "It moves.", "axis=1", "axis=-1", "unsafe", "It becomes -1.", ("keras x@1",))


def _without_what_grows(text: str) -> str:
    """SARIF without our version, and with one rule of those that every document lists."""
    whole = json.loads(text)
    driver = whole["runs"][0]["tool"]["driver"]
    driver["version"] = "0"
    driver["rules"] = [rule for rule in driver["rules"] if rule["id"] == "DIM204"]
    for result in whole["runs"][0]["results"]:
        result.pop("ruleIndex", None)
    return json.dumps(whole, indent=2) + "\n"


def documents() -> dict[str, str]:
    """By file name."""
    found = {f"{name}.md": markdown.render(report) for name, report in REPORTS.items()}
    found |= {f"{name}.json": as_json.render(report) for name, report in REPORTS.items()}
    check = many_findings()
    return found | {
        "check.sarif": _without_what_grows(sarif.render(check, {"DIM204": _PAGE})),
        "check.gitlab.json": gitlab.render(check),
        "check.junit.xml": junit.render(check),
    }
