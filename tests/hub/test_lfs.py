"""Files of LFS, from where GitHub keeps them, checked, or refused with a reason each."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from dimorder.hub import lfs
from dimorder.hub.app import AppAccess
from dimorder.hub.client import Client
from dimorder.hub.gate import LocalGate
from dimorder.hub.key import Key
from dimorder.hub.lfs import Pointed
from dimorder.hub.problem import ApiProblem
from dimorder.hub.token import Token
from github_com.faults import Kind
from github_com.hub import Hub

BYTES = b"weights" * 1000
OID = hashlib.sha256(BYTES).hexdigest()
STORED = Pointed(OID, len(BYTES))
HOSTS = ("127.0.0.1",)


@pytest.fixture
def client(github: Hub) -> Client:
    home = github.repository("acme/nets", private=True, roles={"bot": "read"})
    github.lfs.put(home, OID, BYTES)
    return Client(github.address, Token(github.token("bot")), sleep=lambda seconds: None)


def fetched(client: Client, folder: Path, *wanted: Pointed, hosts: tuple[str, ...] = HOSTS) -> dict[str, Any]:
    return lfs.fetched(client, "acme/nets", wanted, str(folder), hosts)


def why_not(client: Client, folder: Path, wanted: Pointed = STORED, hosts: tuple[str, ...] = HOSTS) -> ApiProblem:
    problem = fetched(client, folder, wanted, hosts=hosts)[wanted.oid]
    assert isinstance(problem, ApiProblem)
    assert list(folder.iterdir()) == [], "nothing half-fetched is left"
    return problem


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "fetched"
    made.mkdir()
    return made


@pytest.fixture
def answering(github: Hub, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let the server say of each object what a test wants."""

    def say(**told: object) -> None:
        document = {"transfer": "basic", "objects": [{"oid": OID, "size": len(BYTES), **told}]}
        monkeypatch.setattr(github.lfs, "batch", lambda *ignored: (200, json.dumps(document).encode()))

    return say


def test_a_host_that_is_none_of_githubs_is_not_asked(github: Hub, client: Client, folder: Path) -> None:
    assert ", which is no host of GitHub's" in str(why_not(client, folder, hosts=()))
    assert len(github.journal.asked) == 1


@pytest.mark.parametrize(
    "href", ["http://media.githubusercontent.com/x", "https://github.com.evil.org/x", "ftp://127.0.0.1/x", "file:///x",
             "https://media.githubusercontent.com@evil.org/x", "https://[::1/x"]
)  # fmt: skip
def test_an_address_that_leads_elsewhere_is_not_asked(client: Client, folder: Path, answering: Any, href: str) -> None:
    answering(actions={"download": {"href": href}})
    assert "no host of GitHub's" in str(why_not(client, folder))


@pytest.mark.parametrize(("code", "words"), [(404, "Object does not exist"), (410, "removed"), (422, "invalid")])
def test_an_object_may_be_refused_alone(client: Client, folder: Path, answering: Any, code: int, words: str) -> None:
    answering(error={"code": code, "message": words})
    problem = why_not(client, folder)
    assert problem.status == code
    assert words in str(problem)


@pytest.mark.parametrize("told", [{}, {"actions": None}, {"actions": {"upload": {}}}, {"actions": {"download": {}}}])
def test_an_object_of_which_nothing_is_said_is_not_there(
    client: Client, folder: Path, answering: Any, told: dict[str, object]
) -> None:
    answering(**told)
    assert why_not(client, folder).status == 404


def test_other_bytes_than_were_asked_for_are_not_kept(github: Hub, client: Client, folder: Path) -> None:
    home = github.world.repositories["acme/nets"]
    github.lfs.put(home, OID, BYTES[:-1] + b"!")
    assert "what came is not what was asked for" in str(why_not(client, folder))


def test_more_bytes_than_were_asked_for_are_not_taken(
    github: Hub, client: Client, folder: Path, answering: Any
) -> None:
    answering(actions={"download": {"href": f"{github.address}/repos/acme/nets"}})
    assert "larger than 10 bytes" in str(why_not(client, folder, Pointed(OID, 10)))


def test_who_may_not_read_the_repository_gets_nothing(github: Hub, client: Client, folder: Path) -> None:
    stranger = Client(github.address, Token(github.token("eve")), sleep=lambda seconds: None)
    assert why_not(stranger, folder).is_refusal


def test_a_server_that_does_not_answer_is_told(github: Hub, client: Client, folder: Path) -> None:
    github.faults.state("POST /acme/nets.git/info/lfs", "500", "500", "500", "500")
    with pytest.raises(ApiProblem) as told:
        fetched(client, folder, STORED)
    assert told.value.is_in_doubt


@pytest.mark.parametrize("wanted", [Pointed("x" * 64, 1), Pointed("../" + OID[3:], 1), Pointed(OID, -1)])
def test_what_is_no_object_is_not_asked_for(github: Hub, client: Client, folder: Path, wanted: Pointed) -> None:
    with pytest.raises(ApiProblem):
        fetched(client, folder, wanted)
    assert github.journal.asked == []


def test_an_object_is_fetched(github: Hub, client: Client, folder: Path) -> None:
    found = fetched(client, folder, STORED, STORED)
    assert Path(found[OID]).read_bytes() == BYTES
    assert [one.name for one in folder.iterdir()] == [OID]


def test_a_hundred_are_asked_for_at_once(github: Hub, client: Client, folder: Path) -> None:
    some = [hashlib.sha256(bytes([number])).hexdigest() for number in range(101)]
    found = fetched(client, folder, STORED, *(Pointed(oid, 1) for oid in some))
    assert len([one for one in found.values() if isinstance(one, ApiProblem)]) == 101
    assert Path(found[OID]).read_bytes() == BYTES
    assert len([one for one in github.journal.asked if "objects/batch" in one.path]) == 2


@pytest.mark.parametrize("kind", ["500", "secondary", "429", "cut", "html", "reset"])
def test_fetching_outlasts(github: Hub, client: Client, folder: Path, kind: Kind) -> None:
    github.faults.state("POST /acme/nets.git/info/lfs", kind)
    assert Path(fetched(client, folder, STORED)[OID]).read_bytes() == BYTES


def test_a_token_that_has_ended_is_minted_anew(github: Hub, client: Client, folder: Path) -> None:
    app = github.app("dimorder", contents="read")
    github.install(app, "acme")
    access = AppAccess(github.address, str(app.id), Key(app.key), gate_of=lambda key: LocalGate())
    reading = access.reading("acme/nets")
    reading.get("repos", "acme", "nets")
    for credential in list(github.world.credentials):
        del github.world.credentials[credential]
    assert Path(fetched(reading, folder, STORED)[OID]).read_bytes() == BYTES
