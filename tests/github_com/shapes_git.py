"""Commits, references and files as GitHub's JSON shows them."""

from __future__ import annotations

import base64
from typing import Any

from github_com.bare import Changed, Commit, Entry, Person
from github_com.shapes import Document, moment
from github_com.wire import Request
from github_com.world import Repository

_UNSIGNED = {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None}
_STATUS = {"A": "added", "M": "modified", "D": "removed", "R": "renamed", "C": "copied", "T": "changed"}
_SHOWN_AS_BASE64 = 1 << 20


def api(request: Request, repository: Repository) -> str:
    return f"{request.address}/repos/{repository.full_name}"


def web(request: Request, repository: Repository) -> str:
    return f"{request.web}/{repository.full_name}"


def person(one: Person) -> Document:
    return {"name": one.name, "email": one.email, "date": moment(one.at)}


def git_commit(request: Request, repository: Repository, one: Commit) -> Document:
    """Of the Git Data API."""
    git, page = f"{api(request, repository)}/git", web(request, repository)
    return {
        "sha": one.sha, "node_id": f"C_{one.sha}", "url": f"{git}/commits/{one.sha}",
        "html_url": f"{page}/commit/{one.sha}",
        "author": person(one.author), "committer": person(one.committer), "message": one.message,
        "tree": {"sha": one.tree, "url": f"{git}/trees/{one.tree}"},
        "parents": [{"sha": p, "url": f"{git}/commits/{p}", "html_url": f"{page}/commit/{p}"} for p in one.parents],
        "verification": _UNSIGNED,
    }  # fmt: skip


def commit(request: Request, repository: Repository, one: Commit) -> Document:
    """Of lists and comparisons."""
    base, page = api(request, repository), web(request, repository)
    url = f"{base}/commits/{one.sha}"
    inner = {
        "author": person(one.author), "committer": person(one.committer), "message": one.message, "comment_count": 0,
        "tree": {"sha": one.tree, "url": f"{base}/git/trees/{one.tree}"}, "url": f"{base}/git/commits/{one.sha}",
        "verification": _UNSIGNED,
    }  # fmt: skip
    parents = [{"sha": p, "url": f"{base}/commits/{p}", "html_url": f"{page}/commit/{p}"} for p in one.parents]
    return {
        "sha": one.sha, "node_id": f"C_{one.sha}", "commit": inner, "url": url, "html_url": f"{page}/commit/{one.sha}",
        "comments_url": f"{url}/comments", "author": _known(request, one.author), "parents": parents,
        "committer": _known(request, one.committer),
    }  # fmt: skip


def _known(request: Request, one: Person) -> Document | None:
    """The account of an address as GitHub gives them out."""
    from github_com.shapes import user

    login = one.email.partition("@")[0].rpartition("+")[2]
    found = request.world.accounts.get(login.lower()) if "users.noreply" in one.email else None
    return user(request, found) if found else None


def reference(request: Request, repository: Repository, name: str, sha: str) -> Document:
    git = f"{api(request, repository)}/git"
    return {
        "ref": name, "node_id": f"REF_{name}", "url": f"{git}/{name}",
        "object": {"type": "commit", "sha": sha, "url": f"{git}/commits/{sha}"},
    }  # fmt: skip


def tree(request: Request, repository: Repository, sha: str, entries: list[Entry]) -> Document:
    """Cut where it is longer than GitHub's trees are."""
    git, most = f"{api(request, repository)}/git", request.world.most_entries
    told = [_line(git, one) for one in entries[:most]]
    return {"sha": sha, "url": f"{git}/trees/{sha}", "tree": told, "truncated": len(entries) > most}


def _line(git: str, one: Entry) -> Document:
    told: Document = {"path": one.path, "mode": one.mode, "type": one.kind, "sha": one.sha}
    if one.kind == "commit":
        return told
    size = {} if one.size is None else {"size": one.size}
    return {**told, **size, "url": f"{git}/{one.kind}s/{one.sha}"}


def blob(request: Request, repository: Repository, sha: str, content: bytes) -> Document:
    return {
        "sha": sha, "node_id": f"B_{sha}", "size": len(content), "url": f"{api(request, repository)}/git/blobs/{sha}",
        "content": base64.encodebytes(content).decode(), "encoding": "base64",
    }  # fmt: skip


def content(request: Request, repository: Repository, ref: str, one: Entry, held: bytes | None) -> Document:
    """A file or folder. held: None in the list of a folder, where no content is told."""
    base, page, path = api(request, repository), web(request, repository), one.path
    own = f"{base}/contents/{path}?ref={ref}"
    kind = "dir" if one.kind == "tree" else "file"
    git, html = f"{base}/git/{one.kind}s/{one.sha}", f"{page}/blob/{ref}/{path}"
    told: dict[str, Any] = {
        "type": kind, "name": path.rpartition("/")[2], "path": path, "sha": one.sha, "size": one.size or 0, "url": own,
        "git_url": git, "html_url": html, "download_url": None if kind == "dir" else f"{page}/raw/{ref}/{path}",
        "_links": {"self": own, "git": git, "html": html},
    }  # fmt: skip
    if held is not None:
        is_small = len(held) <= _SHOWN_AS_BASE64
        told["content"] = base64.encodebytes(held).decode() if is_small else ""
        told["encoding"] = "base64" if is_small else "none"
    return told


def changed_file(request: Request, repository: Repository, sha: str, one: Changed) -> Document:
    """Of a comparison or a pull request; no lines are counted."""
    base, page = api(request, repository), web(request, repository)
    before = {"previous_filename": one.before} if one.before else {}
    return {
        "sha": one.sha, "filename": one.path, "status": _STATUS[one.letter], "additions": 0, "deletions": 0,
        "changes": 0,
        "blob_url": f"{page}/blob/{sha}/{one.path}", "raw_url": f"{page}/raw/{sha}/{one.path}",
        "contents_url": f"{base}/contents/{one.path}?ref={sha}", **before,
    }  # fmt: skip
