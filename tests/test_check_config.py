"""The configuration of `dimorder check`: where it is found, what it may say, that it is a stranger's text."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from support.check_files import model
from support.repository import Told, git

OK, FOUND, USAGE, REFUSED = 0, 1, 2, 3


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    model(Path("th.h5"))


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    return Told(capsys)


def toml(text: str, path: str = "pyproject.toml") -> None: Path(path).write_text(f"[tool.dimorder]\n{text}\n")
def yml(text: str, path: str = ".dimorder.yml") -> None: Path(path).write_text(text)


# What says nothing.


def test_a_project_that_says_nothing_of_this_program_changes_nothing(told: Told) -> None:
    Path("pyproject.toml").write_text("[tool.other]\nselect = 1\n")
    assert told()[0] == FOUND


def test_a_project_file_of_others_may_be_broken(told: Told) -> None:
    Path("pyproject.toml").write_text("[[[")
    assert told()[0] == FOUND


def test_an_empty_configuration_changes_nothing(told: Told) -> None:
    yml("# nothing yet\n")
    assert told()[0] == FOUND


# What it says.


@pytest.mark.parametrize("text", ['select = ["DIM4"]', 'ignore = ["dim101", "DIM109"]', 'fail-on = "never"',
                                  'exclude = ["*.h5"]', 'min-confidence = "certain"', 'severity = {DIM101 = "info"}',
                                  'per-file-ignores = {"th.h5" = ["DIM101"]}'])  # fmt: skip
def test_toml_settles_what_fails(told: Told, text: str) -> None:
    toml(text)
    assert told()[0] == OK


@pytest.mark.parametrize("text", ["select: [DIM4]", "fail-on: never", "severity: {DIM1: info}", "exclude: ['th.*']"])
def test_yaml_settles_what_fails(told: Told, text: str) -> None:
    yml(text)
    assert told()[0] == OK


def test_both_forms_say_the_same(told: Told) -> None:
    toml('extend-select = ["DIM1"]\nselect = ["DIM4"]\nmin-severity = "error"')
    by_toml = told.found()
    Path("pyproject.toml").unlink()
    yml("extend-select: [DIM1]\nselect: [DIM4]\nmin-severity: error\n")
    assert told.found() == by_toml == [("th.h5", "DIM101")]


def test_the_command_line_counts_more(told: Told) -> None:
    toml('select = ["DIM4"]\nfail-on = "never"\nexclude = ["th.h5"]\nmax-size = 1')
    given = ("--select", "DIM101", "--fail-on", "warning", "--exclude", "other", "--max-size", "9")
    assert told(*given)[0] == FOUND


def test_the_command_line_adds_to_what_is_selected(told: Told) -> None:
    toml('select = ["DIM4"]')
    assert told.found("--extend-select", "DIM1") == [("th.h5", "DIM101")]


def test_the_longest_code_says_how_severe_a_finding_is(told: Told) -> None:
    yml("severity: {DIM10: info, DIM101: warning, DIM1: error}")
    found = {one["rule"]: one["severity"] for one in told()[1]["findings"]}
    assert found == {"DIM101": "warning", "DIM109": "info"}


def test_files_are_passed_over_only_where_their_pattern_fits(told: Told) -> None:
    Path("old/deep").mkdir(parents=True)
    for path in ("old/a.h5", "old/deep/b.h5"):
        model(Path(path))
    toml('per-file-ignores = {"old/*.h5" = ["DIM1"]}')
    assert told.found() == [("th.h5", "DIM101"), ("old/deep/b.h5", "DIM101")]


def test_an_unknown_setting_of_a_switch_is_taken_from_the_file(told: Told) -> None:
    Path("py2.py").write_text("= 1\n")
    toml('strict = true\nignore = ["DIM1"]')
    assert told()[0] == REFUSED


# Where it is found.


def test_it_is_found_above_the_first_path(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("models/new").mkdir(parents=True)
    model(Path("models/new/a.h5"))
    toml('ignore = ["DIM1"]')
    assert told("models/new")[0] == OK
    assert told("models/new/a.h5")[0] == OK
    monkeypatch.chdir("models/new")
    assert told()[0] == OK


def test_the_nearest_counts_alone(told: Told) -> None:
    Path("models").mkdir()
    model(Path("models/a.h5"))
    toml('ignore = ["DIM1"]')
    yml("fail-on: info", "models/.dimorder.yml")
    assert told("models")[0] == FOUND


def test_nothing_above_the_repository_counts(told: Told) -> None:
    toml('ignore = ["DIM1"]')
    git("init", "--quiet", "inner")
    model(Path("inner/a.h5"))
    assert told("inner")[0] == FOUND


def test_a_folder_that_anybody_may_write_settles_nothing_below_it(told: Told) -> None:
    Path("shared/mine").mkdir(parents=True)
    model(Path("shared/mine/a.h5"))
    yml("ignore: [DIM1]", "shared/.dimorder.yml")
    assert told("shared/mine")[0] == OK
    Path("shared").chmod(0o777)
    assert told("shared/mine")[0] == FOUND


def test_a_named_file_counts_instead(told: Told) -> None:
    toml('ignore = ["DIM1"]')
    yml("min-severity: info", "mine.yml")
    assert told("--config", "mine.yml")[0] == FOUND


def test_patterns_count_from_the_file_and_not_from_the_current_folder(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("models").mkdir()
    model(Path("models/a.h5"))
    toml('exclude = ["models/a.h5"]')
    monkeypatch.chdir("models")
    assert told()[0] == OK


# What is refused.


def test_two_configurations_in_one_folder_are_a_usage_error(told: Told) -> None:
    toml("")
    yml("select: [DIM1]")
    assert told()[0] == USAGE
    assert "both configure dimorder" in told.error


NEAR = {"selct": "select", "min_severity": "min-severity", "excludes": "exclude"}


@pytest.mark.parametrize(("key", "near"), NEAR.items())
def test_an_unknown_key_names_the_nearest_right_one(told: Told, key: str, near: str) -> None:
    toml(f'{key} = ["DIM1"]')
    assert told()[0] == USAGE
    assert f"no key is called '{key}'" in told.error
    assert f"did you mean {near}?" in told.error


def test_a_key_like_no_other_is_told_all_of_them(told: Told) -> None:
    yml("zzz: 1")
    assert told()[0] == USAGE
    assert "per-file-ignores" in told.error


@pytest.mark.parametrize("text", ["fail-on: high", "select: DIM1", "select: [7]", "max-size: 0", "strict: maybe",
                                  "[1, 2]", "just text", "select: [DIM7]", "severity: {DIM7: info}",
                                  "exclude: ['../other']", "baseline: ../x.json", "baseline: /etc/passwd",
                                  "select: [DIM1]\nselect: [DIM4]", "a: &a [*a]", "x: !!python/name:os.system ''",
                                  "select: [DIM1", "--- 1\n--- 2"])  # fmt: skip
def test_what_is_no_setting_is_a_usage_error(told: Told, text: str) -> None:
    yml(text)
    assert told()[0] == USAGE
    assert told.error.startswith("error: ")


NO_TOML = ("a = ", "fail-on = 1979-05-27", "a = " + "[" * 3000, "\x00", "max-size = " + "9" * 9999)


@pytest.mark.parametrize("text", NO_TOML)
def test_what_is_no_toml_is_a_usage_error(told: Told, text: str) -> None:
    toml(text)
    assert told()[0] == USAGE


def test_a_configuration_that_is_none_is_a_usage_error(told: Told) -> None:
    os.mkfifo("pipe.yml")
    for path in ("none.yml", "th.h5", "pipe.yml", "."):
        assert told("--config", path)[0] == USAGE


def test_a_configuration_is_read_within_bounds(told: Told) -> None:
    start = time.monotonic()
    yml("select: [" + "DIM1, " * 400_000 + "]")
    assert told()[0] == USAGE
    yml("exclude: ['" + "*a" * 140 + "']")
    Path("a" * 200).mkdir()
    assert told()[0] == FOUND
    assert time.monotonic() - start < 60
