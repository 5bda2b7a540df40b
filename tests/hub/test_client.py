"""What is sent to GitHub, and to nobody else."""

from __future__ import annotations

import io
import json
import logging
import pickle
import socket
from pathlib import Path

import pytest
import requests

from dimorder.errors import UsageError
from dimorder.hub import address
from dimorder.hub.answer import Answer, problem
from dimorder.hub.client import Client
from dimorder.hub.problem import ApiProblem
from dimorder.hub.token import Token
from dimorder.hub.transport import session
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
    assert len(hub.seen) == 4


def test_nobody_there_is_told_without_the_token() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused
        client = Client(f"http://127.0.0.1:{taken.getsockname()[1]}", Token(TOKEN), sleep=lambda seconds: None)
        with pytest.raises(ApiProblem) as told:
            client.get("repos")
    assert told.value.is_in_doubt
    assert TOKEN not in str(told.value)


def test_an_endless_answer_is_cut_off(hub: FakeGitHub, client: Client) -> None:
    hub.contents["abc", "x"] = b"y" * 11
    with pytest.raises(ApiProblem, match="larger than 10 bytes"):
        client.save(io.BytesIO(), "repos", "owner", "nets", "contents", "x", query={"ref": "abc"}, most=10)


def test_what_is_saved_holds_nothing_of_a_broken_answer(hub: FakeGitHub, client: Client) -> None:
    hub.contents["abc", "x"] = b"y" * 10
    hub.stumbles["GET"] = [Stumble(200, commits=True, cut=True), Stumble(502)]
    file = io.BytesIO(b"older and longer than that")
    assert client.save(file, "repos", "owner", "nets", "contents", "x", query={"ref": "abc"}, most=10) == 10
    assert file.getvalue() == b"y" * 10


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_write_is_not_sent_elsewhere(hub: FakeGitHub, client: Client, status: int) -> None:
    hub.stumbles["POST"] = [Stumble(status, {"Location": f"{hub.address}/repos/owner/nets/issues/7/comments"})]
    with pytest.raises(ApiProblem, match=str(status)):
        client.write("POST", "repos", "owner", "nets", "issues", "8", "comments", document={"body": "x"})
    assert len(hub.seen) == 1


@pytest.mark.parametrize("stumble", [Stumble(502), Stumble(500), Stumble(200, cut=True), Stumble(429)])
def test_a_write_is_never_repeated(hub: FakeGitHub, client: Client, stumble: Stumble) -> None:
    hub.stumbles["POST"] = [stumble]
    with pytest.raises(ApiProblem):
        client.write("POST", "repos", "owner", "nets", "issues", "7", "comments", document={"body": "x"})
    assert len(hub.seen) == 1


def test_an_accepted_answer_is_not_asked_for_again(hub: FakeGitHub, client: Client) -> None:
    hub.stumbles["GET"] = [Stumble(202)]
    assert client.get("repos", "owner", "nets", "stats") is None
    assert len(hub.seen) == 1


def test_a_page_in_place_of_an_answer_is_none(hub: FakeGitHub, client: Client) -> None:
    hub.stumbles["GET"] = [Stumble(200, {"Content-Type": "text/html"}, commits=True)]
    hub.comparison = {"files": []}
    assert client.get("repos", "owner", "nets", "compare", "a...b") == {"files": []}
    assert len(hub.seen) == 2


def test_nobodys_netrc_replaces_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("default login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    asked = requests.Request("GET", "https://api.github.com/user", headers={"Authorization": "Bearer ours"})
    prepared = session("https://api.github.com").prepare_request(asked)
    assert prepared.headers["Authorization"] == "Bearer ours"


def test_no_log_is_told_the_token(hub: FakeGitHub, client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, "github.Requester"):
        client.ask("query{viewer{databaseId}}")
    assert {one.name for one in caplog.records} >= {"github.Requester", "urllib3.connectionpool"}, "both log"
    assert TOKEN not in caplog.text


def test_an_answer_that_repeats_the_token_is_told_without_it(hub: FakeGitHub, client: Client) -> None:
    with pytest.raises(ApiProblem) as told:
        client.get("echo")
    assert "your token is ***" in str(told.value)
    assert TOKEN not in repr(told.value) + told.value.told


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"Retry-After": "7"}, {}, 7),
        ({"Retry-After": "0"}, {}, 1),
        ({}, {"message": "You have exceeded a secondary rate limit"}, 60),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"}, {}, 1),
        ({"X-RateLimit-Remaining": "5", "X-RateLimit-Reset": "1"}, {"message": "Resource not accessible"}, 0),
    ],
)
def test_it_is_asked_to_wait(headers: dict[str, str], body: dict[str, str], seconds: float) -> None:
    small = {name.lower(): value for name, value in headers.items()}
    told = problem("GET /x", Answer(403, small, json.dumps(body).encode()), str)
    assert told.wait == seconds
    assert told.is_refusal == (seconds == 0)


def test_github_may_say_more_than_one_reason() -> None:
    errors = [{"resource": "PullRequest", "code": "custom", "message": "A pull request already exists for o:b."},
              {"resource": "Label", "field": "name", "code": "missing"}, "plain"]  # fmt: skip
    body = json.dumps({"message": "Validation Failed", "errors": errors}).encode()
    told = problem("POST /x", Answer(422, {}, body), str).told
    assert told == "Validation Failed; A pull request already exists for o:b.; Label name missing; plain"


@pytest.mark.parametrize("parts", [("repos", "..", "x"), ("repos", "."), ("repos", "")])
def test_a_path_is_made_of_names(hub: FakeGitHub, client: Client, parts: tuple[str, ...]) -> None:
    with pytest.raises(ApiProblem):
        client.get(*parts)
    assert hub.seen == []


def test_paths_cannot_leave_their_place(hub: FakeGitHub, client: Client) -> None:
    with pytest.raises(ApiProblem):
        client.get("repos", "owner", "../../user?x=")
    assert hub.seen[0].path == "/repos/owner/..%2F..%2Fuser%3Fx%3D"


@pytest.mark.parametrize(
    ("api", "web", "graphql"),
    [
        ("https://api.github.com", "https://github.com", "https://api.github.com/graphql"),
        ("https://git.example.org/api/v3", "https://git.example.org", "https://git.example.org/api/graphql"),
        ("https://api.octo.ghe.com", "https://octo.ghe.com", "https://api.octo.ghe.com/graphql"),
        ("http://127.0.0.1:4000", "http://127.0.0.1:4000", "http://127.0.0.1:4000/graphql"),
    ],
)
def test_one_address_tells_the_others(api: str, web: str, graphql: str) -> None:
    assert (address.web(api), address.graphql(api)) == (web, graphql)
