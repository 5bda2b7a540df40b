"""Commits as people look at them: lists, comparisons, the files that a commit has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from github_com.bare import EMPTY_TREE, Missing
from github_com.refusal import Refusal, not_found
from github_com.rest_git import home_of
from github_com.shapes_git import api, changed_file, commit, content, web
from github_com.wire import Request, Response, Route, page
from github_com.world import Repository

MOST_COMPARED = 300
"""Files."""


def _commit(request: Request) -> Response:
    home, named = home_of(request), request.parts["ref"]
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
    home = home_of(request)
    sha = _resolved(home, request.query.get("sha", home.default_branch))
    if sha is None:
        raise not_found()
    told = page(request, home.bare.commits(sha, 1000))
    told.document = [commit(request, home, one) for one in told.document]
    return told


def _content(request: Request) -> Response:
    home, path = home_of(request), request.parts["path"].rstrip("/")
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
    home = home_of(request)
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
    Route("GET", f"{_AT}/commits/{{ref}}", _commit),
    Route("GET", f"{_AT}/commits", _commits),
    Route("GET", f"{_AT}/contents/{{path}}", _content),
    Route("GET", f"{_AT}/compare/{{basehead}}", _compare),
)
