"""The fake itself: GitHub's refusals in GitHub's words, on real git."""

from __future__ import annotations

import base64
import socket
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from github_com.faults import KINDS, LEAVE_NO_TRACE, Kind
from github_com.hub import Hub
from github_com.openapi import problems
from github_com.world import Repository

Json = Any


class Api:
    """Requests with one token. last: status of the newest answer."""

    def __init__(self, hub: Hub, token: str) -> None:
        self.hub, self.token, self.answer = hub, token, requests.Response()

    def __call__(self, method: str, path: str, document: Json = None, **headers: str) -> Json:
        more = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        url = self.hub.address + path
        self.answer = requests.request(method, url, json=document, headers={**more, **named}, timeout=20)
        is_json = self.answer.headers.get("Content-Type", "").startswith("application/json")
        return self.answer.json() if is_json and self.answer.content else self.answer.content

    def refused(self, status: int, method: str, path: str, document: Json = None) -> str:
        told = self(method, path, document)
        assert self.answer.status_code == status, told
        errors = told.get("errors") or [{}]
        return errors[0].get("message") or told["message"]


@pytest.fixture
def nets(hub: Hub) -> Repository:
    return hub.repository(
        "acme/nets", {"model.h5": b"weights", "src/net.py": b"import keras\n"}, roles={"bot": "write"}
    )


@pytest.fixture
def api(hub: Hub, nets: Repository) -> Api:
    return Api(hub, hub.token("bot"))


def proposed(api: Api, branch: str = "dimorder/x", files: Json = None) -> Json:
    """A branch with a commit, and a pull request of it; as the Git Data API makes them."""
    at = "/repos/acme/nets"
    base = api("GET", f"{at}/git/ref/heads/main")["object"]["sha"]
    top = api("GET", f"{at}/git/commits/{base}")["tree"]["sha"]
    blob = api("POST", f"{at}/git/blobs", {"content": base64.b64encode(b"\x00new").decode(), "encoding": "base64"})
    lines = [{"path": "model.tf.h5", "mode": "100644", "type": "blob", "sha": blob["sha"]}]
    tree = api("POST", f"{at}/git/trees", {"base_tree": top, "tree": lines})
    commit = api("POST", f"{at}/git/commits", {"message": "Add", "tree": tree["sha"], "parents": [base]})
    api("POST", f"{at}/git/refs", {"ref": f"refs/heads/{branch}", "sha": commit["sha"]})
    return api("POST", f"{at}/pulls", {"title": "Add", "head": branch, "base": "main", "body": "why"})


def test_a_pull_request_from_blobs_to_close(hub: Hub, api: Api, nets: Repository) -> None:
    made = proposed(api)
    assert (made["number"], made["changed_files"], made["commits"]) == (1, 1, 1)
    at = "/repos/acme/nets"
    assert [one["number"] for one in api("GET", f"{at}/pulls?head=acme:dimorder/x&state=all")] == [1]
    assert api("GET", f"{at}/pulls?head=acme:other&state=all") == []
    assert [one["filename"] for one in api("GET", f"{at}/pulls/1/files")] == ["model.tf.h5"]
    assert len(api("GET", f"{at}/pulls/1/commits")) == 1
    api("POST", f"{at}/issues/1/labels", {"labels": ["dimorder"]})
    api("POST", f"{at}/issues/1/comments", {"body": "hello"})
    (said,) = api("GET", f"{at}/issues/1/comments")
    api("PATCH", f"{at}/issues/comments/{said['id']}", {"body": "hello again"})
    assert api("GET", f"{at}/issues/1")["labels"][0]["name"] == "dimorder"
    assert api("PATCH", f"{at}/pulls/1", {"state": "closed"})["state"] == "closed"
    assert [one["event"] for one in api("GET", f"{at}/issues/1/events")] == ["labeled", "closed"]
    assert nets.issues[1].comments[0].body == "hello again"
    assert [one.kind for one in hub.journal.of()] == [
        "blob", "tree", "commit", "ref", "pull", "label", "comment", "comment-update", "pull-update",
    ]  # fmt: skip


def test_doubles_are_refused(api: Api) -> None:
    proposed(api)
    at = "/repos/acme/nets"
    sha = api("GET", f"{at}/git/ref/heads/main")["object"]["sha"]
    ref = {"ref": "refs/heads/dimorder/x", "sha": sha}
    assert api.refused(422, "POST", f"{at}/git/refs", ref) == "Reference already exists"
    again = {"title": "Add", "head": "dimorder/x", "base": "main"}
    assert "A pull request already exists for acme:dimorder/x." in api.refused(422, "POST", f"{at}/pulls", again)
    api("POST", f"{at}/labels", {"name": "dimorder", "color": "c0ffee"})
    api.refused(422, "POST", f"{at}/labels", {"name": "dimorder"})


def test_what_is_not_there_is_refused(api: Api) -> None:
    at = "/repos/acme/nets"
    assert api.refused(404, "GET", "/repos/acme/none") == "Not Found"
    assert api.refused(404, "GET", f"{at}/git/ref/heads/none") == "Not Found"
    gone = {"ref": "refs/heads/y", "sha": "1" * 40}
    assert api.refused(422, "POST", f"{at}/git/refs", gone) == "Object does not exist"
    assert api.refused(422, "PATCH", f"{at}/git/refs/heads/none", {"sha": "1" * 40}) == "Reference does not exist"
    api.refused(422, "POST", f"{at}/pulls", {"title": "t", "head": "none", "base": "main"})
    nothing = {"title": "t", "head": "main", "base": "main"}
    assert "No commits between" in api.refused(422, "POST", f"{at}/pulls", nothing)
    api.refused(404, "DELETE", f"{at}/issues/1/labels/none")


def test_a_reference_moves_forward_only_unless_forced(hub: Hub, api: Api, nets: Repository) -> None:
    at = "/repos/acme/nets"
    first = api("GET", f"{at}/git/ref/heads/main")["object"]["sha"]
    hub.world.push(nets, {"other.py": b"x = 1\n"})
    assert api.refused(422, "PATCH", f"{at}/git/refs/heads/main", {"sha": first}) == "Update is not a fast forward"
    assert api("PATCH", f"{at}/git/refs/heads/main", {"sha": first, "force": True})["object"]["sha"] == first


def test_nobody_writes_without_the_right(hub: Hub, nets: Repository) -> None:
    stranger, nobody, wrong = (Api(hub, value) for value in (hub.token("eve"), "", "ghp_wrong"))
    ref = {"ref": "refs/heads/y", "sha": nets.bare.resolved("main")}
    stranger.refused(404, "POST", "/repos/acme/nets/git/refs", ref)
    nobody.refused(401, "POST", "/repos/acme/nets/git/refs", ref)
    assert wrong.refused(401, "GET", "/repos/acme/nets") == "Bad credentials"
    assert stranger("GET", "/repos/acme/nets")["permissions"]["push"] is False
    assert hub.journal.of() == []


def test_what_is_private_is_not_there_for_others(hub: Hub) -> None:
    hub.repository("acme/secret", {"a": b"a"}, private=True, roles={"bot": "read"})
    assert Api(hub, hub.token("eve")).refused(404, "GET", "/repos/acme/secret") == "Not Found"
    assert Api(hub, hub.token("bot"))("GET", "/repos/acme/secret")["private"] is True


def test_an_archive_takes_nothing(hub: Hub) -> None:
    hub.repository("acme/old", {"a": b"a"}, archived=True, roles={"bot": "admin"})
    told = Api(hub, hub.token("bot")).refused(403, "POST", "/repos/acme/old/issues", {"title": "t"})
    assert told == "Repository was archived so is read-only."


def test_lists_come_in_pages(hub: Hub, api: Api) -> None:
    hub.account("org", "Organization")
    for number in range(7):
        hub.repository(f"org/n{number}", topics=["theano"] if number % 2 else [])
    names, url = [], "/orgs/org/repos?per_page=3&sort=full_name"
    while url:
        names += [one["name"] for one in api("GET", url)]
        url = api.answer.links.get("next", {}).get("url", "").removeprefix(hub.address)
    assert names == [f"n{number}" for number in range(7)]
    assert len(api("GET", "/users/acme/repos")) == 1
    assert api("GET", "/search/repositories?q=topic:theano+org:org")["total_count"] == 3
    assert [one["full_name"] for one in api("GET", "/user/repos")] == ["acme/nets"]


def test_nothing_new_is_told_to_the_token_that_asked_before(hub: Hub, api: Api) -> None:
    api("GET", "/repos/acme/nets/commits/HEAD")
    tag, left = api.answer.headers["ETag"], api.answer.headers["X-RateLimit-Remaining"]
    api("GET", "/repos/acme/nets/commits/HEAD", If_None_Match=tag)
    assert (api.answer.status_code, api.answer.content, api.answer.headers["X-RateLimit-Remaining"]) == (304, b"", left)
    other = Api(hub, hub.token("bot"))
    other("GET", "/repos/acme/nets/commits/HEAD", If_None_Match=tag)
    assert other.answer.status_code == 200


def test_files_are_shown_and_given(hub: Hub, api: Api, nets: Repository) -> None:
    at, blob = "/repos/acme/nets", nets.bare.entries("main", "model.h5")[0].sha
    raw = "application/vnd.github.raw+json"
    assert api("GET", f"{at}/contents/src/net.py", Accept=raw) == b"import keras\n"
    assert base64.b64decode(api("GET", f"{at}/contents/model.h5")["content"]) == b"weights"
    assert [one["name"] for one in api("GET", f"{at}/contents/src")] == ["net.py"]
    assert api("GET", f"{at}/git/blobs/{blob}", Accept=raw) == b"weights"
    assert base64.b64decode(api("GET", f"{at}/git/blobs/{blob}")["content"]) == b"weights"
    told = api("GET", f"{at}/git/trees/main?recursive=1")
    assert [one["path"] for one in told["tree"]] == ["model.h5", "src", "src/net.py"]
    assert not told["truncated"]
    hub.world.most_entries = 2
    assert api("GET", f"{at}/git/trees/main?recursive=1")["truncated"]
    assert api("GET", f"{at}/branches/main")["commit"]["sha"] == nets.bare.resolved("main")
    assert len(api("GET", f"{at}/commits")) == 1


def test_commits_are_compared(hub: Hub, api: Api, nets: Repository) -> None:
    hub.world.push(nets, {"new.py": b"x = 1\n", "model.h5": None})
    told = api("GET", "/repos/acme/nets/compare/main~1...main")
    assert (told["status"], told["ahead_by"]) == ("ahead", 1)
    assert {(one["filename"], one["status"]) for one in told["files"]} == {("new.py", "added"), ("model.h5", "removed")}


def test_a_fork_comes_after_a_while(hub: Hub, nets: Repository) -> None:
    hub.world.fork_delay = 3600.0
    api = Api(hub, hub.token("eve"))
    assert api("POST", "/repos/acme/nets/forks", {})["full_name"] == "eve/nets"
    assert api.refused(409, "GET", "/repos/eve/nets/git/ref/heads/main") == "Git Repository is empty."
    hub.world.repositories["eve/nets"].ready = 0.0
    assert api("GET", "/repos/eve/nets/git/ref/heads/main")["object"]["sha"] == nets.bare.resolved("main")
    hub.world.push(hub.world.repositories["eve/nets"], {"more.py": b"x = 1\n"}, "dimorder/x")
    made = api("POST", "/repos/acme/nets/pulls", {"title": "t", "head": "eve:dimorder/x", "base": "main"})
    assert made["head"]["label"] == "eve:dimorder/x"
    nothing = {"labels": ["dimorder"]}
    api.refused(404, "POST", "/repos/acme/nets/issues/1/labels", nothing)


def test_reviewers_are_collaborators_and_others(api: Api, hub: Hub, nets: Repository) -> None:
    proposed(api)
    nets.roles["ann"] = "write"
    at = "/repos/acme/nets/pulls/1/requested_reviewers"
    assert "author" in api.refused(422, "POST", at, {"reviewers": ["bot"]})
    assert "collaborators" in api.refused(422, "POST", at, {"reviewers": ["eve"]})
    assert [one["login"] for one in api("POST", at, {"reviewers": ["ann"]})["requested_reviewers"]] == ["ann"]


def test_who_asks_is_told_in_both_languages(hub: Hub, api: Api) -> None:
    told = requests.post(
        hub.graphql,
        json={"query": "query{viewer{databaseId login}}"},
        headers={"Authorization": f"Bearer {api.token}"},
        timeout=9,
    )
    assert told.json()["data"]["viewer"] == {"login": "bot", "databaseId": api("GET", "/user")["id"]}


# What the fake notices of others


def test_what_is_not_as_github_says_is_told(hub: Hub, api: Api) -> None:
    api("GET", "/repos/acme/nets/git/ref/heads/main")
    (fine,) = hub.journal.exchanges.values()
    assert list(problems([fine])) == []
    assert "response" in next(problems([replace(fine, answer=b'{"ref": "refs/heads/main"}')]))
    asked = replace(fine, method="POST", template="/repos/{owner}/{repo}/git/refs", path="/repos/acme/nets/git/refs")
    assert "request" in next(problems([replace(asked, body=b'{"ref": 7}', status=201)]))


def test_a_token_anywhere_but_in_its_header_is_noticed(hub: Hub, api: Api) -> None:
    for method, path, document in (("GET", f"/user?token={api.token}", None), ("POST", "/user", {"about": api.token})):
        api(method, path, document)
    assert len(hub.journal.leaks) == 2
    assert hub.journal.unknown == ["POST /user"]
    hub.journal.leaks.clear()
    hub.journal.unknown.clear()


def test_of_what_is_cut_off_on_its_way_nothing_is_done(hub: Hub) -> None:
    place = urlsplit(hub.address)
    with socket.create_connection((str(place.hostname), place.port or 80), timeout=9) as line:
        line.sendall(b"POST /api/v3/user HTTP/1.1\r\nContent-Length: 9\r\n\r\n")
        line.shutdown(socket.SHUT_WR)
        assert line.recv(1) == b""
    assert (hub.journal.asked, hub.journal.unknown) == ([], [])


def test_two_writes_at_once_are_noticed(hub: Hub, api: Api) -> None:
    proposed(api)
    assert hub.journal.closest() < 1.0


@pytest.mark.parametrize("kind", KINDS)
def test_it_stumbles_as_it_is_told_to(hub: Hub, api: Api, nets: Repository, kind: Kind) -> None:
    hub.faults.state("POST /repos/acme/nets/git/refs", kind)
    asked = {"ref": "refs/heads/x", "sha": nets.bare.resolved("main")}
    status: int | None = None
    with suppress(requests.RequestException):
        api("POST", "/repos/acme/nets/git/refs", asked)
        status = api.answer.status_code
    hub.settle()
    assert (hub.faults.struck, hub.faults.stated) == ([(kind, "POST /repos/acme/nets/git/refs")], [])
    assert ("refs/heads/x" in nets.bare.refs()) == (kind not in LEAVE_NO_TRACE)
    wanted = {
        "500": 500, "502 after": 502, "secondary": 403, "primary": 403, "429": 429, "expired": 401, "not found": 404,
        "conflict": 409, "already exists": 422, "slow": 201, "html": 200, "twice": 422,
    }  # fmt: skip
    assert status == wanted.get(kind)
