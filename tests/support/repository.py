"""A real git repository in the current folder, and `check` run in it."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import pytest

from dimorder import cli

_OWN = {
    "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b.c",
    "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b.c",
}  # fmt: skip


def git(*arguments: str) -> None:
    """One command, with none of the machine's settings."""
    subprocess.run(["git", *arguments], check=True, capture_output=True, env={**os.environ, **_OWN})


def commit() -> None:
    """Everything that is not ignored."""
    git("add", "--all")
    git("commit", "--quiet", "--allow-empty", "--message", "one")


class Told:
    """`check` with JSON on the standard output."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, Any]:
        """The exit code, and the document; None where only an error was told."""
        code = cli.main(["check", "--output", "json", *arguments])
        shown = self.capsys.readouterr()
        self.error = shown.err
        return code, json.loads(shown.out) if shown.out.strip() else None

    def found(self, *arguments: str) -> list[tuple[str, str]]:
        """Path and rule of every finding but DIM109, which all these small models have."""
        document = self(*arguments)[1]
        return [(one["path"], one["rule"]) for one in document["findings"] if one["rule"] != "DIM109"]
