"""Annotations on GitHub: exactly our commands, whatever stands in paths and messages."""

from __future__ import annotations

import os
from typing import Any

import pytest

from dimorder.errors import CannotTell
from dimorder.finding import Fix, Related, Skipped
from dimorder.report.escape import plain
from dimorder.report.github import MOST, refused, render
from sample_reports import a_finding, findings, many_findings
from support.runner import obeyed
from support.strange import COMMANDS, HOSTILE, is_shown, strange_commands, strange_names

BINARY: dict[str, Any] = {"line": None, "column": None, "source": ""}


def test_nothing_found_is_no_command() -> None:
    assert render(findings()) == ""


def test_a_finding_is_an_annotation_at_its_place() -> None:
    (told,) = obeyed(render(findings(a_finding())))
    assert told.name == "warning"
    assert told.properties == {
        "file": os.path.abspath("nets/model.py"), "line": "12", "col": "38", "title": "DIM204 hardcoded-channel-axis",
    }  # fmt: skip
    assert told.data == "axis 1 is the channels' only where channels come first"


@pytest.mark.parametrize(("severity", "level"), [("error", "error"), ("warning", "warning"), ("info", "notice")])
def test_each_severity_has_its_level(severity: str, level: str) -> None:
    assert [one.name for one in obeyed(render(findings(a_finding(severity=severity))))] == [level]


def test_a_binary_has_no_line() -> None:
    (told,) = obeyed(render(findings(a_finding("DIM101", **BINARY))))
    assert set(told.properties) == {"file", "title"}


def test_a_line_of_a_cell_is_none_of_the_file() -> None:
    (told,) = obeyed(render(findings(a_finding(cell=3, line=4, column=2))))
    assert "line" not in told.properties
    assert told.data.startswith("cell 3, line 4: axis 1")


def test_related_places_and_the_fix_have_lines_of_their_own() -> None:
    found = a_finding(related=(Related("a.py", 3, "here"),), fix=Fix(False, "concat_axis=-1"))
    (told,) = obeyed(render(findings(found)))
    assert told.data.split("\n")[1:] == ["a.py:3: here", "--fix --unsafe-fixes: concat_axis=-1"]


def test_the_worst_come_first_and_the_rest_is_counted() -> None:
    mild = [a_finding(severity="info", message=f"mild {n}") for n in range(20)]
    likely = a_finding("DIM205", confidence="likely", message="likely")
    told = obeyed(render(findings(*mild, likely, a_finding("DIM205", message="certain"))))
    assert [one.data for one in told[:3]] == ["certain", "likely (likely)", "mild 0"]
    assert len(told) == MOST + 1
    assert told[-1].data.startswith("14 more: ")


def test_exactly_as_many_as_are_shown_leave_nothing_to_count() -> None:
    told = obeyed(render(findings(*[a_finding()] * MOST)))
    assert [one.name for one in told] == ["warning"] * MOST
    told = obeyed(render(findings(*[a_finding()] * (MOST + 1))))
    assert told[-1].data.startswith("1 more: ")
    assert len(told) == MOST + 1


def test_what_could_not_be_judged_is_told_unless_it_is_none_of_ours() -> None:
    quiet, loud = Skipped("a.json", "no model", "input.not-keras"), Skipped("b.h5", "leads elsewhere", "link")
    (told,) = obeyed(render(findings(skipped=(quiet, loud))))
    assert (told.name, told.properties["file"], told.data) == ("warning", os.path.abspath("b.h5"), "leads elsewhere")


def test_a_refusal_of_the_whole_run_is_an_error() -> None:
    (told,) = obeyed(refused(CannotTell("cannot\n::error::x", hint="say it")))
    assert (told.name, told.data) == ("error", "cannot\\x0a::error::x\nhint: say it")


def test_every_kind_of_finding_is_told() -> None:
    assert len(obeyed(render(many_findings()))) == 6


def test_no_text_makes_or_changes_a_command() -> None:
    for text in [*HOSTILE, *COMMANDS, *strange_names(1000), *strange_commands(1000)]:
        found = a_finding(path=f"d/{text}", message=text, related=(Related(text, 1, text),), fix=Fix(True, text))
        log = render(findings(found, skipped=(Skipped(text, text, "link"),)))
        first, second = obeyed(log)
        assert len(log.splitlines()) == 2, text
        assert [first.name, second.name] == ["warning", "warning"], text
        assert set(first.properties) == {"file", "line", "col", "title"}, text
        assert first.data == "\n".join([plain(text), plain(f"{text}:1: {text}"), plain(f"--fix: {text}")]), text
        assert first.properties["file"] == plain(os.path.abspath(f"d/{text}")), text
        assert set(second.properties) == {"file", "title"}, text
        assert all(is_shown(line) for line in log.split("\n")), text
