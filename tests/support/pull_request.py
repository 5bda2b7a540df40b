"""A pull request as a runner meets it: a server with the base, the branch and GitHub's merge of both, and checkouts."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NUMBER = 7
REPOSITORY = "owner/nets"
_OURS, _FORK = 1, 2
_AUTHOR = {
    "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b.c",
    "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b.c",
}  # fmt: skip


@dataclass(frozen=True)
class Link:
    """A symbolic link, in place of whatever stood there."""

    to: str


Files = Mapping[str, bytes | str | Path | Link | None]
"""Contents by path; a Path is copied, None deletes."""


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env={**os.environ, **_AUTHOR}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def put(folder: Path, files: Files) -> None:
    for name, content in files.items():
        path = folder / name
        if content is None:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Link):
            path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)
            path.symlink_to(content.to)
            continue
        data = content.read_bytes() if isinstance(content, Path) else content
        path.write_bytes(data.encode() if isinstance(data, str) else data)


@dataclass
class Pull:
    """base: the commit that the event names. merge: GitHub's, whose first parent may be newer than that."""

    folder: Path
    base: str = ""
    head: str = ""
    merge: str = ""
    fork: bool = False
    checkouts: list[Path] = field(default_factory=list)

    @property
    def server(self) -> Path:
        return self.folder / "server"

    def checkout(self, depth: int = 2, what: str = "merge") -> Path:
        """As actions/checkout leaves it. depth: 0 for everything. what: merge, head or base."""
        place = self.folder / f"workspace-{len(self.checkouts)}"
        self.checkouts.append(place)
        place.mkdir()
        git(place, "init", "--quiet")
        shallow = [f"--depth={depth}"] if depth else ["refs/heads/*:refs/remotes/origin/*"]
        ref = f"+refs/pull/{NUMBER}/{what}:refs/remotes/pull/{NUMBER}/{what}"
        git(place, "fetch", "--quiet", "--no-tags", f"file://{self.server}", *shallow, ref)
        git(place, "checkout", "--quiet", "--detach", f"refs/remotes/pull/{NUMBER}/{what}")
        return place

    def event(self) -> dict[str, Any]:
        """The part of GitHub's event that is read, and some that is not."""
        ours, fork = {"id": _OURS, "full_name": REPOSITORY, "owner": {"login": "owner"}}, {
            "id": _FORK, "full_name": "stranger/nets", "owner": {"login": "stranger"}}  # fmt: skip
        return {
            "action": "synchronize",
            "number": NUMBER,
            "pull_request": {
                "number": NUMBER, "title": "::error::a title", "body": None,
                "head": {"sha": self.head, "ref": "patch-1", "repo": fork if self.fork else ours},
                "base": {"sha": self.base, "ref": "main", "repo": ours},
            },
            "repository": ours,
        }  # fmt: skip

    def run_event(self) -> dict[str, Any]:
        """What a workflow_run job hears of it."""
        head = self.event()["pull_request"]["head"]
        return {
            "action": "completed",
            "workflow_run": {
                "id": 99, "event": "pull_request", "head_sha": head["sha"], "head_branch": head["ref"],
                "head_repository": head["repo"], "conclusion": "failure", "pull_requests": [],
                "html_url": "https://github.com/owner/nets/actions/runs/99",
            },
        }  # fmt: skip


def pull_request(folder: Path, base: Files, head: Files, later: Files | None = None, *, fork: bool = False) -> Pull:
    """One that changes `head` on top of `base`, while `later` happened on the base."""
    made = Pull(folder, fork=fork)
    made.server.mkdir(parents=True)
    server = made.server
    git(server, "init", "--quiet", "--initial-branch=main")
    put(server, {"README": "nets\n", **base})
    made.base = _commit(server)
    git(server, "checkout", "--quiet", "-b", "patch-1")
    put(server, head)
    made.head = _commit(server)
    git(server, "checkout", "--quiet", "main")
    if later is not None:
        put(server, later)
        _commit(server)
    git(server, "checkout", "--quiet", "--detach")
    git(server, "merge", "--quiet", "--no-ff", "--message", "merge", "patch-1")
    made.merge = git(server, "rev-parse", "HEAD")
    for name, commit in (("merge", made.merge), ("head", made.head), ("base", made.base)):
        git(server, "update-ref", f"refs/pull/{NUMBER}/{name}", commit)
    git(server, "checkout", "--quiet", "main")
    return made


@dataclass
class Runner:
    """What GitHub's runner tells a step, in a folder of its own."""

    folder: Path
    workspace: Path

    @property
    def output(self) -> Path:
        return self.folder / "output"

    @property
    def summary(self) -> Path:
        return self.folder / "summary"

    def variables(self, event: Mapping[str, Any], name: str = "pull_request", **inputs: str) -> dict[str, str]:
        """Inputs by name, hyphens as underscores."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / "event.json").write_text(json.dumps(event))
        self.output.write_text("")
        self.summary.write_text("")
        given = {f"INPUT_{key.replace('_', '-').upper()}": value for key, value in inputs.items()}
        return {
            "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(self.workspace), "GITHUB_EVENT_NAME": name,
            "GITHUB_EVENT_PATH": str(self.folder / "event.json"), "GITHUB_OUTPUT": str(self.output),
            "GITHUB_STEP_SUMMARY": str(self.summary), "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_SERVER_URL": "https://github.com", "GITHUB_RUN_ID": "99", **given,
        }  # fmt: skip

    def outputs(self) -> dict[str, str]:
        """As the runner reads them."""
        lines = iter(self.output.read_text().split("\n"))
        found = {}
        for line in lines:
            name, _, fence = line.partition("<<")
            if fence:
                value = []
                while (part := next(lines)) != fence:
                    value.append(part)
                found[name] = "\n".join(value)
        return found


def _commit(folder: Path) -> str:
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "one")
    return git(folder, "rev-parse", "HEAD")
