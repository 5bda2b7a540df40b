"""What git knows of a work tree, asked so that nothing in the repository can run a program or reach the network.

A repository that is checked is a stranger's: its .git/config may name programs (fsmonitor, filters, hooks, external
diffs) and a work tree somewhere else. All of these are overruled; git only reads.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache

from dimorder.errors import EnvironmentProblem

_OLDEST = (2, 31)
"""The first that takes settings by GIT_CONFIG_COUNT: an older one would obey the repository's."""
_PATIENCE = 60.0
"""Seconds for one question: the largest repositories of weights are listed in one."""
_LONGEST = 4096
"""Characters of a file `.git`."""
Settings = tuple[tuple[str, str], ...]
"""Keys of git's configuration, with values that count more than any file's."""
_OVERRULED: Settings = (
    ("core.fsmonitor", "false"), ("core.hooksPath", os.devnull), ("core.untrackedCache", "false"),
    ("core.bare", "false"), ("diff.external", ""), ("protocol.allow", "never"), ("safe.directory", "*"),
    ("submodule.recurse", "false"),
)  # fmt: skip
_PASSED_ON = ("HOME", "XDG_CONFIG_HOME", "TMPDIR")
"""So that the user's own ignore rules hold."""


class GitFailed(Exception):
    """Git could not answer. Its argument: what it said."""


@dataclass(frozen=True, slots=True)
class WorkTree:
    """A folder with a `.git` in it. top: its real path. index: of a copy to ask instead of its own, "" for none."""

    top: str
    index: str = ""

    def ask(self, *arguments: str, overruled: Settings = ()) -> bytes:
        """What a git command prints; raises GitFailed where it fails, or git is not there."""
        return _run(self, arguments, (*_OVERRULED, *overruled))

    def names(self, *arguments: str, overruled: Settings = ()) -> list[str]:
        """The paths that a command with -z prints."""
        return [os.fsdecode(name) for name in self.ask(*arguments, overruled=overruled).split(b"\0") if name]

    def filters(self) -> Settings:
        """What has to be overruled for commands that compare contents: no filter that the repository names is run."""
        pattern = r"^filter\..*\.(clean|smudge|process|required)$"
        try:
            keys = self.names("config", "-z", "--name-only", "--get-regexp", pattern)
        except GitFailed:  # git says so where there is none
            return ()
        return tuple((key, "false" if key.endswith(".required") else "") for key in dict.fromkeys(keys))


    @contextmanager
    def aside(self) -> Iterator[WorkTree]:
        """The same with a copy of the index, for commands that write into it what they found out."""
        own = self._own_index()
        with tempfile.TemporaryDirectory() as folder:
            copy = os.path.join(folder, "index")
            if os.path.isfile(own):
                # With its time, by which git tells files that were written in the same second as the index.
                shutil.copy2(own, copy)
            yield WorkTree(self.top, copy)

    def _own_index(self) -> str:
        way = os.fsdecode(self.ask("rev-parse", "--git-path", "index")).removesuffix("\n")
        return os.path.join(self.top, way)


def work_tree(path: str) -> WorkTree | None:
    """The work tree that a folder lies in, None outside of any."""
    folder = os.path.realpath(path)
    while True:
        if os.path.lexists(os.path.join(folder, ".git")):
            return WorkTree(folder)
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def _run(tree: WorkTree, arguments: tuple[str, ...], settings: Settings) -> bytes:
    where = (f"--git-dir={os.path.join(tree.top, '.git')}", f"--work-tree={tree.top}", "--no-pager")
    try:
        done = subprocess.run(
            [_program(), *where, *arguments],
            cwd=tree.top, env=_environment(tree, settings), stdin=subprocess.DEVNULL, capture_output=True,
            timeout=_PATIENCE, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as problem:
        raise EnvironmentProblem(
            f"git did not answer within {_PATIENCE:.0f} seconds in {tree.top!r}", hint="check the repository's disk"
        ) from problem
    except (OSError, ValueError) as problem:
        raise GitFailed(str(problem)) from problem
    if done.returncode != 0:
        raise GitFailed(done.stderr[-500:].decode("utf-8", "replace").strip() or f"exit code {done.returncode}")
    return done.stdout


def _program() -> str:
    """Git by its whole path: a folder on PATH that is relative could be the checked one."""
    found = shutil.which("git", path=_path())
    if found is None:
        raise GitFailed("git is not installed")
    if _version(found) < _OLDEST:
        raise GitFailed(f"git is older than {'.'.join(map(str, _OLDEST))}")
    return found


@cache
def _version(program: str) -> tuple[int, ...]:
    """Asked outside of any repository."""
    done = subprocess.run(
        [program, "--version"], cwd=os.sep, env={"PATH": _path(), "LC_ALL": "C"}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=_PATIENCE, check=False,
    )  # fmt: skip
    found = re.search(r"(\d+)\.(\d+)", done.stdout)
    return (int(found[1]), int(found[2])) if found else (0,)


def _path() -> str:
    places = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(place for place in places if os.path.isabs(place))


def _environment(tree: WorkTree, settings: Settings) -> dict[str, str]:
    """Settings go by variables: on the command line a key that holds `=` would be taken for another."""
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    own = {
        "PATH": _path(), "LC_ALL": "C", "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "", "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_ATTR_NOSYSTEM": "1", "GIT_CONFIG_COUNT": str(len(settings)),
    }  # fmt: skip
    keys = {f"GIT_CONFIG_KEY_{number}": key for number, (key, _) in enumerate(settings)}
    values = {f"GIT_CONFIG_VALUE_{number}": value for number, (_, value) in enumerate(settings)}
    return {**passed_on, **own, **keys, **values, **_index(tree)}


def _index(tree: WorkTree) -> dict[str, str]:
    """`git commit -a` shows its hooks the index of the commit to be, which lies beside the usual one."""
    if tree.index:
        return {"GIT_INDEX_FILE": tree.index}
    path = os.environ.get("GIT_INDEX_FILE", "")
    place = os.path.realpath(os.path.join(tree.top, path))
    return {"GIT_INDEX_FILE": place} if path and os.path.dirname(place) == _git_folder(tree.top) else {}


def _git_folder(top: str) -> str:
    """The real path of the folder that git keeps its own in: of a linked work tree, where the file `.git` says."""
    inside = os.path.join(top, ".git")
    with suppress(OSError, ValueError):
        if os.path.isfile(inside):
            with open(inside, encoding="utf-8") as file:
                key, _, where = file.read(_LONGEST).partition(": ")
            inside = os.path.join(top, where.strip()) if key == "gitdir" else inside
    return os.path.realpath(inside)
