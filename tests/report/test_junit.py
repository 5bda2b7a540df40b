"""JUnit's XML: well-formed whatever it speaks of, with sums that are right."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from dimorder.finding import Fix, Related, Skipped
from dimorder.report.junit import render
from dimorder.report_data import FindingsReport
from sample_reports import a_finding, findings, many_findings
from support.runner import obeyed
from support.strange import COMMANDS, HOSTILE, strange_commands, strange_names


def suite(report: FindingsReport) -> Any:
    suites = ElementTree.fromstring(render(report).encode())
    (only,) = suites
    assert (suites.tag, only.tag) == ("testsuites", "testsuite")
    return only


def sums(element: Any) -> list[str]:
    return [element.attrib[name] for name in ("tests", "failures", "errors", "skipped")]


def test_nothing_found_is_one_case_that_passes() -> None:
    (case,) = suite(findings())
    assert case.attrib["name"] == "All checks passed: 7 files checked"
    assert list(case) == []


def test_a_finding_is_a_case_that_fails() -> None:
    (case,) = suite(findings(a_finding(fix=Fix(True, "concat_axis=-1"), related=(Related("a.py", 3, "here"),))))
    assert case.attrib == {
        "classname": "nets/model.py", "file": "nets/model.py", "line": "12",
        "name": "DIM204 hardcoded-channel-axis nets/model.py:12:38",
    }  # fmt: skip
    (failure,) = case
    assert (failure.tag, failure.attrib["type"]) == ("failure", "DIM204")
    assert failure.attrib["message"] == "axis 1 is the channels' only where channels come first"
    assert failure.text.splitlines()[1:] == ["a.py:3: here", "--fix: concat_axis=-1"]


def test_notes_pass_and_refusals_are_errors() -> None:
    kinds = [[part.tag for part in case] for case in suite(many_findings())]
    assert kinds == [["failure"], ["failure"], ["failure"], ["error"], ["system-out"], ["skipped"]]


def test_the_sums_are_right() -> None:
    report = many_findings()
    assert sums(suite(report)) == ["6", "3", "1", "1"]
    assert sums(ElementTree.fromstring(render(report).encode())) == ["6", "3", "1", "1"]
    assert sums(suite(findings())) == ["1", "0", "0", "0"]


@pytest.mark.parametrize("texts", [[*HOSTILE, *COMMANDS], strange_names(500), strange_commands(200)])
def test_no_text_breaks_the_document(texts: list[str]) -> None:
    for text in texts:
        found = a_finding(path=text, message=text, related=(Related(text, 1, text),), fix=Fix(True, text))
        report = findings(found, a_finding(severity="info", message=text), skipped=(Skipped(text, text, "link"),))
        assert [len(case) for case in suite(report)] == [1, 1, 1], text
        assert obeyed(render(report)) == [], text
