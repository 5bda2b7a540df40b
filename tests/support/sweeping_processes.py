"""Sweeps and workers as processes of their own, which can be killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from github_com.hub import Hub

_PATIENCE = 200.0


@dataclass
class Machine:
    """Where processes run. own: options that all of them have."""

    hub: Hub
    folder: Path
    token: str
    own: tuple[str, ...]

    def start(self, command: str, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "dimorder", command, *self.own, *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.folder, env=self._environment(),
        )  # fmt: skip

    def run(self, command: str, *arguments: str) -> tuple[int, dict[str, Any], str]:
        with self.start(command, *arguments) as process:
            told, error = process.communicate(timeout=_PATIENCE)
        assert self.token not in told + error
        return process.returncode, json.loads(told) if told.startswith("{") else {}, error

    def _environment(self) -> dict[str, str]:
        known = {name: value for name, value in os.environ.items() if not name.startswith(("DIMORDER_", "GITHUB_"))}
        return {**known, "DIMORDER_TOKEN": self.token, "DIMORDER_API": self.hub.address, "OPENBLAS_NUM_THREADS": "1"}


def machine(hub: Hub, folder: Path, *own: str) -> Machine:
    folder.mkdir(parents=True, exist_ok=True)
    scratch = ("--scratch", str(folder / "scratch"))
    return Machine(hub, folder, hub.token("bot"), (*scratch, "--between", "0", "--output", "json", *own))


def words(fleet: dict[str, Any]) -> dict[str, str]:
    return {one["repository"]: one["word"] for one in fleet["repositories"]}
