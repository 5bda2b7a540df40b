"""Mode propose: a pull request with what was mended, or the reason why there is none."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from github_com.conftest import hub as github
from github_com.hub import Hub
from github_com.world import Issue, Repository
from support.places import REPOSITORY
from support.pull_request import git

__all__ = ["github"]
CERTAIN = (REPOSITORY / "tests/zoo/k231-theano-th/flatten_dense/full.h5").read_bytes()
JOB = "github-actions[bot]"


@dataclass
class Place:
    """owner/nets on the fake GitHub, and a checkout of its default branch."""

    hub: Hub
    repository: Repository
    folder: Path
    token: str

    def checkout(self) -> Path:
        place = self.folder / f"checkout-{len(list(self.folder.iterdir()))}"
        git(self.folder, "clone", "--quiet", "--depth=1", f"file://{self.repository.bare.path}", str(place))
        return place

    def pulls(self) -> list[Issue]:
        return self.hub.pulls("owner/nets")


@pytest.fixture
def place(github: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step_in: object) -> Place:
    """step_in: which clears the variables first."""
    monkeypatch.setenv("GITHUB_API_URL", github.address)
    monkeypatch.setenv("GITHUB_GRAPHQL_URL", github.graphql)
    monkeypatch.setenv("GITHUB_REF", "refs/heads/main")
    monkeypatch.setattr("dimorder.hub.gate.BETWEEN", 0.0)
    (tmp_path / "clones").mkdir()
    repository = github.repository("owner/nets", {"nets/w.h5": CERTAIN}, roles={JOB: "write"})
    return Place(github, repository, tmp_path / "clones", github.token(JOB))


DISPATCH = ({"ref": "refs/heads/main"}, "workflow_dispatch")


def proposed(place: Place, step_in: object, checkout: Path | None = None, **inputs: str) -> tuple[str, str]:
    """What the log says of it, and the address among the outputs."""
    assert callable(step_in)
    done = step_in(checkout or place.checkout(), *DISPATCH, mode="propose", **{"token": place.token, **inputs})
    (told,) = [line.partition("::")[2].partition("::")[2] for line in done.commands if "pull request was" in line]
    return told, done.outputs["pull-request"]


# What must not happen.


def test_without_the_right_to_write_it_is_stated_and_the_result_stays(place: Place, step_in: object) -> None:
    place.repository.roles[JOB] = "read"
    checkout = place.checkout()
    told, url = proposed(place, step_in, checkout)
    assert (url, place.pulls()) == ("", [])
    assert "contents: write and pull-requests: write" in told
    document = json.loads((checkout / "dimorder-report" / "proposal.json").read_text())
    assert document["commit"] == place.repository.bare.resolved("main")
    assert [one["path"] for one in document["files"]] == ["nets/w.tf.h5", "nets/w.tf.h5.proof.json"]
    assert "**The predictions did not move.**" in (checkout / "dimorder-report" / "proposal.md").read_text()


def test_without_a_token_nothing_is_asked(place: Place, step_in: object) -> None:
    assert "there is no token" in proposed(place, step_in, token="")[0]
    assert place.hub.journal.asked == []


def test_weights_that_nobody_else_has_are_not_proposed(place: Place, step_in: object) -> None:
    checkout = place.checkout()
    (checkout / "mine.h5").write_bytes(CERTAIN)
    told, _ = proposed(place, step_in, checkout)
    assert "mine.h5" in told
    assert place.pulls() == []


def test_another_branch_proposes_nothing(place: Place, step_in: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_REF", "refs/heads/feature")
    assert "the default branch, main" in proposed(place, step_in)[0]
    monkeypatch.setenv("GITHUB_REF", "refs/pull/7/merge")
    assert "run it on push" in proposed(place, step_in)[0]
    assert place.pulls() == []


def test_a_configuration_that_wants_no_bot_counts(place: Place, step_in: object) -> None:
    place.hub.world.push(place.repository, {".dimorder.yml": b"bot:\n  enabled: false\n"})
    assert "enabled: false" in proposed(place, step_in)[0]
    assert place.pulls() == []


def test_a_person_who_closed_it_is_not_asked_again(place: Place, step_in: object) -> None:
    proposed(place, step_in)
    place.hub.close(place.pulls()[0], "owner")
    assert "it was closed" in proposed(place, step_in)[0]
    assert len(place.pulls()) == 1


# What must.


def test_it_opens_a_pull_request_once(place: Place, step_in: object) -> None:
    place.hub.world.push(place.repository, {".dimorder.yml": b"bot:\n  labels: [weights]\n  prefix: 'chore: '\n"})
    told, url = proposed(place, step_in)
    (pull,) = place.pulls()
    assert told.startswith("the pull request was opened")
    assert url == f"{place.hub.web}/owner/nets/pull/1"
    assert (pull.author.login, pull.labels) == (JOB, ["weights"])
    assert pull.title == "chore: Add TensorFlow-ordered weights, proven to predict the same"
    assert "## EQUIVALENT" in str(pull.body)
    assert proposed(place, step_in)[0].startswith("the pull request was unchanged")
    assert len(place.pulls()) == 1


def test_it_is_closed_when_nothing_is_left(place: Place, step_in: object) -> None:
    proposed(place, step_in)
    place.hub.world.push(place.repository, {"nets/w.h5": None})
    assert proposed(place, step_in)[0].startswith("the pull request was closed")
    assert [one.state for one in place.pulls()] == ["closed"]
