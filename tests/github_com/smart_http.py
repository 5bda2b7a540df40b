"""git over HTTP: git's own http-backend behind GitHub's rules of who may fetch and push."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from github_com.access import Caller, caller, seen
from github_com.bare import environment
from github_com.refusal import Refusal
from github_com.world import Repository, World

_SETTINGS = {
    "http.receivepack": "true", "uploadpack.allowFilter": "true", "uploadpack.allowAnySHA1InWant": "true",
    "uploadpack.allowReachableSHA1InWant": "true", "receive.fsckObjects": "true", "safe.directory": "*",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to git. path: behind the repository's name, such as /info/refs."""

    method: str
    path: str
    query: str
    body: bytes
    headers: Mapping[str, str]

    @property
    def is_push(self) -> bool:
        return self.path == "/git-receive-pack" or "service=git-receive-pack" in self.query


def admitted(world: World, header: str, owner: str, name: str, *, push: bool) -> tuple[Caller, Repository]:
    """Who asks for which repository; Refusal with the status that git is given by GitHub."""
    who = caller(world, header)
    if push and who.credential is None:
        raise Refusal(401, "Authentication required")
    try:
        repository = seen(world, who, owner, name)
    except Refusal:
        if who.credential is None:
            raise Refusal(401, "Repository not found.") from None
        raise
    if push:
        _may_push(world, who, repository)
    return who, repository


def _may_push(world: World, who: Caller, repository: Repository) -> None:
    credential = who.credential
    assert credential is not None
    if repository.archived:
        raise Refusal(403, "This repository was archived so it is read-only.")
    if credential.permissions is None:
        may = world.role(credential.account, repository) in ("write", "admin")
    else:
        may = credential.permissions.get("contents") == "write" and repository.id in (credential.repositories or ())
    if not may:
        raise Refusal(403, f"Permission to {repository.full_name}.git denied to {credential.account.login}.")


def answered(repository: Repository, asked: Asked) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body, as git's own CGI program gives them."""
    path = repository.bare.path
    also = {
        "GIT_PROJECT_ROOT": str(path.parent), "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": f"/{path.name}{asked.path}",
        "REQUEST_METHOD": asked.method, "QUERY_STRING": asked.query,
        "CONTENT_TYPE": asked.headers.get("Content-Type") or "",
        "CONTENT_LENGTH": str(len(asked.body)), "REMOTE_USER": "somebody", "REMOTE_ADDR": "127.0.0.1",
        "HTTP_CONTENT_ENCODING": asked.headers.get("Content-Encoding") or "", "SERVER_PROTOCOL": "HTTP/1.1",
        "GIT_PROTOCOL": asked.headers.get("Git-Protocol") or "", "GIT_CONFIG_COUNT": str(len(_SETTINGS)),
    }  # fmt: skip
    for number, (key, value) in enumerate(_SETTINGS.items()):
        also |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    ran = subprocess.run(
        ["git", "http-backend"], input=asked.body, capture_output=True, env={**environment(), **also}, check=False
    )
    head, _, body = ran.stdout.partition(b"\r\n\r\n")
    headers = {name: value.strip() for name, _, value in (line.partition(":") for line in head.decode().split("\r\n"))}
    status = int(headers.pop("Status", "200").split()[0])
    return (status, headers, body) if ran.returncode == 0 or body else (500, {}, os.fsencode(ran.stderr.decode()))
