"""The Git Data API, contents and comparisons, on the bare repositories."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable
from typing import Any

from github_com.access import allow
from github_com.bare import EMPTY_TREE, Missing, Person
from github_com.refusal import Refusal, invalid, not_found
from github_com.rest_repositories import here, signed_in
from github_com.shapes_git import (
    api,
    blob,
    changed_file,
    commit,
    content,
    git_commit,
    reference,
    tree,
    web,
)
from github_com.wire import Level, Request, Response, Route, page
from github_com.world import Repository

MOST_COMPARED = 300
_READ: tuple[tuple[str, Level], ...] = (("contents", "read"),)
_WRITE: tuple[tuple[str, Level], ...] = (("contents", "write"),)


def _home(request: Request) -> Repository:
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
    home, name = _home(request), f"refs/{request.parts['ref']}"
    sha = home.bare.refs("refs/").get(name)
    if sha is None:
        raise not_found()
    return Response(200, reference(request, home, name, sha))


def _matching(request: Request) -> Response:
    home, start = _home(request), f"refs/{request.parts['ref']}"
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
    home, name = _home(request), str(request.given("ref", ""))
    if not name.startswith("refs/") or name.count("/") < 2:
        raise Refusal(422, "Reference name must start with 'refs/' and contain at least 3 parts")
    sha = _commit_there(home, request.given("sha"))
    if name in home.bare.refs("refs/"):
        raise Refusal(422, "Reference already exists")
    home.bare.set_ref(name, sha)
    moved(request.world.now(), home)
    return Response(201, reference(request, home, name, sha))


def _update_ref(request: Request) -> Response:
    home, name = _home(request), f"refs/{request.parts['ref']}"
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
    home, name = _home(request), f"refs/{request.parts['ref']}"
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
    home, told = _home(request), str(request.given("content", ""))
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
    home, sha = _home(request), request.parts["file_sha"]
    try:
        held = home.bare.blob(sha)
    except Missing:
        raise not_found() from None
    if "raw" in request.accept:
        return Response(200, raw=held, media="application/vnd.github.raw; charset=utf-8")
    return Response(200, blob(request, home, sha, held))


def _create_tree(request: Request) -> Response:
    home, told = _home(request), request.given("tree")
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
    home, named = _home(request), request.parts["tree_sha"]
    try:
        sha = home.bare.word("rev-parse", "--verify", "--end-of-options", f"{named}^{{tree}}")
    except Missing:
        raise not_found() from None
    return Response(200, tree(request, home, sha, home.bare.entries(sha, recursive="recursive" in request.query)))


def _create_commit(request: Request) -> Response:
    home, me, parents = _home(request), signed_in(request), request.given("parents", [])
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
    home = _home(request)
    sha = home.bare.resolved(request.parts["commit_sha"])
    if sha is None:
        raise not_found()
    return Response(200, git_commit(request, home, home.bare.commits(sha)[0]))


def _commit(request: Request) -> Response:
    home, named = _home(request), request.parts["ref"]
    sha = _resolved(home, named)
    if sha is None:
        raise Refusal(422, f"No commit found for SHA: {named}")
    if request.accept.startswith("application/vnd.github.sha"):
        return Response(200, raw=sha.encode(), media="application/vnd.github.sha; charset=utf-8")
    (found,) = home.bare.commits(sha)
    before = found.parents[0] if found.parents else EMPTY_TREE
    files = [changed_file(request, home, sha, one) for one in home.bare.changed(before, sha)][:MOST_COMPARED]
    counts = {"additions": 0, "deletions": 0, "total": 0}
    return Response(200, {**commit(request, home, found), "stats": counts, "files": files})


def _resolved(home: Repository, named: str) -> str | None:
    if named == "HEAD":
        named = home.default_branch
    return home.bare.resolved(f"refs/heads/{named}") or home.bare.resolved(named)


def _commits(request: Request) -> Response:
    home = _home(request)
    sha = _resolved(home, request.query.get("sha", home.default_branch))
    if sha is None:
        raise not_found()
    told = page(request, home.bare.commits(sha, 1000))
    told.document = [commit(request, home, one) for one in told.document]
    return told


def _content(request: Request) -> Response:
    home, path = _home(request), request.parts["path"].rstrip("/")
    ref = request.query.get("ref", home.default_branch)
    sha = _resolved(home, ref)
    if sha is None:
        raise Refusal(404, f"No commit found for the ref {ref}")
    found = home.bare.entries(sha, path) if path else []
    if not path or (found and found[0].kind == "tree"):
        inside = home.bare.entries(sha, f"{path}/" if path else "")
        return Response(200, [content(request, home, ref, one, None) for one in inside])
    if not found:
        raise not_found()
    held = home.bare.blob(found[0].sha)
    if "raw" in request.accept:
        return Response(200, raw=held, media="application/vnd.github.raw; charset=utf-8")
    return Response(200, content(request, home, ref, found[0], held))


def _compare(request: Request) -> Response:
    home = _home(request)
    base, _, head = request.parts["basehead"].partition("...")
    old, new = _resolved(home, base), _resolved(home, head)
    if old is None or new is None:
        raise not_found()
    bare = home.bare
    try:
        middle = bare.word("merge-base", old, new)
    except Missing:
        raise Refusal(404, f"No common ancestor between {base} and {head}.") from None
    behind, ahead = map(int, bare.word("rev-list", "--left-right", "--count", f"{old}...{new}").split())
    words: dict[tuple[bool, bool], str] = {
        (True, True): "diverged", (True, False): "ahead", (False, True): "behind", (False, False): "identical",
    }  # fmt: skip
    shown: Callable[[str], dict[str, Any]] = lambda sha: commit(request, home, bare.commits(sha)[0])
    between = bare.commits(f"{old}..{new}", 250)[::-1]
    files = [changed_file(request, home, new, one) for one in bare.changed(middle, new)][:MOST_COMPARED]
    page_url, own = f"{web(request, home)}/compare/{base}...{head}", f"{api(request, home)}/compare/{base}...{head}"
    return Response(200, {
        "url": own, "html_url": page_url, "permalink_url": page_url, "diff_url": f"{page_url}.diff",
        "patch_url": f"{page_url}.patch", "base_commit": shown(old), "merge_base_commit": shown(middle),
        "status": words[bool(ahead), bool(behind)], "ahead_by": ahead, "behind_by": behind, "total_commits": ahead,
        "commits": [commit(request, home, one) for one in between], "files": files,
    })  # fmt: skip


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
    Route("GET", f"{_AT}/commits/{{ref}}", _commit),
    Route("GET", f"{_AT}/commits", _commits),
    Route("GET", f"{_AT}/contents/{{path}}", _content),
    Route("GET", f"{_AT}/compare/{{basehead}}", _compare),
)
