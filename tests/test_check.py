"""`dimorder check` from the command line: which files it looks at, what it tells, how it ends."""

from __future__ import annotations

import json
import os
import re
import socket
from pathlib import Path
from typing import Any

import pytest

from dimorder import cli, cli_options
from dimorder.errors import UnreadableFile
from dimorder.finding import RULES
from dimorder.sandbox import isolated
from support.check_files import architecture, model
from support.runner import obeyed

OK, FOUND, USAGE, REFUSED, ENVIRONMENT, BUG = 0, 1, 2, 3, 4, 70
LINE = re.compile(r"^[^\n]+: (error|warning|info) DIM\d{3} [a-z0-9-]+: .+ \[[a-z0-9.-]+\]$")
run_isolated = isolated.run_isolated


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Any:
    """Run with JSON on the standard output: the exit code, and the document."""

    def run(*arguments: str) -> tuple[int, Any]:
        code = cli.main(["check", "--output", "json", *arguments])
        return code, json.loads(capsys.readouterr().out)

    return run


def rules(document: Any) -> list[tuple[str, str]]:
    return [(one["path"], one["rule"]) for one in document["findings"] if one["rule"] != "DIM109"]


def tf(name: str = "tf.h5") -> Path: return model(Path(name), "tf", suffix=":0")
def th(name: str = "th.h5") -> Path: return model(Path(name))


# Exit codes.


def test_an_empty_folder_is_clean() -> None:
    assert cli.main(["check"]) == OK


def test_tensorflows_weights_are_clean() -> None:
    tf()
    assert cli.main(["check"]) == OK


def test_theanos_weights_are_a_finding() -> None:
    th()
    assert cli.main(["check"]) == FOUND


def test_findings_may_be_asked_not_to_fail() -> None:
    th()
    assert cli.main(["check", "--exit-zero"]) == OK


def test_notes_fail_only_on_request() -> None:
    tf()
    assert cli.main(["check", "--fail-on", "info"]) == FOUND


def test_errors_fail_unless_nothing_shall() -> None:
    th()
    assert cli.main(["check", "--fail-on", "never"]) == OK


def test_ignored_findings_do_not_fail() -> None:
    th()
    assert cli.main(["check", "--ignore", "dim101,DIM109"]) == OK


def test_unselected_findings_do_not_fail() -> None:
    th()
    assert cli.main(["check", "--select", "DIM4"]) == OK


def test_a_rule_that_is_none_is_a_usage_error() -> None: assert cli.main(["check", "--select", "DIM7"]) == USAGE
def test_a_missing_path_is_a_usage_error() -> None: assert cli.main(["check", "none.h5"]) == USAGE
def test_an_empty_name_is_a_usage_error() -> None: assert cli.main(["check", ""]) == USAGE


def test_a_file_that_cannot_be_judged_is_refused_also_where_findings_do_not_fail() -> None:
    Path("w.h5").write_bytes(b"no weights")
    assert cli.main(["check", "--exit-zero"]) == REFUSED


def test_every_file_gets_its_line_whatever_happens_to_others(told: Any) -> None:
    th()
    tf()
    Path("bad.h5").write_bytes(b"")
    code, document = told("none.h5", "bad.h5", "th.h5", "tf.h5")
    assert code == USAGE
    assert rules(document) == [("bad.h5", "DIM402"), ("th.h5", "DIM101")]
    assert [(one["path"], one["code"]) for one in document["skipped"]] == [("none.h5", "usage")]
    assert document["checked"] == 3


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_the_environments_doing(told: Any) -> None:
    th("shut.h5").chmod(0)
    th()
    code, document = told()
    assert code == ENVIRONMENT
    assert rules(document) == [("th.h5", "DIM101")]


def test_an_error_of_the_disk_is_the_environments_doing(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    th("a.h5")
    th("b.h5")
    monkeypatch.setattr(os, "pread", _failing_once(os.pread, OSError(5, "Input/output error")))
    code, document = told()
    assert code == ENVIRONMENT
    assert rules(document) == [("b.h5", "DIM101")]


def test_a_reader_that_dies_is_that_files_finding_alone(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    th("a.h5")
    th("b.h5")
    death = UnreadableFile("a.h5: the process that read it ended by signal SIGSEGV", code="input.corrupt")
    monkeypatch.setattr(isolated, "run_isolated", _failing_once(run_isolated, death))
    code, document = told()
    assert code == REFUSED
    assert rules(document) == [("a.h5", "DIM402"), ("b.h5", "DIM101")]


def test_a_bug_with_one_file_is_told_at_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    th("a.h5")
    th("b.h5")
    monkeypatch.setattr(isolated, "run_isolated", _failing_once(run_isolated, isolated.ChildFailed("KeyError: 'x'")))
    assert cli.main(["check"]) == BUG
    shown = capsys.readouterr()
    assert "b.h5: error DIM101" in shown.out
    assert "KeyError: 'x'" in shown.err


def _failing_once(work: Any, error: Exception) -> Any:
    failures = [error]

    def failing(*given: Any) -> Any:
        if failures:
            raise failures.pop()
        return work(*given)

    return failing


def test_the_help_names_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["check", "--help"])
    shown = capsys.readouterr().out
    assert [rule.name for rule in RULES.values() if f"{rule.code[3:]} {rule.name}" not in shown] == []


# Which files.


def test_folders_are_walked_also_where_they_are_called_like_a_model(told: Any) -> None:
    os.makedirs("a/dir.h5/b")
    th("a/dir.h5/b/th.h5")
    assert rules(told()[1]) == [("a/dir.h5/b/th.h5", "DIM101")]
    assert rules(told("a/dir.h5")[1]) == [("a/dir.h5/b/th.h5", "DIM101")]


def test_files_come_in_the_order_of_their_names(told: Any) -> None:
    os.makedirs("b")
    for name in ("c.h5", "b/z.h5", "b/a.h5", "a.h5"):
        th(name)
    assert [path for path, _ in rules(told()[1])] == ["a.h5", "c.h5", "b/a.h5", "b/z.h5"]


def test_a_file_named_twice_is_told_once(told: Any) -> None:
    th()
    assert rules(told("th.h5", ".", "./th.h5")[1]) == [("th.h5", "DIM101")]


def test_gits_own_folder_is_left_alone(told: Any) -> None:
    os.makedirs(".git/objects")
    th(".git/objects/th.h5")
    code, document = told()
    assert (code, document["findings"], document["checked"], document["skipped"]) == (OK, [], 0, [])


def test_a_folder_deeper_than_the_system_can_name_is_told(told: Any, tmp_path: Path) -> None:
    for _ in range(25):
        os.mkdir("d" * 200)
        os.chdir("d" * 200)
    code, document = told(str(tmp_path))
    assert code == REFUSED
    assert [one["code"] for one in document["skipped"]] == ["input.not-file"]


def test_a_link_out_of_the_tree_is_never_opened(told: Any) -> None:
    th("../outside.h5")
    os.symlink("../outside.h5", "link.h5")
    code, document = told()
    assert (code, rules(document)) == (OK, [])
    assert [(one["path"], one["code"]) for one in document["skipped"]] == [("link.h5", "input.link")]
    assert told("link.h5")[0] == REFUSED


def test_a_folder_behind_a_link_is_never_walked(told: Any) -> None:
    th("../outside.h5")
    os.symlink("..", "up")
    assert rules(told()[1]) == []
    assert told("up")[0] == REFUSED


def test_a_link_inside_the_tree_is_judged_where_it_was_named(told: Any) -> None:
    th()
    os.symlink("th.h5", "link.h5")
    assert rules(told()[1]) == [("th.h5", "DIM101")]
    assert rules(told("link.h5")[1]) == [("link.h5", "DIM101")]


def test_links_in_a_circle_are_told_and_do_not_hang(told: Any) -> None:
    os.symlink("b.h5", "a.h5")
    os.symlink("a.h5", "b.h5")
    code, document = told()
    assert code == OK
    assert ["leads nowhere" in one["because"] for one in document["skipped"]] == [True, True]


def test_pipes_and_sockets_are_never_opened(told: Any) -> None:
    os.mkfifo("weights.h5")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("s.h5")
        code, document = told()
    assert code == OK
    assert [(one["path"], one["code"]) for one in document["skipped"]] == [
        ("s.h5", "input.not-file"), ("weights.h5", "input.not-file"),
    ]  # fmt: skip
    assert told("weights.h5")[0] == REFUSED


def test_a_huge_file_is_refused_before_it_is_read(told: Any) -> None:
    th("huge.h5")
    os.truncate("huge.h5", 1 << 40)
    code, document = told()
    assert code == REFUSED
    assert [(one["rule"], one["code"]) for one in document["findings"]] == [("DIM404", "input.too-large")]


def test_the_size_that_is_judged_may_be_stated(told: Any) -> None:
    Path("w.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(1 << 20))
    assert [one["code"] for one in told("--max-size", "1")[1]["findings"]] == ["input.too-large"]
    assert [one["code"] for one in told("--max-size", "2")[1]["findings"]] != ["input.too-large"]


# What is told.

NAMES = (
    "line\n::set-output name=x::y.h5", "\x1b[31mred.h5", "\u202e5h.gpj", "-rf.h5", "--select=DIM4.h5",
    "::error::x.h5", "a##[stop-commands]x.h5", "a%0A::error::,line=9.h5",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", cli_options.FINDING_FORMATS)
def test_names_do_nothing_in_any_format(name: str, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    th(name)
    assert cli.main(["check", "--output", form, "--", name]) == FOUND
    shown = capsys.readouterr().out
    assert "DIM101" in shown
    assert not re.search(r"\x1b|\u202e", shown)
    assert [one.name for one in obeyed(shown)] == (["error", "notice"] if form == "github" else [])


@pytest.mark.parametrize("wrong", ["--select={}", "--fail-on={}", "--output={}", "--{}", "{}", "--max-size={}"])
def test_a_wrong_call_does_nothing_in_a_log(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    name = "x\n::error::y##[add-mask]z\x1b[2J"
    assert cli.main(["check", "--output", "github", wrong.format(name)]) == USAGE
    shown = capsys.readouterr()
    assert obeyed(shown.err) == []
    assert "\x1b" not in shown.err + shown.out
    assert {one.name for one in obeyed(shown.out)} <= {"error", "warning"}


def test_a_run_that_does_not_come_about_is_an_annotation(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "--output", "github", "--output", "sarif=r.sarif", "--select", "DIM7"]) == USAGE
    (told,) = obeyed(capsys.readouterr().out)
    assert (told.name, told.data.split("\n")[0]) == ("error", "no rule is called 'DIM7'")
    assert not Path("r.sarif").exists()


def test_every_format_is_written_at_once() -> None:
    th()
    files = {form: f"r.{form}.txt" for form in cli_options.FINDING_FORMATS}
    assert cli.main(["check", "th.h5", *(f"--output={form}={path}" for form, path in files.items())]) == FOUND
    assert [form for form, path in files.items() if "DIM101" not in Path(path).read_text()] == []
    assert json.loads(Path(files["sarif"]).read_text())["runs"][0]["invocations"][0]["exitCode"] == FOUND


def test_a_name_that_is_no_text_is_judged(told: Any) -> None:
    th(os.fsdecode(b"bad\xff\xfe.h5"))
    assert [rule for _, rule in rules(told()[1])] == ["DIM101"]


def test_the_text_has_one_line_for_each_finding(capsys: pytest.CaptureFixture[str]) -> None:
    th("a.h5")
    th("b.h5")
    cli.main(["check"])
    lines = capsys.readouterr().out.splitlines()
    found = [line for line in lines if "DIM" in line]
    assert len(found) == 4
    assert all(LINE.match(line) for line in found)
    assert "Found 2 errors, 2 info in 2 files checked." in lines
    assert "    dimorder convert a.h5" in lines


def test_the_place_in_code_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    Path("m.py").write_text("import keras\n= 'x'\n")
    cli.main(["check"])
    assert "m.py:2:1: warning DIM402 unreadable: not Python 3" in capsys.readouterr().out


def test_quiet_says_the_sum_alone(capsys: pytest.CaptureFixture[str]) -> None:
    tf()
    cli.main(["check", "-q", "--ignore", "DIM109"])
    assert capsys.readouterr().out == "All checks passed: 1 file checked.\n"


def test_statistics_count_by_rule(told: Any, capsys: pytest.CaptureFixture[str]) -> None:
    th("a.h5")
    th("b.h5")
    assert told("--statistics")[1]["statistics"] == {"DIM101": 2, "DIM109": 2}
    cli.main(["check", "--statistics"])
    assert "     2  DIM101" in capsys.readouterr().out


def test_a_finding_in_json_has_every_field_that_others_build_on(told: Any) -> None:
    th()
    found = told()[1]["findings"][0]
    assert {name: found[name] for name in ("rule", "name", "severity", "confidence", "path", "code")} == {
        "rule": "DIM101", "name": "theano-ordered-weights", "severity": "error", "confidence": "likely",
        "path": "th.h5", "code": "layout.th",
    }  # fmt: skip
    assert (found["line"], found["column"], found["cell"], found["fix"], found["related"]) == (None,) * 4 + ([],)
    assert re.fullmatch("[0-9a-f]{16}", found["fingerprint"])


def test_several_formats_are_written_at_once() -> None:
    Path("m.json").write_text(json.dumps(architecture("th")))
    cli.main(["check", "m.json", "--output", "json=r.txt", "--output", "markdown=r.md"])
    assert json.loads(Path("r.txt").read_text())["outcome"] == "finding"
    assert "| DIM101 theano-ordered-weights | error | `m.json` |" in Path("r.md").read_text()


def test_a_report_never_replaces_a_file_that_is_checked() -> None:
    assert cli.main(["check", "notes.txt", "--output", "json=notes.txt"]) == USAGE


def test_nothing_is_written_and_nothing_changed() -> None:
    path = th()
    before = (path.read_bytes(), path.stat().st_mtime_ns, sorted(os.listdir()))
    cli.main(["check"])
    assert (path.read_bytes(), path.stat().st_mtime_ns, sorted(os.listdir())) == before
