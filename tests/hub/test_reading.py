"""What reading from GitHub gives: whole lists, what is known already, tokens that end."""

from __future__ import annotations

import pytest

from dimorder.hub.client import Client
from dimorder.hub.problem import ApiProblem
from dimorder.hub.token import Token
from github_com.faults import Kind
from github_com.hub import Hub


@pytest.fixture
def reader(github: Hub) -> Client:
    github.repository("acme/nets", {"net.py": b"x = 1\n"}, roles={"bot": "write"})
    return Client(github.address, Token(github.token("bot")), sleep=lambda seconds: None)


def test_a_list_is_had_whole(github: Hub, reader: Client) -> None:
    for number in range(205):
        github.repository(f"acme/nets-{number}")
    names = {one["name"] for one in reader.pages("users", "acme", "repos")}
    assert len(names) == 206
    assert len(github.journal.asked) == 3


def test_a_list_inside_of_an_answer_is_had_too(github: Hub, reader: Client) -> None:
    found = reader.pages("search", "repositories", query={"q": "user:acme"}, key="items")
    assert [one["full_name"] for one in found] == ["acme/nets"]


def test_nothing_is_asked_for_behind_the_last_page(github: Hub, reader: Client) -> None:
    """GitHub refuses the page behind the last one of a search."""
    for number in range(199):
        github.repository(f"acme/nets-{number}")
    assert len(list(reader.pages("search", "repositories", query={"q": "user:acme"}, key="items"))) == 200
    assert len(github.journal.asked) == 2


def test_a_list_that_is_too_long_is_none(github: Hub, reader: Client) -> None:
    for number in range(3):
        github.repository(f"acme/nets-{number}")
    with pytest.raises(ApiProblem, match="more than 3"):
        list(reader.pages("users", "acme", "repos", most=3))


@pytest.mark.parametrize(("parts", "key"), [(("repos", "acme", "nets"), ""), (("repos", "acme", "nets"), "name")])
def test_what_is_no_list_is_none(reader: Client, parts: tuple[str, ...], key: str) -> None:
    with pytest.raises(ApiProblem, match="no list"):
        list(reader.pages(*parts, key=key))


def test_what_is_known_is_not_told_again(github: Hub, reader: Client) -> None:
    first = reader.known("repos", "acme", "nets")
    again = reader.known("repos", "acme", "nets", etag=first.etag)
    assert first.document["full_name"] == "acme/nets"
    assert (again.is_unchanged, again.document, again.etag) == (True, None, first.etag)
    github.world.repositories["acme/nets"].archived = True
    assert reader.known("repos", "acme", "nets", etag=first.etag).document["archived"] is True


@pytest.mark.parametrize("kind", ["500", "secondary", "primary", "cut", "html", "reset", "reset after", "slow"])
def test_reading_outlasts(github: Hub, reader: Client, kind: Kind) -> None:
    github.faults.state("GET /repos", kind, kind)
    assert reader.get("repos", "acme", "nets")["full_name"] == "acme/nets"


def test_reading_waits_as_long_as_it_is_told(github: Hub) -> None:
    github.repository("acme/nets")
    waited: list[float] = []
    client = Client(github.address, Token(github.token("bot")), sleep=waited.append)
    github.faults.wait = 17
    github.faults.state("GET /repos", "secondary")
    client.get("repos", "acme", "nets")
    assert waited == [17]


def test_a_token_that_is_refused_is_not_tried_again(github: Hub) -> None:
    client = Client(github.address, Token("ghp_" + "x" * 36), sleep=lambda seconds: None)
    with pytest.raises(ApiProblem) as told:
        client.get("user")
    assert told.value.is_refusal
    assert len(github.journal.asked) == 1
