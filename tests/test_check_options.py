"""The options of `dimorder check` that say what is looked at, what is told, and what fails."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import pytest

from support.check_files import architecture, model
from support.repository import Told

OK, FOUND, USAGE, REFUSED = 0, 1, 2, 3


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    return Told(capsys)


def th(path: str = "th.h5") -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    model(Path(path))


# What is told.


def test_milder_findings_are_not_told(told: Told) -> None:
    th()
    assert [one["rule"] for one in told("--min-severity", "error")[1]["findings"]] == ["DIM101"]


def test_less_sure_findings_are_not_told(told: Told) -> None:
    th()
    code, document = told("--min-confidence", "certain")
    assert code == OK
    assert [one["rule"] for one in document["findings"]] == ["DIM109"]
    assert told("--min-confidence", "likely")[0] == FOUND


def test_more_rules_are_told_than_those_selected(told: Told) -> None:
    th()
    selected = told("--select", "DIM101", "--extend-select", "DIM109")[1]["findings"]
    assert [one["rule"] for one in selected] == ["DIM101", "DIM109"]
    assert len(told("--extend-select", "DIM4")[1]["findings"]) == 2  # where nothing is selected, everything is


def test_what_is_ignored_is_not_told_although_it_is_selected(told: Told) -> None:
    th()
    assert told.found("--extend-select", "DIM101", "--ignore", "DIM101") == []


# What fails.


def test_a_file_that_could_not_be_judged_fails_only_strictly(told: Told) -> None:
    os.symlink("nowhere.h5", "link.h5")
    assert told()[0] == OK
    assert told("--strict")[0] == REFUSED


def test_what_is_no_model_at_all_fails_not_even_strictly(told: Told) -> None:
    Path("notes.json").write_text("{}")
    Path("read.me").write_text("hello")
    assert told("--strict")[0] == OK


def test_code_that_is_no_python_fails_strictly_whatever_is_told(told: Told) -> None:
    Path("m.py").write_text("= 1\n")
    assert told("--fail-on", "never")[0] == OK
    assert told("--strict", "--fail-on", "never")[0] == REFUSED
    assert told("--strict", "--select", "DIM1", "--exit-zero")[0] == REFUSED


# What is looked at.


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("a.h5", ["b.h5", "old/c.h5"]),
        ("*.h5", []),
        ("old", ["a.h5", "b.h5"]),
        ("old/", ["a.h5", "b.h5"]),
        ("old/*.h5", ["a.h5", "b.h5", "old/deep/a.h5"]),
        ("old/**/a.h5", ["a.h5", "b.h5", "old/c.h5"]),
        ("**/a.h5", ["b.h5", "old/c.h5"]),
        ("[ab].h5", ["old/c.h5"]),
        ("other", ["a.h5", "b.h5", "old/c.h5", "old/deep/a.h5"]),
    ],
)
def test_paths_may_be_excluded(told: Told, pattern: str, left: list[str]) -> None:
    for path in ("a.h5", "b.h5", "old/c.h5", "old/deep/a.h5"):
        th(path)
    assert [path for path, _ in told.found("--exclude", pattern)] == left


def test_a_named_path_that_is_excluded_is_told(told: Told) -> None:
    th()
    code, document = told("--exclude", "th.h5", "th.h5")
    assert (code, document["findings"]) == (OK, [])
    assert [(one["path"], one["code"]) for one in document["skipped"]] == [("th.h5", "input.excluded")]
    assert told("--exclude", "th.h5", "--strict", "th.h5")[0] == OK


@pytest.mark.parametrize("pattern", ["", "/", "../other", "x" * 400])
def test_a_pattern_that_fits_nothing_is_a_usage_error(told: Told, pattern: str) -> None:
    assert told("--exclude", pattern)[0] == USAGE


def given(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_the_standard_input_is_judged_under_its_name(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, json.dumps(architecture("th")).encode())
    assert told.found("-", "--stdin-filename", "new/model.json") == [("new/model.json", "DIM101")]


def test_weights_on_the_standard_input_are_judged(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    th()
    given(monkeypatch, Path("th.h5").read_bytes())
    Path("th.h5").unlink()
    assert told.found("-", "--stdin-filename", "th.h5") == [("th.h5", "DIM101")]


def test_the_standard_input_is_read_within_bounds(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, b"\x89HDF\r\n\x1a\n" + bytes(3 << 20))
    code, document = told("-", "--stdin-filename", "a.h5", "--max-size", "1")
    assert (code, [one["rule"] for one in document["findings"]]) == (REFUSED, ["DIM404"])


@pytest.mark.parametrize("arguments", [["-"], ["--stdin-filename", "a.py"], ["-", "b.py", "--stdin-filename", "a.py"],
                                       ["-", "--stdin-filename", "a.py", "--base", "HEAD"]])  # fmt: skip
def test_the_standard_input_is_checked_alone_and_with_a_name(told: Told, arguments: list[str]) -> None:
    assert told(*arguments)[0] == USAGE
