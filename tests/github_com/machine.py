"""A machine that sweeps, in real processes that can be killed, and what they show of a token meanwhile."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from github_com.hub import Hub

TESTS = Path(__file__).parents[1]
BETWEEN = 0.03
"""Seconds between two writes, as an operator of an Enterprise server may have it; test_pace.py holds GitHub's own."""
_LOOKS = 0.01
_ORPHANS = 10.0
"""Seconds within which what a killed process has started is gone."""


@dataclass(frozen=True)
class Process:
    """One that was started."""

    number: int
    out: Path

    @property
    def is_alive(self) -> bool:
        try:
            state = Path(f"/proc/{self.number}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return False
        return state != "Z"

    @property
    def told(self) -> str:
        return self.out.read_text(errors="replace")

    def kill(self) -> None:
        """At once, and it alone; no word is left to say."""
        with suppress(ProcessLookupError):
            os.kill(self.number, signal.SIGKILL)

    def ended(self, within: float = 120.0) -> int:
        """Its exit code, -9 where it was killed."""
        end = time.monotonic() + within
        while self.is_alive:
            if time.monotonic() > end:
                self.kill()
                raise AssertionError(f"it does not end: {self.told[-2000:]}")
            time.sleep(_LOOKS)
        code = Path(f"{self.out}.code")
        return int(code.read_text()) if code.exists() else -9

    def left_behind(self) -> list[str]:
        """Command lines of what it had started and is still there, after a while."""
        end = time.monotonic() + _ORPHANS
        while (found := list(_others(self.number))) and time.monotonic() < end:
            time.sleep(_LOOKS)
        return [_read(number, "cmdline").decode(errors="replace") for number in found]


@dataclass
class Machine:
    """folder: of the sweep's database. signing: variables that it signs in by. shown: where others can read a
    secret."""

    hub: Hub
    folder: Path
    signing: dict[str, str]
    starter: Starter
    shown: list[str] = field(default_factory=list)
    started: list[Process] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def sweep(self, *arguments: str) -> Process:
        """That may open as many pull requests as it likes."""
        own = ("--folder", str(self.folder / "swept"), "--max-pull-requests", "10000", "--max-per-hour", "100000")
        return self.run("sweep", "--apply", *own, *arguments)

    def run(self, command: str, *arguments: str) -> Process:
        number = next(self._numbers)
        out = self.folder / f"out-{number}"
        own = ("--between", str(BETWEEN), "--scratch", str(self.folder / "scratch"), "--verbose")
        given = [command, *own, *arguments]
        variables = {**self.signing, "DIMORDER_API": self.hub.address}
        asked = {"arguments": given, "variables": variables, "out": str(out)}
        out.touch()
        self.started.append(Process(self.starter.start(asked), out))
        return self.started[-1]

    def watch(self, process: Process) -> None:
        """Look at the command lines and variables of what it has started just now."""
        for number in _others(process.number):
            for what in ("cmdline", "environ"):
                if any(secret in _read(number, what) for secret in self._secrets()):
                    self.shown.append(f"{what} of {_read(number, 'cmdline')!r}")

    def kill(self, process: Process) -> None:
        self.watch(process)
        process.kill()

    def kill_all(self, *ignored: object) -> None:
        """Whatever is running."""
        for process in self.started:
            self.kill(process)

    def secrets(self) -> list[str]:
        """Where a token stands that is no header: what was seen of processes, files, and what GitHub shows to
        others."""
        secrets = self._secrets()
        files = (file for place in (self.folder, self.hub.world.folder) for file in place.rglob("*") if file.is_file())
        held = [str(file) for file in files if any(secret in file.read_bytes() for secret in secrets)]
        return [*self.shown, *held, *self.hub.journal.leaks]

    def _secrets(self) -> list[bytes]:
        """Tokens, and of an App's key a line from its middle."""
        keys = [value.split("\n")[5] for value in self.signing.values() if value.count("\n") > 10]
        return [one.encode() for one in (*self.hub.world.credentials, *keys)]


def _read(number: int, what: str) -> bytes:
    try:
        return Path(f"/proc/{number}/{what}").read_bytes()
    except OSError:
        return b""


def _others(session: int) -> Iterator[int]:
    """Processes of a session, without the one that it is called after."""
    for place in Path("/proc").iterdir():
        if place.name.isdecimal() and int(place.name) != session:
            facts = _read(int(place.name), "stat").rpartition(b")")[2].split()
            if len(facts) > 3 and int(facts[3]) == session and facts[0] != b"Z":
                yield int(place.name)


@dataclass(frozen=True)
class Starter:
    """Starts processes of dimorder within milliseconds."""

    process: subprocess.Popen[str]

    def start(self, asked: dict[str, Any]) -> int:
        """The number of a new one."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    @contextmanager
    def machine(self, hub: Hub, folder: Path, signing: dict[str, str] | None = None) -> Iterator[Machine]:
        """One whose processes all end with the block. signing: the bot's token, unless it is stated."""
        folder.mkdir(mode=0o700)
        made = Machine(hub, folder, signing or {"DIMORDER_TOKEN": hub.token("bot")}, self)
        try:
            yield made
        finally:
            for process in made.started:
                if process.is_alive:
                    process.kill()


@contextmanager
def starting() -> Iterator[Starter]:
    """A starter that ends with the block."""
    path = os.pathsep.join(filter(None, (str(TESTS), os.environ.get("PYTHONPATH"))))
    variables = {**os.environ, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"}
    command, pipe = [sys.executable, "-m", "github_com.starter"], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=variables) as process:
        yield Starter(process)
        assert process.stdin
        process.stdin.close()
