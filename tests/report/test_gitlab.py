"""GitLab's code quality report: a list of what GitLab's documentation asks for."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from dimorder.report.gitlab import document, render
from sample_reports import a_finding, findings, many_findings
from support.strange import COMMANDS, HOSTILE


def test_nothing_found_is_an_empty_list() -> None:
    assert json.loads(render(findings())) == []


def test_a_finding_has_every_field() -> None:
    assert document(findings(a_finding())) == [
        {
            "description": "DIM204 hardcoded-channel-axis: axis 1 is the channels' only where channels come first",
            "check_name": "DIM204",
            "fingerprint": "0123456789abcdef",
            "severity": "minor",
            "location": {"path": "nets/model.py", "lines": {"begin": 12}},
        }
    ]


@pytest.mark.parametrize(("severity", "level"), [("error", "major"), ("warning", "minor"), ("info", "info")])
def test_each_severity_has_its_level(severity: str, level: str) -> None:
    assert document(findings(a_finding(severity=severity)))[0]["severity"] == level


def test_fingerprints_are_unique_and_stay() -> None:
    same: list[Any] = [a_finding(line=line) for line in (3, 5, 9)]
    prints = [one["fingerprint"] for one in document(findings(*same))]
    assert len(set(prints)) == 3
    assert prints[0] == "0123456789abcdef"
    moved = [a_finding(line=line) for line in (4, 6, 10)]
    assert [one["fingerprint"] for one in document(findings(*moved))] == prints


def test_paths_are_relative_and_lines_are_of_the_file() -> None:
    found = a_finding(path=os.path.abspath("a/b.ipynb"), cell=2, line=7)
    (told,) = document(findings(found))
    assert told["location"] == {"path": "a/b.ipynb", "lines": {"begin": 1}}
    assert "cell 2, line 7: " in told["description"]


def test_a_refusal_is_told_like_any_finding() -> None:
    told = [one["check_name"] for one in document(many_findings())]
    assert told == ["DIM101", "DIM204", "DIM208", "DIM402", "DIM109"]


def test_texts_stay_texts() -> None:
    for text in [*HOSTILE, *COMMANDS]:
        shown = render(findings(a_finding(path=f"d/{text}", message=text)))
        assert shown.isascii(), text
        assert len(json.loads(shown)) == 1, text
