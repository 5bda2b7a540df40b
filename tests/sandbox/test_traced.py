"""What the program does to the machine, as strace sees it: no network, no programs, no file but those it is for."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from sudden_death.calls import Call, calls
from support.places import REPOSITORY

STRACE = shutil.which("strace")
pytestmark = pytest.mark.skipif(not STRACE, reason="strace is not installed")
DIGITS = REPOSITORY / "examples" / "digits"
TOKEN = "ghp_" + "SENTINEL" * 4 + "0001"
OPENING = ("open", "openat", "openat2", "creat")
CALLS = ("execve", "execveat", "socket", "connect", "seccomp", "fork", "vfork", "clone", "clone3", *OPENING)
SYSTEM = (
    "/lib", "/usr/lib", "/usr/share", "/usr/local/lib", "/etc/ld.so", "/etc/localtime", "/proc/self/",
    "/proc/loadavg", "/sys/", "/dev/",
)  # fmt: skip
IN_A_WORK_TREE = "check in a work tree"
COMMANDS = {
    "inspect": ["inspect", "model.h5"],
    "convert": ["convert", "model.h5", "--from", "th/th", "--referee", "numpy"],
    "check": ["check", "."],
    IN_A_WORK_TREE: ["check", "."],
    "prove": ["prove", "model.h5", "other.h5", "--from", "th/th", "--referee", "numpy"],
}


@dataclass(frozen=True)
class Traced:
    """One command's run. git: by its whole path, where it may be asked, else "". words: all that was said."""

    tree: Path
    git: str
    log: str
    calls: list[Call]
    words: str

    def opened(self) -> list[tuple[int, str]]:
        """(process, absolute path) of every file that was really opened."""
        found = [call for call in self.calls if call.name in OPENING and call.answer >= 0]
        paths = [(call.process, re.search(r'"([^"]*)"', call.given)) for call in found]
        return [(process, os.path.normpath(self.tree / path[1])) for process, path in paths if path]

    def started(self) -> list[Call]:
        return [call for call in self.calls if call.name.startswith("exec") and call.answer == 0]

    def is_git(self, call: Call) -> bool:
        return bool(self.git) and call.given.startswith(f'"{self.git}", ["{self.git}", ')


@pytest.fixture(scope="module", params=COMMANDS)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Traced:
    """A command on two models in a folder, with a token in the environment that it was started in."""
    tree = tmp_path_factory.mktemp("traced") / "tree"
    tree.mkdir()
    shutil.copy(DIGITS / "digits_th.h5", tree / "model.h5")
    shutil.copy(DIGITS / "digits_5374.h5", tree / "other.h5")
    git = _tracked(tree) if request.param == IN_A_WORK_TREE else ""
    log = tree.parent / "log"
    strace = [STRACE, "-f", "-v", "-qq", "-s", "20000", "-o", str(log)]
    strace += ["-e", "trace=" + ",".join(f"?{name}" for name in CALLS)]
    environment = {**os.environ, "GITHUB_TOKEN": TOKEN, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*strace, sys.executable, "-m", "dimorder", *COMMANDS[request.param]],
        cwd=tree, env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return Traced(tree, git, log.read_text(errors="replace"), calls(log), done.stdout + done.stderr)


def _tracked(tree: Path) -> str:
    """Makes the folder a work tree whose own configuration names a program; returns git's path."""
    git = shutil.which("git")
    if git is None:
        pytest.skip("git is not installed")
    for command in (["init", "--quiet"], ["add", "--all"], ["config", "core.fsmonitor", "/bin/true"]):
        subprocess.run([git, *command], cwd=tree, check=True)
    return git


def test_nobody_is_called(run: Traced) -> None:
    assert "AF_INET" not in run.log
    assert [call for call in run.calls if call.name in ("connect", "socket")] == []


def test_no_program_is_started_but_this_interpreter(run: Traced) -> None:
    """Once for the command, once for the process that opens files; a library's question for a name is refused."""
    started = [call.given for call in run.started() if not run.is_git(call)]
    assert len(started) == 2
    assert all(given.startswith(f'"{sys.executable}"') for given in started)


def test_git_is_asked_in_a_work_tree_alone(run: Traced) -> None:
    assert any(run.is_git(call) for call in run.started()) == bool(run.git)


def test_nothing_else_is_opened(run: Traced) -> None:
    """The interpreter, its libraries, the folder; for a proof, a file without a name for Keras. Git has its own."""
    places = [sys.prefix, sys.base_prefix, os.path.realpath(sys.prefix), *filter(None, sys.path)]
    allowed = (str(run.tree), *places, *SYSTEM)
    gits = {call.process for call in run.started() if run.is_git(call)}
    strange = [path for process, path in run.opened() if process not in gits and not path.startswith(allowed)]
    assert [path for path in strange if os.path.dirname(path) != tempfile.gettempdir()] == []


def test_whoever_reads_a_file_opens_nothing_at_all(run: Traced) -> None:
    """Each child closes itself off before it begins: from then on no call that opens succeeds."""
    closed = [(place, call.process) for place, call in enumerate(run.calls) if call.name == "seccomp"]
    begun = {call.process for call in run.calls if call.name.startswith("exec")}
    children = [(place, process) for place, process in closed if process not in begun]
    assert children
    for place, process in children:
        later = [call for call in run.calls[place:] if call.process == process]
        assert [call for call in later if call.name in OPENING and call.answer >= 0] == []


def test_the_token_is_nowhere_but_where_it_came_from(run: Traced) -> None:
    """The first line of the log is the command's own start, environment and all."""
    first, _, rest = run.log.partition("\n")
    assert TOKEN in first
    assert TOKEN not in rest
    assert TOKEN not in run.words
    assert all(TOKEN.encode() not in path.read_bytes() for path in run.tree.rglob("*") if path.is_file())
