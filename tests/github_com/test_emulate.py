"""The whole way of a proposal on emulate, a GitHub API that others wrote: what our own fake gets wrong shows here.

What it does not have: git, GraphQL, conflicts, the refusal of a second pull request from the same branch, heads of
pull requests that follow their branches, the original's commits in a fork.
"""

from __future__ import annotations

import base64
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dimorder.flow.proposed import Wishes, proposed
from dimorder.hub.author import Author, of_token
from dimorder.hub.client import Client
from dimorder.hub.gate import LocalGate, Pace
from dimorder.hub.problem import ApiProblem
from dimorder.hub.proposal.body import TICKED, UNTICKED
from dimorder.hub.proposal.closing import retire
from dimorder.hub.proposal.content import Manners, Outcome, Proposal
from dimorder.hub.proposal.drafted import drafted
from dimorder.hub.proposal.publish import publish
from dimorder.hub.token import Token
from dimorder.proposal import Made
from github_com import openapi
from support.places import REPOSITORY

MODEL = REPOSITORY / "tests/zoo/k231-theano-th/flatten_dense/full.h5"
Json = Any


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where it listens."""
    modules = openapi.folder() / "node_modules"
    if not (modules / "emulate").is_dir() or shutil.which("node") is None:
        pytest.skip("tests/github_com/prepare.sh has not brought emulate")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["node", str(Path(__file__).with_name("emulate.mjs")), str(modules), str(port)]
    program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert program.stdin is not None
    assert program.stdout is not None
    told = program.stdout.readline().strip()
    assert told.startswith("http://")
    yield f"http://127.0.0.1:{port}"
    program.stdin.close()
    program.wait(timeout=20)


@dataclass
class Emulated:
    """One repository on it. repository: `owner/name`."""

    address: str
    repository: str
    scratch: Path

    def client(self, login: str = "bot") -> Client:
        gate = LocalGate(Pace(between=0.0))
        return Client(self.address, Token(f"ghp_{login}"), sleep=lambda seconds: None, gate=gate)

    def api(self, *parts: str) -> Json:
        return self.client().get("repos", *self.repository.split("/"), *parts)

    @property
    def us(self) -> Author:
        return of_token(self.client())

    def put(self, path: str, content: bytes, message: str = "more") -> None:
        """A commit of the owner."""
        owner = self.repository.split("/")[0]
        document = {"message": message, "content": base64.b64encode(content).decode()}
        self.client(owner).write("PUT", "repos", *self.repository.split("/"), "contents", *path.split("/"),
        document=document)

    def head(self, branch: str = "main") -> str:
        return str(self.api("git", "ref", "heads", *branch.split("/"))["object"]["sha"])

    def proposal(self) -> Proposal:
        folder = self.scratch / f"scratch-{len(list(self.scratch.iterdir()))}"
        folder.mkdir()
        shutil.copy(MODEL, folder / "model.h5")
        made = proposed(str(folder), Wishes(), lambda *_: None)
        assert isinstance(made, Made)
        return drafted(made, self.repository, "main", self.head(), Manners())

    def publish(self, proposal: Proposal, manners: Manners | None = None) -> Outcome:
        return publish(self.client(), proposal, manners or Manners(labels=("weights",)), self.us)


def test_the_whole_way(address: str, tmp_path: Path) -> None:
    there = Emulated(address, "bot/own", tmp_path)
    there.put("model.h5", MODEL.read_bytes())
    proposal = there.proposal()

    outcome = there.publish(proposal)
    assert outcome.word == "opened"
    (pull,) = there.api("pulls")
    assert (pull["title"], pull["body"], pull["head"]["ref"]) == (proposal.title, proposal.body, proposal.branch)
    assert [one["name"] for one in pull["labels"]] == ["weights"]
    commit = there.api("commits", pull["head"]["sha"])
    assert sorted(one["filename"] for one in commit["files"]) == ["model.tf.h5", "model.tf.h5.proof.json"]
    twin = there.client().raw("repos", "bot", "own", "contents", "model.tf.h5", query={"ref": proposal.branch})
    assert twin == Path(proposal.files[0].source).read_bytes()

    assert there.publish(proposal).word == "unchanged"
    assert len(there.api("pulls")) == 1

    there.put("more.md", b"moved on")
    at = ("repos", "bot", "own", "pulls", str(pull["number"]))
    there.client().write("PATCH", *at, document={"body": pull["body"].replace(UNTICKED, TICKED)})
    again = there.proposal()
    assert there.publish(again).word == "updated"
    assert there.client().get(*at)["body"] == again.body
    commit = there.api("commits", there.head(proposal.branch))
    assert [one["sha"] for one in commit["parents"]] == [there.head()]

    there.client().write("PUT", "repos", "bot", "own", "contents", "by-hand.md", document={
        "message": "by hand", "content": "", "branch": proposal.branch})  # fmt: skip
    there.client().write("PATCH", *at, document={"body": pull["body"].replace(UNTICKED, TICKED)})
    head = there.head(proposal.branch)
    assert [there.publish(again).word, there.publish(again).word] == ["stopped", "stopped"]
    assert there.head(proposal.branch) == head
    assert len(there.api("issues", str(pull["number"]), "comments")) == 1


def test_what_has_become_obsolete_is_closed_and_may_come_back(address: str, tmp_path: Path) -> None:
    there = Emulated(address, "bot/other", tmp_path)
    there.put("model.h5", MODEL.read_bytes())
    there.publish(there.proposal())
    closed = retire(there.client(), there.repository, there.us, Manners(), "nothing is left to convert")
    assert closed is not None
    assert closed.word == "closed"
    assert there.api("pulls") == []
    assert there.publish(there.proposal()).word == "opened"


def test_where_nobody_lets_us_push_a_fork_is_made(address: str, tmp_path: Path) -> None:
    there = Emulated(address, "ann/nets", tmp_path)
    there.put("model.h5", MODEL.read_bytes())
    with pytest.raises(ApiProblem, match="/repos/bot/nets/git/commits/"):  # its forks never get the original's commits
        there.publish(there.proposal())
    assert [one["full_name"] for one in there.api("forks")] == ["bot/nets"]
    assert there.api("pulls") == []
