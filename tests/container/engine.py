"""Podman as this machine has it, and the image run the way GitHub's runner runs a Docker action.

Source: actions/runner ContainerActionHandler.cs@v2.336.0: the mounts, the working folder and the variables.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.places import REPOSITORY
from support.pull_request import Runner, git

TAG = "localhost/dimorder-test:action"
_SOURCE = ("bot", "requirements", "Dockerfile", "action.yml", ".dockerignore", "pyproject.toml", "README.md", "LICENSE")
_INSIDE = "/github/workspace"


@dataclass(frozen=True)
class Said:
    """seconds: from the container's start to its end."""

    code: int
    out: str
    error: str
    seconds: float


@dataclass(frozen=True)
class Engine:
    """folder: where prepare.sh has put what it made."""

    podman: str
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "CONTAINERS_CONF": str(self.folder / "containers.conf")}

    def run(self, *arguments: str, timeout: float = 120) -> Said:
        start = time.monotonic()
        done = subprocess.run(
            [self.podman, *arguments], env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=timeout, check=False,
        )  # fmt: skip
        return Said(done.returncode, done.stdout, done.stderr, time.monotonic() - start)

    def build(self, folder: Path) -> Image:
        start = time.monotonic()
        made = self.run("build", "--quiet", "--tag", TAG, str(source(folder)), timeout=420)
        assert made.code == 0, made.error[-3000:]
        print(f"\nthe image was built in {time.monotonic() - start:.0f} s")
        return Image(self)


@dataclass(frozen=True)
class Image:
    engine: Engine

    def step(
        self, runner: Runner, event: Mapping[str, Any], *options: str, name: str = "pull_request", **inputs: str
    ) -> Said:
        """One step on this checkout. options: further ones of `podman run`."""
        variables = runner.variables(event, name, **inputs) | {
            "GITHUB_WORKSPACE": _INSIDE, "GITHUB_EVENT_PATH": "/github/workflow/event.json", "HOME": "/github/home",
            "GITHUB_OUTPUT": "/github/file_commands/output", "GITHUB_STEP_SUMMARY": "/github/file_commands/summary",
        }  # fmt: skip
        (runner.folder / "home").mkdir(exist_ok=True)
        for path in (runner.folder, runner.folder / "home", runner.output, runner.summary):
            path.chmod(0o777)
        mounts = {
            runner.workspace: _INSIDE, runner.folder: "/github/workflow", runner.folder / "home": "/github/home",
        } | {runner.folder / name: f"/github/file_commands/{name}" for name in ("output", "summary")}  # fmt: skip
        given = [part for key in variables for part in ("--env", key)]
        mounted = [part for real, inside in mounts.items() for part in ("--volume", f"{real}:{inside}")]
        start = time.monotonic()
        done = subprocess.run(
            [self.engine.podman, "run", "--rm", "--workdir", _INSIDE, *given, *mounted, *options, TAG],
            env={**self.engine.environment, **variables}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip
        return Said(done.returncode, done.stdout, done.stderr, time.monotonic() - start)


def parts_in(folder: Path) -> dict[str, str]:
    """Programs by name, as prepare.sh wrote them down."""
    lines = (folder / "parts").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)


def source(folder: Path) -> Path:
    """A copy of what the image is made of, committed or not."""
    listed = git(REPOSITORY, "ls-files", "-co", "--exclude-standard", "-z", "--", *_SOURCE)
    for name in filter(None, listed.split("\0")):
        if (REPOSITORY / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, folder / name)
    return folder
