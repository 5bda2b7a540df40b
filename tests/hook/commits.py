"""A repository of a user of the hooks, and what pre-commit says of its commits."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from support.places import REPOSITORY

DIGITS = REPOSITORY / "examples" / "digits"
CERTAIN = REPOSITORY / "tests" / "zoo" / "k231-theano-th" / "flatten_dense" / "full.h5"
"""Weights whose layout is certain, so that they are converted without a word of the user's."""
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 1048576\n".format("7" * 64)
_CONFIGURATION = """repos:
- repo: file://{source}
  rev: {revision}
  hooks:
  - id: dimorder-check
  - id: dimorder-fix
    stages: [manual]
"""


@dataclass(frozen=True, slots=True)
class Said:
    code: int
    text: str


@dataclass(frozen=True, slots=True)
class Commits:
    """folder: the user's work tree. source: the repository of the hooks. cache: where pre-commit installs."""

    folder: Path
    source: Path
    cache: Path

    def begin(self) -> None:
        self.folder.mkdir()
        self.git("init", "--quiet")
        revision = git(self.source, "rev-parse", "HEAD").strip()
        text = _CONFIGURATION.format(source=self.source, revision=revision)
        (self.folder / ".pre-commit-config.yaml").write_text(text)
        self.commit("begin")

    def git(self, *arguments: str) -> str:
        return git(self.folder, *arguments)

    def commit(self, message: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)

    def add(self, name: str, content: bytes | str) -> Path:
        """Written and staged."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        self.git("add", "--", name)
        return path

    def run(self, hook: str, *arguments: str) -> Said:
        """`pre-commit run` as a commit would start it."""
        manual = ("--hook-stage", "manual") if hook == "dimorder-fix" else ()
        return self.pre_commit("run", hook, *manual, *arguments)

    def pre_commit(self, *arguments: str) -> Said:
        command = [sys.executable, "-m", "pre_commit", *arguments, "--color", "never"]
        environment = {**os.environ, **_AUTHOR, "PRE_COMMIT_HOME": str(self.cache)}
        done = subprocess.run(
            command, cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, timeout=300, check=False,
        )  # fmt: skip
        return Said(done.returncode, done.stdout)

    def installed(self) -> Path:
        """The environment that pre-commit made for the hooks."""
        (found,) = self.cache.glob("repo*/py_env-*")
        return found


_AUTHOR = {
    "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org",
}  # fmt: skip


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env={**os.environ, **_AUTHOR}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def source_of_hooks(folder: Path) -> Path:
    """What pre-commit installs, as it stands now, committed or not."""
    listed = git(REPOSITORY, "ls-files", "-co", "--exclude-standard", "-z", "--", "bot", "*.toml", "*.md", "LICENSE",
                 ".pre-commit-hooks.yaml")  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (REPOSITORY / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, folder / name)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "now")
    return folder
