"""Reports stand in logs that GitHub's runner reads: but for the annotations asked for, it obeys nothing in them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from dimorder.finding import Fix, Related, Skipped
from dimorder.report import as_json, gitlab, junit, markdown, sarif, text
from dimorder.report.html import render as html
from dimorder.report.paper import Look
from dimorder.report_data import FindingsReport, Fixed, FixReport, Report, Unfixed
from sample_reports import a_check, a_comparison, a_conversion, a_finding, an_inspection, findings
from support.runner import obeyed
from support.strange import COMMANDS, HOSTILE, is_shown, strange_commands

STRANGE = [*HOSTILE, *COMMANDS, *strange_commands(50)]
ALL: dict[str, Callable[[Report], str]] = {
    "text": lambda report: text.render(report, Look()),
    "narrow": lambda report: text.render(report, Look(width=40, unicode=False, verbose=True)),
    "json": as_json.render,
    "markdown": markdown.render,
    "html": html.render,
}
OF_FINDINGS: dict[str, Callable[[FindingsReport], str]] = {
    **ALL,
    "sarif": lambda report: sarif.render(report, {}),
    "gitlab": gitlab.render,
    "junit": junit.render,
}


def of(name: str) -> FindingsReport:
    """A report in which everything that a stranger chooses is this text."""
    related, fix = (Related(name, 1, name),), Fix(True, name)
    found = a_finding(path=name, message=name, code=name, source=name, column=1, related=related, fix=fix)
    archived = a_finding("DIM101", path=name, message=name, line=None, source="")
    return findings(found, archived, skipped=(Skipped(name, name, "link"),), notes=(name,), fixes=fixes(name))


def fixes(name: str) -> FixReport:
    return FixReport((Fixed(name, (name,), f" {name}\n"),), (Unfixed(name, name, name),), True, recovered=name)


@pytest.mark.parametrize("form", OF_FINDINGS)
def test_findings_command_nobody(form: str) -> None:
    for name in STRANGE:
        shown = OF_FINDINGS[form](of(name))
        assert obeyed(shown) == [], name
        assert all(is_shown(re.sub("[\u200b\t]|\r$", "", line)) for line in shown.split("\n")), name


@pytest.mark.parametrize("form", ALL)
def test_other_reports_command_nobody(form: str) -> None:
    for name in COMMANDS[:12]:
        for report in (
            a_conversion(source=name, because=name, verdict="planned", assumptions=(name,), certificate=name),
            a_comparison(because=name, first_divergence=name, uncovered=(name,)),
            an_inspection(file=name, era=name),
            a_check(name),
        ):
            assert obeyed(ALL[form](report)) == [], name
