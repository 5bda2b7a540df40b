"""The Git Data API on the bare repositories: blobs, trees, commits, references."""

from __future__ import annotations

import base64
import binascii
import time
from typing import Any

from github_com.access import allow
from github_com.bare import Missing, Person
from github_com.refusal import Refusal, invalid, not_found
from github_com.rest_repositories import here, signed_in
from github_com.shapes_git import (
    api,
    blob,
    git_commit,
    reference,
    tree,
)
from github_com.wire import Level, Request, Response, Route
from github_com.world import Repository

_READ: tuple[tuple[str, Level], ...] = (("contents", "read"),)
_WRITE: tuple[tuple[str, Level], ...] = (("contents", "write"),)


def home_of(request: Request) -> Repository:
    """With its permissions looked at; 409 while there is nothing in it."""
    home = here(request)
    allow(
        request.world,
        request.caller,
        home,
        _READ if request.method == "GET" else _WRITE,
        "read" if request.method == "GET" else "write",
    )
    if not home.bare.path.exists() or not home.bare.refs():
        raise Refusal(409, "Git Repository is empty.")
    return home


def _get_ref(request: Request) -> Response:
    home, name = home_of(request), f"refs/{request.parts['ref']}"
    sha = home.bare.refs("refs/").get(name)
    if sha is None:
        raise not_found()
    return Response(200, reference(request, home, name, sha))


def _matching(request: Request) -> Response:
    home, start = home_of(request), f"refs/{request.parts['ref']}"
    found = {name: sha for name, sha in sorted(home.bare.refs("refs/").items()) if name.startswith(start)}
    return Response(200, [reference(request, home, name, sha) for name, sha in found.items()])


def _commit_there(home: Repository, sha: Any) -> str:
    try:
        if home.bare.kind(str(sha)) == "commit":
            return str(sha)
    except Missing:
        pass
    raise Refusal(422, "Object does not exist")


def _create_ref(request: Request) -> Response:
    home, name = home_of(request), str(request.given("ref", ""))
    if not name.startswith("refs/") or name.count("/") < 2:
        raise Refusal(422, "Reference name must start with 'refs/' and contain at least 3 parts")
    sha = _commit_there(home, request.given("sha"))
    if name in home.bare.refs("refs/"):
        raise Refusal(422, "Reference already exists")
    home.bare.set_ref(name, sha)
    moved(request.world.now(), home)
    return Response(201, reference(request, home, name, sha))


def _update_ref(request: Request) -> Response:
    home, name = home_of(request), f"refs/{request.parts['ref']}"
    before = home.bare.refs("refs/").get(name)
    if before is None:
        raise Refusal(422, "Reference does not exist")
    sha = _commit_there(home, request.given("sha"))
    if not request.given("force", False) and not home.bare.is_ancestor(before, sha):
        raise Refusal(422, "Update is not a fast forward")
    home.bare.set_ref(name, sha)
    moved(request.world.now(), home)
    return Response(200, reference(request, home, name, sha))


def _delete_ref(request: Request) -> Response:
    home, name = home_of(request), f"refs/{request.parts['ref']}"
    if name not in home.bare.refs("refs/"):
        raise Refusal(422, "Reference does not exist")
    home.bare.delete_ref(name)
    home.pushed = request.world.now()
    for one in request.world.repositories.values():
        for issue in one.pulls:
            if (
                issue.pull
                and issue.state == "open"
                and (issue.pull.head, f"refs/heads/{issue.pull.head_ref}") == (home, name)
            ):
                issue.state, issue.closed, issue.closed_by = "closed", request.world.now(), signed_in(request)
    return Response(204)


def moved(now: float, home: Repository) -> None:
    """What follows from new commits."""
    home.pushed = now


def _create_blob(request: Request) -> Response:
    home, told = home_of(request), str(request.given("content", ""))
    try:
        held = base64.b64decode(told, validate=False) if request.given("encoding") == "base64" else told.encode()
    except binascii.Error:
        raise invalid("Blob", "content") from None
    if len(held) > request.world.largest_blob:
        raise Refusal(
            422,
            "Sorry, your input was too large to process. Consider creating the blob in a local clone and pushing it.",
        )
    sha = home.bare.write_blob(held)
    return Response(201, {"url": f"{api(request, home)}/git/blobs/{sha}", "sha": sha})


def _get_blob(request: Request) -> Response:
    home, sha = home_of(request), request.parts["file_sha"]
    try:
        held = home.bare.blob(sha)
    except Missing:
        raise not_found() from None
    if "raw" in request.accept:
        return Response(200, raw=held, media="application/vnd.github.raw; charset=utf-8")
    return Response(200, blob(request, home, sha, held))


def _create_tree(request: Request) -> Response:
    home, told = home_of(request), request.given("tree")
    if not isinstance(told, list):
        raise Refusal(422, 'Invalid request.\n\n"tree" wasn\'t supplied.')
    lines = [(str(one.get("mode", "100644")), _sha_of(home, one), str(one["path"])) for one in told]
    try:
        sha = home.bare.write_tree(request.given("base_tree"), lines)
        entries = home.bare.entries(sha)
    except Missing:
        raise Refusal(422, "GitRPC::BadObjectState") from None
    return Response(201, tree(request, home, sha, entries))


def _sha_of(home: Repository, one: dict[str, Any]) -> str | None:
    if "content" in one:
        return home.bare.write_blob(str(one["content"]).encode())
    return one.get("sha")


def _get_tree(request: Request) -> Response:
    home, named = home_of(request), request.parts["tree_sha"]
    try:
        sha = home.bare.word("rev-parse", "--verify", "--end-of-options", f"{named}^{{tree}}")
    except Missing:
        raise not_found() from None
    return Response(200, tree(request, home, sha, home.bare.entries(sha, recursive="recursive" in request.query)))


def _create_commit(request: Request) -> Response:
    home, me, parents = home_of(request), signed_in(request), request.given("parents", [])
    by = Person(me.login, f"{me.id}+{me.login}@users.noreply.github.com", int(request.world.now()))
    for one in parents:
        _commit_there(home, one)
    author = _person(request.given("author"), by)
    made = (
        request.given("tree"),
        parents,
        request.given("message"),
        author,
        _person(request.given("committer"), author),
    )
    try:
        sha = home.bare.write_commit(*made)
    except Missing:
        raise Refusal(422, "Tree SHA does not exist") from None
    return Response(201, git_commit(request, home, home.bare.commits(sha)[0]))


def _person(told: Any, default: Person) -> Person:
    if not isinstance(told, dict):
        return default
    at = told.get("date")
    return Person(told["name"], told["email"], default.at if at is None else int(_seconds(at)))


def _seconds(text: str) -> float:
    return time.mktime(time.strptime(text.rstrip("Z"), "%Y-%m-%dT%H:%M:%S")) - time.timezone


def _git_commit(request: Request) -> Response:
    home = home_of(request)
    sha = home.bare.resolved(request.parts["commit_sha"])
    if sha is None:
        raise not_found()
    return Response(200, git_commit(request, home, home.bare.commits(sha)[0]))


_AT = "/repos/{owner}/{repo}"
ROUTES = (
    Route("GET", f"{_AT}/git/ref/{{ref}}", _get_ref),
    Route("GET", f"{_AT}/git/matching-refs/{{ref}}", _matching),
    Route("POST", f"{_AT}/git/refs", _create_ref, "ref"),
    Route("PATCH", f"{_AT}/git/refs/{{ref}}", _update_ref, "ref-update"),
    Route("DELETE", f"{_AT}/git/refs/{{ref}}", _delete_ref, "ref-delete"),
    Route("POST", f"{_AT}/git/blobs", _create_blob, "blob"),
    Route("GET", f"{_AT}/git/blobs/{{file_sha}}", _get_blob),
    Route("POST", f"{_AT}/git/trees", _create_tree, "tree"),
    Route("GET", f"{_AT}/git/trees/{{tree_sha}}", _get_tree),
    Route("POST", f"{_AT}/git/commits", _create_commit, "commit"),
    Route("GET", f"{_AT}/git/commits/{{commit_sha}}", _git_commit),
)
