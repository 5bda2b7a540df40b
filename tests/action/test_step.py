"""The step on a pull request: what is told, where, and how the job ends."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from action.conftest import Step, Stepped
from dimorder.action import environment, step, telling
from dimorder.action.judging import Ran
from dimorder.finding import Finding, Skipped
from dimorder.hub.sticky import LONGEST, MARKER
from dimorder.report_data import FindingsReport
from support.check_files import CHANNELS, COLUMNS, FILTERS, HEIGHT, ROWS, WIDTH, architecture, model
from support.fake_github import TOKEN, FakeGitHub
from support.places import REPOSITORY
from support.pull_request import Pull, pull_request

CLEAN, FOUND, USAGE, REFUSED = 0, 1, 2, 3
CERTAIN = REPOSITORY / "tests" / "zoo" / "k231-theano-th" / "flatten_dense" / "full.h5"
SWITCH = 'from keras import backend as K\nK.set_image_dim_ordering("th")\n'
QUIET = SWITCH.rstrip() + "  # dimorder: ignore[DIM201] our machines say so\n"


@pytest.fixture
def th(tmp_path: Path) -> Path:
    """Weights of Theano."""
    return model(tmp_path / "th.h5")


def rules(done: Stepped) -> list[tuple[str, str]]:
    """Path and rule, without DIM109, which all these small models have."""
    document = report(done)
    return [(one["path"], one["rule"]) for one in document["findings"] if one["rule"] != "DIM109"]


def report(done: Stepped) -> Any:
    return json.loads((done.runner.workspace / done.outputs["folder"] / "report.json").read_text())


def plain(pull: Pull) -> dict[str, Any]:
    return pull.event()


# What is judged.


def test_a_change_that_concerns_no_layout_is_clean(tmp_path: Path, th: Path, step_in: Step) -> None:
    pull = pull_request(tmp_path, {"old.h5": th}, {"a.py": "x = 1\n"})
    done = step_in(pull.checkout(), plain(pull))
    assert done.code == CLEAN
    assert done.outputs["verdict"] == "clean"
    assert done.commands == []


def test_what_the_change_adds_is_told_and_what_was_there_is_not(tmp_path: Path, th: Path, step_in: Step) -> None:
    pull = pull_request(tmp_path, {"old.h5": th}, {"new.h5": th})
    done = step_in(pull.checkout(), plain(pull))
    assert done.code == FOUND
    assert rules(done) == [("new.h5", "DIM101")]
    assert done.outputs["findings"] == "2"


def test_everything_is_told_where_the_workflow_asks_for_it(tmp_path: Path, th: Path, step_in: Step) -> None:
    pull = pull_request(tmp_path, {"old.h5": th}, {"new.h5": th})
    assert rules(step_in(pull.checkout(), plain(pull), scope="all")) == [("new.h5", "DIM101"), ("old.h5", "DIM101")]


def test_everything_is_told_where_the_base_is_out_of_reach(tmp_path: Path, th: Path, step_in: Step) -> None:
    pull = pull_request(tmp_path, {"old.h5": th}, {"new.h5": th})
    done = step_in(pull.checkout(1), plain(pull), token="")
    assert rules(done) == [("new.h5", "DIM101"), ("old.h5", "DIM101")]
    assert "all files are judged" in done.summary


def test_other_events_judge_everything(tmp_path: Path, th: Path, step_in: Step) -> None:
    pull = pull_request(tmp_path, {"old.h5": th}, {"a.py": "x = 1\n"})
    assert rules(step_in(pull.checkout(), {"ref": "refs/heads/main"}, "push")) == [("old.h5", "DIM101")]


def test_code_that_stays_is_held_against_weights_that_change(tmp_path: Path, step_in: Step) -> None:
    code = (
        "from keras.models import Sequential\nfrom keras.layers import Convolution2D\nm = Sequential()\n"
        f"m.add(Convolution2D({FILTERS}, {ROWS}, {COLUMNS}, name='conv', dim_ordering='th', "
        f"input_shape=({CHANNELS}, {HEIGHT}, {WIDTH})))\nm.load_weights('w.h5')\n"
    )
    before, after = model(tmp_path / "1.h5"), model(tmp_path / "2.h5", config=None)
    pull = pull_request(tmp_path, {"use.py": code, "w.h5": before}, {"w.h5": after})
    found = rules(step_in(pull.checkout(), plain(pull)))
    assert ("use.py", "DIM301") in found
    assert {path for path, _ in found} <= {"use.py", "w.h5"}


def test_weights_that_stay_are_held_against_an_architecture_that_changes(tmp_path: Path, step_in: Step) -> None:
    weights = model(tmp_path / "w.h5", "tf", config=None)
    before, after = (json.dumps(architecture(ordering)) for ordering in ("tf", "th"))
    pull = pull_request(tmp_path, {"w.h5": weights, "w.json": before, "o.h5": weights}, {"w.json": after})
    found = rules(step_in(pull.checkout(), plain(pull)))
    assert ("w.h5", "DIM102") in found
    assert {path for path, _ in found} == {"w.h5", "w.json"}


def test_a_twin_that_goes_leaves_its_original_to_be_told(tmp_path: Path, step_in: Step) -> None:
    digits = REPOSITORY / "examples" / "digits" / "digits_th.h5"
    pull = pull_request(tmp_path, {"d.h5": digits, "d.tf.h5.proof.json": "{}"}, {"d.tf.h5.proof.json": None})
    assert ("d.h5", "DIM101") in rules(step_in(pull.checkout(), plain(pull)))


def test_paths_narrow_it(tmp_path: Path, th: Path, step_in: Step) -> None:
    pull = pull_request(tmp_path, {}, {"a/x.h5": th, "b/y.h5": th, "c.h5": th})
    assert rules(step_in(pull.checkout(), plain(pull), paths="a\nc.h5\n")) == [("a/x.h5", "DIM101"), ("c.h5", "DIM101")]


@pytest.mark.parametrize("inputs", [
    {"paths": "../elsewhere"}, {"paths": "/etc"}, {"config": "../x.yml"}, {"mode": "chekc"}, {"comment": "yes"},
    {"output": "pdf"}, {"fail_on": "everything"}, {"base_ref": "no-such-branch"}, {"mode": "comment"},
    {"paths": "link"}, {"paths": "not-there"}, {"mode": "fix", "architecture": "link/x.json"},
    {"mode": "fix", "architecture": "net.py:build"}, {"mode": "fix", "samples": "net.py"},
])  # fmt: skip
def test_a_wrong_input_is_told_and_ends_with_2(tmp_path: Path, step_in: Step, inputs: dict[str, str]) -> None:
    pull = pull_request(tmp_path, {}, {"a.py": "x = 1\n"})
    checkout = pull.checkout()
    (checkout / "link").symlink_to("/etc")
    (checkout / "net.py").symlink_to("/etc/hostname")
    done = step_in(checkout, plain(pull), **inputs)
    assert done.code == USAGE
    assert done.outputs["verdict"] == "usage"
    assert inputs.get("paths") == "not-there" or done.commands[0].startswith("::error ")


def test_the_rights_of_the_base_are_not_lent_to_strangers(tmp_path: Path, step_in: Step) -> None:
    pull = pull_request(tmp_path, {}, {"a.py": "x = 1\n"})
    done = step_in(pull.checkout(0, "base"), plain(pull), "pull_request_target")
    assert done.code == USAGE
    assert "pull_request_target" in done.log


def test_a_broken_file_fails_the_job_as_refused(tmp_path: Path, step_in: Step) -> None:
    pull = pull_request(tmp_path, {}, {"w.h5": b"\x89HDF\r\n\x1a\n" + b"\0" * 100})
    done = step_in(pull.checkout(), plain(pull))
    assert done.code == REFUSED
    assert done.outputs["verdict"] == "refused"


@pytest.mark.parametrize("name", ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"])
def test_a_file_of_the_runner_that_cannot_be_written_is_said_and_no_bug(
    tmp_path: Path, step_in: Step, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    pull = pull_request(tmp_path, {}, {"a.py": "x = 1\n"})
    real = environment.taken
    monkeypatch.setattr(step, "taken", lambda said, secrets: real({**said, name: str(tmp_path)}, secrets))
    done = step_in(pull.checkout(), plain(pull))
    assert done.code == USAGE
    assert "cannot write" in done.commands[-1]


# By whose settings.


def test_the_change_cannot_ignore_what_the_base_tells(tmp_path: Path, th: Path, step_in: Step) -> None:
    laxer = {"pyproject.toml": "[tool.dimorder]\nignore = ['DIM1']\n", ".dimorder.yml": "fail-on: never\n"}
    for name, text in laxer.items():
        pull = pull_request(tmp_path / name, {}, {"new.h5": th, name: text})
        done = step_in(pull.checkout(), plain(pull))
        assert done.code == FOUND
        assert rules(done) == [("new.h5", "DIM101")]
        assert "would be laxer in" in done.summary


def test_the_change_can_be_stricter(tmp_path: Path, th: Path, step_in: Step) -> None:
    base = {".dimorder.yml": "ignore: [DIM101, DIM109]\nfail-on: error\n"}
    pull = pull_request(tmp_path, base, {"new.h5": th, ".dimorder.yml": "fail-on: error\n"})
    assert rules(step_in(pull.checkout(), plain(pull))) == [("new.h5", "DIM101")]


def test_the_base_may_ignore(tmp_path: Path, th: Path, step_in: Step) -> None:
    settings = {".dimorder.yml": "ignore: [DIM1]\n"}
    pull = pull_request(tmp_path, settings, {"new.h5": th})
    assert step_in(pull.checkout(), plain(pull)).code == CLEAN


def test_the_settings_of_the_base_come_from_github_where_the_checkout_is_one_commit(
    tmp_path: Path, th: Path, step_in: Step, hub: FakeGitHub
) -> None:
    settings = {".dimorder.yml": "ignore: [DIM1]\n"}
    pull = pull_request(tmp_path, settings, {"new.h5": th})
    hub.comparison = {"files": [{"filename": "new.h5", "status": "added"}]}
    hub.contents[pull.base, ".dimorder.yml"] = b"ignore: [DIM1]\n"
    assert step_in(pull.checkout(1), plain(pull)).code == CLEAN
    hub.contents.clear()
    assert step_in(pull.checkout(1), plain(pull)).code == FOUND


def test_a_broken_configuration_of_the_base_does_not_fail_whoever_mends_it(tmp_path: Path, step_in: Step) -> None:
    pull = pull_request(tmp_path, {".dimorder.yml": "nonsense: 1\n"}, {".dimorder.yml": "fail-on: error\n"})
    done = step_in(pull.checkout(), plain(pull))
    assert done.code == CLEAN
    assert "cannot be read" in done.summary


def test_the_workflow_says_more_than_both(tmp_path: Path, th: Path, step_in: Step) -> None:
    pull = pull_request(tmp_path, {".dimorder.yml": "fail-on: info\n"}, {"new.h5": th})
    assert step_in(pull.checkout(), plain(pull), fail_on="never").code == CLEAN


def test_a_named_configuration_is_the_bases(tmp_path: Path, th: Path, step_in: Step) -> None:
    pull = pull_request(tmp_path, {"ci/d.yml": "ignore: [DIM1]\n"}, {"new.h5": th})
    assert step_in(pull.checkout(), plain(pull), config="ci/d.yml").code == CLEAN
    pull = pull_request(tmp_path / "2", {}, {"new.h5": th, "ci/d.yml": "ignore: [DIM1]\n"})
    assert step_in(pull.checkout(), plain(pull), config="ci/d.yml").code == FOUND


# What the change itself keeps quiet.


def test_suppressions_that_it_adds_count_and_come_first(tmp_path: Path, step_in: Step) -> None:
    pull = pull_request(tmp_path, {"old.py": QUIET}, {"new.py": QUIET, "old.py": QUIET + "x = 1\n"})
    done = step_in(pull.checkout(), plain(pull))
    assert done.code == CLEAN
    before = done.summary.partition("### About this run")[0]
    assert "Kept quiet by this change" in before
    assert "new.py" in before
    assert "DIM201: our machines say so" in before
    assert "old.py" not in before
    assert report(done)["notes"][0].startswith("this change adds: new.py")


def test_what_it_adds_to_the_baseline_is_told_first(tmp_path: Path, th: Path, step_in: Step) -> None:
    import hashlib

    entry = {"rule": "DIM101", "path": "new.h5", "sha256": hashlib.sha256(th.read_bytes()).hexdigest()}
    known, more = ({"format": 1, "findings": found} for found in ([], [entry]))
    base = {".dimorder.yml": "baseline: known.json\nignore: [DIM109]\n", "known.json": json.dumps(known)}
    pull = pull_request(tmp_path, base, {"new.h5": th, "known.json": json.dumps(more)})
    done = step_in(pull.checkout(), plain(pull))
    assert done.code == CLEAN
    assert "takes DIM101 of new.h5 for known" in done.summary.partition("### About this run")[0]


# Where it is told.


def test_annotations_are_ten_at_most(tmp_path: Path, th: Path, step_in: Step) -> None:
    pull = pull_request(tmp_path, {}, {f"{number:02}.h5": th for number in range(12)})
    done = step_in(pull.checkout(), plain(pull))
    assert len(done.commands) == 9
    assert sum(line.startswith("::error ") for line in done.commands) == 8
    assert f"file={done.runner.workspace}/00.h5" in done.commands[0]
    assert "16 more" in done.commands[-1]


@pytest.mark.parametrize("severity", ["info", "warning", "error"])
def test_of_no_kind_are_there_more_than_github_shows(
    tmp_path: Path, th: Path, step_in: Step, hub: FakeGitHub, severity: str
) -> None:
    settings = {".dimorder.yml": f"severity: {{DIM1: {severity}, DIM2: {severity}}}\n"}
    pull = pull_request(tmp_path, settings, {f"{number:02}.h5": th for number in range(12)} | {"a.py": QUIET})
    done = step_in(pull.checkout(), plain(pull), comment="true")
    kinds = Counter(line.split()[0] for line in done.commands)
    assert max(kinds.values()) <= 10
    assert "the comment was created" in done.commands[-1]
    assert sum(kinds.values()) == 11


def test_what_the_change_keeps_quiet_is_an_annotation(tmp_path: Path, step_in: Step) -> None:
    pull = pull_request(tmp_path, {}, {f"{number:02}.py": QUIET for number in range(15)})
    done = step_in(pull.checkout(), plain(pull))
    assert done.code == CLEAN
    (told,) = done.commands
    assert told.startswith("::warning title=dimorder%3A kept quiet by this change::this change adds: 00.py:2 suppress")
    assert told.count("%0A") == 10
    assert told.endswith("and 5 more")


def test_outputs_lead_to_files_in_the_checkout(tmp_path: Path, th: Path, step_in: Step) -> None:
    pull = pull_request(tmp_path, {}, {"new.h5": th, "a.proof.json": "{}"})
    done = step_in(pull.checkout(), plain(pull))
    told = done.outputs
    assert set(told) == {"verdict", "findings", "report", "sarif", "certificate", "folder"}
    for name in ("report", "sarif", "certificate"):
        assert not os.path.isabs(told[name])
        assert (done.runner.workspace / told[name]).is_file(), name
    assert "<html" in (done.runner.workspace / told["report"]).read_text()
    sarif = json.loads((done.runner.workspace / told["sarif"]).read_text())
    assert sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "new.h5"


def test_only_what_is_asked_for_is_written_and_always_the_json(tmp_path: Path, step_in: Step) -> None:
    pull = pull_request(tmp_path, {}, {"a.py": "x = 1\n"})
    done = step_in(pull.checkout(), plain(pull), output="markdown, junit")
    folder = done.runner.workspace / done.outputs["folder"]
    assert sorted(os.listdir(folder)) == ["junit.xml", "report.json", "report.md"]
    assert done.outputs["sarif"] == ""


def test_nothing_of_the_change_is_written_through(tmp_path: Path, step_in: Step) -> None:
    """A folder, a file or a link of our folder's name is left alone."""
    pull = pull_request(tmp_path, {}, {"a.py": "x = 1\n", "dimorder-report-2/report.json": "theirs"})
    checkout = pull.checkout()
    (tmp_path / "outside").mkdir()
    (checkout / "dimorder-report").symlink_to(tmp_path / "outside")
    done = step_in(checkout, plain(pull))
    assert done.outputs["folder"] == "dimorder-report-3"
    assert list((tmp_path / "outside").iterdir()) == []
    assert (checkout / "dimorder-report-2" / "report.json").read_text() == "theirs"


def test_a_certificate_that_is_a_link_is_not_copied(tmp_path: Path, step_in: Step) -> None:
    pull = pull_request(tmp_path, {}, {"x.proof.json": "{}"})
    checkout = pull.checkout()
    (checkout / "x.proof.json").unlink()
    (tmp_path / "secret").write_text("secret")
    (checkout / "x.proof.json").symlink_to(tmp_path / "secret")
    assert step_in(checkout, plain(pull)).outputs["certificate"] == ""


TAGS = {
    "h2", "h3", "p", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "code", "pre", "a", "strong", "em",
    "details", "summary",
}  # fmt: skip


def check_harmless(text: str) -> None:
    """What GitHub makes of it: no tag but those of tables and lists, no link of a stranger's, no mention."""
    shown = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    assert set(re.findall(r"<([a-z0-9]+)", shown)) <= TAGS
    assert set(re.findall(r'href="([^"]*)"', shown)) <= {"https://github.com/owner/nets/pull/7/checks"}
    for acting in ("@octocat", "@everyone", "#1", "https://evil", "\x1b", "\u202e"):
        assert acting not in text


NASTY = [
    "::error::x.py", "a\n::set-output name=x::y.py", "a\r\n::stop-commands::x.py", "@everyone.py", "<img src=x>.py",
    "closes #1.py", "`x`|y.py", "##[error]x.py", "%0A::error::x.py", "\x1b[31mx.py", "\u202ex.py", "a,line=3::x.py",
]  # fmt: skip


def test_names_of_files_are_commands_to_nobody(tmp_path: Path, step_in: Step) -> None:
    pull = pull_request(tmp_path, {}, dict.fromkeys(NASTY, QUIET + SWITCH))
    done = step_in(pull.checkout(), plain(pull))
    for line in done.commands:
        head = line.split("::")[1]
        assert head.startswith(("warning file=", "error file=", "notice title=", "warning title=dimorder%3A kept"))
        assert head.count("file=") <= 1
    assert len(done.commands) <= 10
    assert set(done.outputs) == {"verdict", "findings", "report", "sarif", "certificate", "folder"}
    assert all("##[" not in line for line in done.log.split("\n") if line not in done.commands)
    check_harmless(done.summary)


def test_a_summary_is_cut_where_github_would_drop_it(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Finding("DIM101", "theano-ordered-weights", "error", "certain", "é" * 300, "m" * 900, "c", "f")
    told = FindingsReport((found,) * 5000, 1, (), 0, "finding")
    ran = Ran(told, quieted=("q" * 300,) * 1000, notes=("n" * 300,) * 1000)
    whole = telling.summary(ran)
    assert len(whole.encode()) <= 900 << 10
    assert len(telling.page(ran)) < 65_000, "and the comment is shorter still"
    assert "and 9" in whole.partition("### About this run")[2]
    monkeypatch.setattr(telling, "page", lambda *ignored: "line é\n" * 300_000)
    cut = telling.summary(ran)
    assert len(cut.encode()) <= 900 << 10
    assert cut.endswith("holds everything)\n")


# The comment.


def test_a_comment_is_written_and_kept(tmp_path: Path, th: Path, step_in: Step, hub: FakeGitHub) -> None:
    pull = pull_request(tmp_path, {}, {"new.h5": th})
    checkout = pull.checkout()
    first, done = (step_in(checkout, plain(pull), comment="true") for _ in range(2))
    assert (first.code, done.code) == (FOUND, FOUND)
    (comment,) = hub.comments
    assert "DIM101" in comment["body"]
    assert "the comment was unchanged" in done.commands[-1]


def test_a_forks_token_only_reads_and_the_verdict_stands(
    tmp_path: Path, th: Path, step_in: Step, hub: FakeGitHub
) -> None:
    hub.may_write = False
    pull = pull_request(tmp_path, {}, {"new.h5": th}, fork=True)
    done = step_in(pull.checkout(), plain(pull), comment="true")
    assert done.code == FOUND
    assert "DIM101" in done.summary
    assert any("DIM101" in line for line in done.commands)
    assert "a pull request from a fork has a token that only reads" in done.commands[-1]
    assert hub.comments == []


def test_github_being_away_changes_no_verdict(tmp_path: Path, step_in: Step, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_API_URL", "http://127.0.0.1:1")
    monkeypatch.setattr("dimorder.hub.gate.BETWEEN", 0.0)
    pull = pull_request(tmp_path, {}, {"a.py": "x = 1\n"})
    done = step_in(pull.checkout(), plain(pull), comment="true")
    assert done.code == CLEAN
    assert "no comment was written" in done.commands[-1]


def test_an_address_that_is_none_changes_no_verdict(
    tmp_path: Path, step_in: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_API_URL", "ftp://elsewhere.example")
    pull = pull_request(tmp_path, {}, {"a.py": "x = 1\n"})
    done = step_in(pull.checkout(), plain(pull), comment="true")
    assert done.code == CLEAN
    assert "no comment was written" in done.commands[-1]


def test_a_comment_is_no_longer_than_github_takes_and_whole() -> None:
    """Reports of all lengths with the most said around them: nothing is cut off at the end."""
    one = Finding("DIM101", "theano-ordered-weights", "error", "certain", "x", "", "c", "f")
    for length in range(100, 1000, 31):
        found = tuple(replace(one, message="m" * length) for _ in range(40))
        passed = tuple(Skipped(f"{number}.h5", "w" * length, "input.link") for number in range(40))
        report = FindingsReport(found, 1, passed, 0, "finding")
        ran = Ran(report, quieted=("q" * 399,) * 100, notes=("n" * 399,) * 100)
        body = telling.page(ran, footer="[The end](https://github.com/owner/nets/pull/7/checks)")
        assert len(MARKER) + len(body) < LONGEST
        assert body.count("<details>") == body.count("</details>")


# The token.


def test_the_token_stays_where_it_is(tmp_path: Path, th: Path, step_in: Step, hub: FakeGitHub) -> None:
    pull = pull_request(tmp_path, {}, {"new.h5": th})
    hub.comparison = {"files": [{"filename": "new.h5", "status": "added"}]}
    done = step_in(pull.checkout(1), plain(pull), comment="true")
    assert hub.seen, "it was used"
    assert all(TOKEN not in one.path and one.token == f"Bearer {TOKEN}" for one in hub.seen)
    assert all(TOKEN not in value for value in os.environ.values())
    assert TOKEN not in done.log + done.error
    for path in (*done.runner.workspace.rglob("*"), *done.runner.folder.rglob("*")):
        assert not path.is_file() or TOKEN.encode() not in path.read_bytes(), path


def test_no_program_that_is_started_hears_of_the_token(
    tmp_path: Path, th: Path, step_in: Step, hub: FakeGitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, heard = shutil.which("git"), tmp_path / "heard"
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").write_text(f'#!/bin/sh\n{{ env; echo "$0 $*"; }} >>"{heard}"\nexec "{real}" "$@"\n')
    (tmp_path / "bin" / "git").chmod(0o755)
    pull = pull_request(tmp_path, {}, {"new.h5": th})
    checkout = pull.checkout()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("ACTIONS_RUNTIME_TOKEN", "sentinel-of-the-runtime")
    step_in(checkout, plain(pull), comment="true")
    told = heard.read_text()
    assert "GIT_CONFIG_COUNT" in told, "the programs were heard"
    for word in (TOKEN, "sentinel", "INPUT_", "GITHUB_", "ACTIONS_"):
        assert word not in told


# Mending.


def test_fixing_writes_the_twin_and_its_certificate(tmp_path: Path, step_in: Step) -> None:
    pull = pull_request(tmp_path, {}, {"w.h5": CERTAIN})
    checkout = pull.checkout()
    done = step_in(checkout, plain(pull), mode="fix")
    assert done.code == FOUND
    assert (checkout / "w.tf.h5").is_file()
    assert (checkout / done.outputs["certificate"]).read_bytes() == (checkout / "w.tf.h5.proof.json").read_bytes()


def test_proposing_states_what_a_pull_request_would_hold(tmp_path: Path, step_in: Step) -> None:
    pull = pull_request(tmp_path, {"w.h5": CERTAIN}, {})
    checkout = pull.checkout()
    done = step_in(checkout, {"ref": "refs/heads/main"}, "workflow_dispatch", mode="propose")
    document = json.loads((checkout / done.outputs["folder"] / "proposal.json").read_text())
    assert document["commit"] == pull.merge
    assert [one["path"] for one in document["files"]] == ["w.tf.h5", "w.tf.h5.proof.json"]
    assert "no pull request was opened" in done.commands[-1]
