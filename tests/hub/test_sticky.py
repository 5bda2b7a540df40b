"""The comment that is kept up to date: one, ours, never doubled."""

from __future__ import annotations

import pytest

from dimorder.hub import sticky
from dimorder.hub.client import Client
from dimorder.hub.problem import ApiProblem
from dimorder.hub.sticky import MARKER, put
from support.fake_github import BOT, STRANGER, FakeGitHub, Stumble

COMMENTS = "/repos/owner/nets/issues/7/comments"


def written(client: Client, text: str = "all is well") -> str:
    return put(client, "owner/nets", 7, text).word


def ours(hub: FakeGitHub) -> list[str]:
    return [one["body"] for one in hub.comments if one["user"]["id"] == hub.viewer and MARKER in one["body"]]


def test_the_same_text_is_written_once(hub: FakeGitHub, client: Client) -> None:
    assert [written(client), written(client)] == ["created", "unchanged"]
    assert len(hub.asked("POST " + COMMENTS)) == 1
    assert hub.asked("PATCH") == []


def test_another_text_replaces_it_in_place(hub: FakeGitHub, client: Client) -> None:
    written(client)
    assert written(client, "found 1 error") == "updated"
    assert ours(hub) == [f"{MARKER}\nfound 1 error"]


def test_the_marker_of_somebody_else_is_not_ours(hub: FakeGitHub, client: Client) -> None:
    forged = hub.add(f"{MARKER}\nforged", STRANGER)
    assert written(client) == "created"
    assert forged["body"] == f"{MARKER}\nforged"


def test_the_marker_inside_our_own_words_is_not_it(hub: FakeGitHub, client: Client) -> None:
    other = hub.add(f"another bot quotes {MARKER}", BOT)
    assert written(client) == "created"
    assert MARKER in other["body"]


def test_it_is_found_behind_hundreds_of_others(hub: FakeGitHub, client: Client) -> None:
    for _ in range(230):
        hub.add("me too", STRANGER)
    written(client)
    assert written(client, "again") == "updated"
    assert len(ours(hub)) == 1


def test_the_bot_of_another_token_finds_its_own(hub: FakeGitHub, client: Client) -> None:
    hub.viewer = 77
    hub.add(f"{MARKER}\nof the other bot", BOT)
    assert [written(client), written(client, "again")] == ["created", "updated"]


def test_who_writes_is_the_bot_of_actions_where_nobody_says(hub: FakeGitHub, client: Client) -> None:
    hub.stumbles["POST /graphql"] = [Stumble(403), Stumble(500)]
    assert [written(client), written(client, "again")] == ["created", "updated"]


@pytest.mark.parametrize("stumble", [Stumble(502, commits=True), Stumble(201, commits=True, cut=True)])
def test_a_post_that_was_carried_out_without_an_answer_is_not_repeated(
    hub: FakeGitHub, client: Client, stumble: Stumble
) -> None:
    hub.stumbles["POST " + COMMENTS] = [stumble]
    assert written(client) == "unchanged"
    assert len(ours(hub)) == 1


def test_a_post_that_was_lost_is_repeated_once(hub: FakeGitHub, client: Client) -> None:
    hub.stumbles["POST " + COMMENTS] = [Stumble(502)]
    assert written(client) == "created"
    hub.stumbles["PATCH"] = [Stumble(500), Stumble(500)]
    with pytest.raises(ApiProblem):
        written(client, "again")


def test_a_token_that_only_reads_is_refused_at_once(hub: FakeGitHub, client: Client) -> None:
    hub.may_write = False
    with pytest.raises(ApiProblem) as told:
        written(client)
    assert told.value.is_refusal
    assert len(hub.asked("POST " + COMMENTS)) == 1


def test_it_waits_as_long_as_github_asks(hub: FakeGitHub, client: Client, waited: list[float]) -> None:
    hub.stumbles["POST " + COMMENTS] = [Stumble(403, {"Retry-After": "7"})]
    assert written(client) == "created"
    assert 7 in waited


def test_nobody_waits_for_an_hour(hub: FakeGitHub, client: Client, waited: list[float]) -> None:
    hub.stumbles["POST " + COMMENTS] = [Stumble(403, {"Retry-After": "3600"})]
    with pytest.raises(ApiProblem):
        written(client)
    assert max(waited, default=0) < 60


def test_a_second_lies_between_two_writes(client: Client, waited: list[float]) -> None:
    written(client)
    written(client, "again")
    assert max(waited) > 0.5


def test_it_is_as_long_as_github_takes(hub: FakeGitHub, client: Client) -> None:
    written(client, "x" * 100_000)
    assert len(hub.comments[0]["body"]) == sticky.LONGEST
