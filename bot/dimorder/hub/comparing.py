"""What GitHub knows of a pull request that its checkout does not: the files that it changes, the base's files."""

from __future__ import annotations

import os
from typing import Any

from dimorder.flow.change import Change
from dimorder.hub.client import Client
from dimorder.hub.problem import ApiProblem

MOST = 300
"""Files that a comparison holds; further ones are left out: https://docs.github.com/en/rest/commits/commits."""
_UNREADABLE = "\ufffd"
"""What JSON shows in place of a name's bytes that are no text."""


def compared(client: Client, repository: str, base: str, head: str, top: str) -> Change:
    """The files that `head` changes since it left `base`, below the folder `top`.

    Raises ApiProblem where GitHub does not say, or not all of it.
    """
    owner, name = owned(repository)
    told = client.get("repos", owner, name, "compare", f"{base}...{head}", query={"per_page": 1})
    files = told.get("files") if isinstance(told, dict) else None
    if not isinstance(files, list):
        raise ApiProblem("GitHub's comparison names no files", 0)
    if len(files) >= MOST:
        raise ApiProblem(f"GitHub's comparison is cut after {MOST} files", 413)
    changed, gone = set[str](), set[str]()
    for one in files:
        path, before, status = _text(one, "filename"), _text(one, "previous_filename"), _text(one, "status")
        (gone if status == "removed" else changed).add(_below(top, path))
        if before and status == "renamed":
            gone.add(_below(top, before))
    return Change(frozenset(changed), frozenset(gone))


def content(client: Client, repository: str, commit: str, path: str) -> bytes | None:
    """A file as a commit has it; None where it has none."""
    owner, name = owned(repository)
    try:
        return client.raw("repos", owner, name, "contents", *path.split("/"), query={"ref": commit})
    except ApiProblem as problem:
        if problem.status == 404:
            return None
        raise


def owned(repository: str) -> tuple[str, str]:
    """Owner and name; ApiProblem for what is no such pair."""
    owner, slash, name = repository.partition("/")
    if not (owner and slash and name) or "/" in name or {owner, name} & {".", ".."}:
        raise ApiProblem(f"{repository!r} is no repository", 404)
    return owner, name


def _text(one: Any, key: str) -> str:
    value = one.get(key, "") if isinstance(one, dict) else ""
    return value if isinstance(value, str) else ""


def _below(top: str, path: str) -> str:
    if not path or _UNREADABLE in path or "\0" in path:
        raise ApiProblem("GitHub's comparison names a file that cannot be told", 413)
    return os.path.join(top, path)
