"""The second job, which writes what the first has found: it trusts nothing of the artifact."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from action.conftest import Step, Stepped
from action.test_step import QUIET, check_harmless
from dimorder.hub.sticky import MARKER
from support.check_files import model
from support.fake_github import FakeGitHub
from support.pull_request import Pull, pull_request

OK, USAGE, REFUSED, ENVIRONMENT = 0, 2, 3, 4
FINDING = {
    "rule": "DIM101", "name": "theano-ordered-weights", "severity": "error", "confidence": "certain", "path": "x.h5",
    "line": None, "column": None, "cell": None, "message": "m", "related": [], "fingerprint": "f", "fix": None,
    "code": "layout.th", "source": "",
}  # fmt: skip
REPORT = {
    "format": 1, "findings": [FINDING], "checked": 1, "skipped": [], "suppressed": 0, "outcome": "finding", "notes": [],
    "fixes": None,
}  # fmt: skip


@pytest.fixture
def pull(tmp_path: Path) -> Pull:
    return pull_request(tmp_path / "repository", {}, {"a.py": "x = 1\n"}, fork=True)


@pytest.fixture
def comment(tmp_path: Path, pull: Pull, step_in: Step, hub: FakeGitHub) -> Any:
    """Run the job with this report in the artifact, on a pull request that is still as it was judged."""
    hub.pulls = [pull.event()["pull_request"]]

    def run(document: Any, event: dict[str, Any] | None = None, **inputs: str) -> Stepped:
        workspace = tmp_path / "empty"
        (workspace / "dimorder-report").mkdir(parents=True, exist_ok=True)
        if document is not None:
            data = document if isinstance(document, bytes) else json.dumps(document).encode()
            (workspace / "dimorder-report" / "report.json").write_bytes(data)
        return step_in(workspace, event or pull.run_event(), "workflow_run", mode="comment", **inputs)

    return run


def test_what_the_check_found_is_commented(comment: Any, hub: FakeGitHub) -> None:
    assert comment(REPORT).code == OK
    (one,) = hub.comments
    assert "`x.h5`" in one["body"]
    assert "https://github.com/owner/nets/pull/7/checks" in one["body"]


def test_a_later_run_that_found_the_same_leaves_the_comment_alone(pull: Pull, comment: Any, hub: FakeGitHub) -> None:
    comment(REPORT)
    event = pull.run_event()
    event["workflow_run"] |= {"id": 100, "html_url": "https://github.com/owner/nets/actions/runs/100"}
    assert "the comment was unchanged" in comment(REPORT, event).log
    assert hub.asked("PATCH ") == []


def test_the_report_of_a_real_check_is_taken(
    tmp_path: Path, pull: Pull, step_in: Step, comment: Any, hub: FakeGitHub
) -> None:
    other = pull_request(tmp_path / "judged", {}, {"new.h5": model(tmp_path / "m.h5")})
    done = step_in(other.checkout(), other.event())
    written = (done.runner.workspace / done.outputs["report"]).with_name("report.json").read_bytes()
    assert comment(written).code == OK
    assert "new.h5" in hub.comments[0]["body"]
    assert "About this run" in hub.comments[0]["body"]


def test_what_the_change_keeps_quiet_comes_first_here_too(
    tmp_path: Path, step_in: Step, comment: Any, hub: FakeGitHub
) -> None:
    other = pull_request(tmp_path / "judged", {}, {"new.py": QUIET})
    done = step_in(other.checkout(), other.event())
    comment((done.runner.workspace / done.outputs["folder"] / "report.json").read_bytes())
    first, _, last = hub.comments[0]["body"].partition("### About this run")
    assert "### Kept quiet by this change" in first
    assert "new.py:2 suppresses DIM201" in first
    assert "suppresses" not in last


def test_a_pull_request_that_moved_on_is_left_alone(comment: Any, hub: FakeGitHub) -> None:
    hub.pulls[0]["head"]["sha"] = "f" * 40
    assert comment(REPORT).code == OK
    assert hub.comments == []


def test_the_branch_of_another_repository_is_another(comment: Any, hub: FakeGitHub) -> None:
    hub.pulls[0]["head"]["repo"]["id"] = 12345
    comment(REPORT)
    assert hub.comments == []


def test_what_the_report_says_of_itself_is_not_where_it_goes(comment: Any, hub: FakeGitHub) -> None:
    comment({**REPORT, "number": 8, "pull_request": 8})
    assert len(hub.asked("POST /repos/owner/nets/issues/7/")) == 1
    assert hub.asked("POST /repos/owner/nets/issues/8") == []


def test_runs_on_a_push_are_commented_nowhere(pull: Pull, comment: Any, hub: FakeGitHub) -> None:
    event = pull.run_event()
    event["workflow_run"]["event"] = "push"
    assert comment(REPORT, event).code == OK
    assert hub.comments == []


def test_its_texts_do_nothing(comment: Any, hub: FakeGitHub) -> None:
    nasty = "@octocat closes #1 <img src=x onerror=y> [a](https://evil.example) ::error::x \x1b[31m \u202e `` | "
    finding = {**FINDING, "path": nasty, "message": nasty, "code": nasty, "related": [], "source": nasty}
    fixes = {
        "written": True, "fixed": [{"path": nasty, "edits": [nasty], "diff": nasty}], "refused": [], "offered": 0,
        "recovered": nasty, "to_add": [],
    }  # fmt: skip
    skipped = [{"path": nasty, "because": nasty, "code": nasty}]
    done = comment({**REPORT, "findings": [finding], "notes": [nasty], "fixes": fixes, "skipped": skipped})
    assert done.code == OK
    check_harmless(hub.comments[0]["body"].removeprefix(MARKER))


def test_it_stays_as_short_as_github_takes(comment: Any, hub: FakeGitHub) -> None:
    many = [{**FINDING, "path": f"{number}{'x' * 3000}.h5", "message": "y" * 3000} for number in range(500)]
    assert comment({**REPORT, "findings": many, "notes": ["z" * 4000] * 100}).code == OK
    assert len(hub.comments[0]["body"]) < 65_536


WRONG = [
    b"", b"{", b"[]", b"\xff", b"[" * 100_000, b'{"format": 1}', {**REPORT, "format": 2}, {**REPORT, "checked": -1},
    {**REPORT, "outcome": "fine"}, {**REPORT, "findings": [{**FINDING, "severity": "::error::"}]},
    {**REPORT, "findings": [{**FINDING, "rule": "DIM999"}]}, {**REPORT, "findings": [{**FINDING, "name": "<b>"}]},
    {**REPORT, "findings": [{**FINDING, "line": "1"}]}, {**REPORT, "notes": ["x" * 5000]},
]  # fmt: skip


@pytest.mark.parametrize("report", WRONG)
def test_what_is_no_report_is_refused(comment: Any, hub: FakeGitHub, report: Any) -> None:
    done = comment(report)
    assert done.code == REFUSED
    assert hub.comments == []


def test_a_report_that_is_a_link_or_leads_elsewhere_is_not_read(tmp_path: Path, comment: Any, hub: FakeGitHub) -> None:
    (tmp_path / "secret.json").write_text(json.dumps(REPORT))
    place = tmp_path / "empty" / "dimorder-report" / "report.json"
    place.parent.mkdir(parents=True)
    place.symlink_to(tmp_path / "secret.json")
    assert comment(None).code == USAGE
    place.unlink()
    os.mkfifo(place)
    assert comment(None).code == USAGE
    assert comment(None, report="../secret.json").code == USAGE
    assert hub.comments == []


def test_a_huge_report_is_not_read(tmp_path: Path, comment: Any, hub: FakeGitHub) -> None:
    place = tmp_path / "empty" / "dimorder-report" / "report.json"
    place.parent.mkdir(parents=True)
    with place.open("wb") as file:
        file.truncate(1 << 40)
    assert comment(None).code == USAGE


def test_a_token_that_may_not_write_fails_this_job(comment: Any, hub: FakeGitHub) -> None:
    hub.may_write = False
    assert comment(REPORT).code == ENVIRONMENT
