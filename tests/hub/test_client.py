"""What is sent to GitHub, and to nobody else."""

from __future__ import annotations

import pickle
import socket

import pytest

from dimorder.errors import UsageError
from dimorder.hub import client as module
from dimorder.hub.client import Client
from dimorder.hub.problem import ApiProblem
from dimorder.hub.token import Token
from support.fake_github import TOKEN, FakeGitHub, Stumble


def test_the_token_is_in_the_header_and_nowhere_else(hub: FakeGitHub, client: Client) -> None:
    client.ask("query{viewer{databaseId}}")
    (one,) = hub.seen
    assert one.token == f"Bearer {TOKEN}"
    assert TOKEN not in one.path
    assert TOKEN not in repr(client)


def test_a_token_goes_to_no_other_process() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Token(TOKEN))


@pytest.mark.parametrize("text", ["two words", "line\nX-Other: header", "umläut"])
def test_what_could_add_a_header_is_no_token(text: str) -> None:
    with pytest.raises(UsageError):
        Token(text)


def test_a_redirect_is_not_followed(hub: FakeGitHub, client: Client) -> None:
    hub.stumbles["GET"] = [Stumble(302, {"Location": f"{hub.address}/elsewhere"})]
    with pytest.raises(ApiProblem, match="302"):
        client.get("repos")
    assert len(hub.seen) == 1


@pytest.mark.parametrize(
    "address", ["http://api.github.com", "ftp://api.github.com", "https://user:word@github.com", "https://", "x"]
)
def test_nothing_is_sent_in_the_clear(address: str) -> None:
    with pytest.raises(UsageError):
        Client(address, Token(TOKEN))


def test_reading_is_tried_again(hub: FakeGitHub, client: Client) -> None:
    hub.stumbles["GET"] = [Stumble(502), Stumble(200, cut=True)]
    hub.contents["abc", "a/b.toml"] = b"x"
    assert client.raw("repos", "owner", "nets", "contents", "a", "b.toml", query={"ref": "abc"}) == b"x"


def test_reading_ends(hub: FakeGitHub, client: Client) -> None:
    hub.stumbles["GET"] = [Stumble(502)] * 10
    with pytest.raises(ApiProblem, match="502"):
        client.get("repos")
    assert len(hub.seen) == 3


def test_nobody_there_is_told_without_the_token() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused
        client = Client(f"http://127.0.0.1:{taken.getsockname()[1]}", Token(TOKEN), sleep=lambda seconds: None)
        with pytest.raises(ApiProblem) as told:
            client.get("repos")
    assert told.value.is_in_doubt
    assert TOKEN not in str(told.value)


def test_an_endless_answer_is_cut_off(hub: FakeGitHub, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 10)
    hub.contents["abc", "x"] = b"y" * 11
    with pytest.raises(ApiProblem, match="larger"):
        client.raw("repos", "owner", "nets", "contents", "x", query={"ref": "abc"})


def test_paths_cannot_leave_their_place(hub: FakeGitHub, client: Client) -> None:
    with pytest.raises(ApiProblem):
        client.get("repos", "owner", "../../user?x=")
    assert hub.seen[0].path == "/repos/owner/..%2F..%2Fuser%3Fx%3D"
