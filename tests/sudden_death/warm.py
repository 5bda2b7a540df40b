"""A program that has loaded dimorder once and forks for each command line, so that a thousand runs take minutes.

It reads one JSON request a line, {"arguments", "folder", "said"}, forks, answers with the process id, waits for the
line "go", and answers with how the process ended, once all that it started is gone as well. The forked process is the
program as users start it, but for two things: it waits before main() until a tracer is attached, and the zygote that
opens files is forked instead of started anew.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import IO, Any

from dimorder import cli
from dimorder.flow import on_files  # noqa: F401 (loaded here, so that it is not loaded a thousand times)
from dimorder.report import as_json, text  # noqa: F401
from dimorder.sandbox import zygote

_PR_SET_CHILD_SUBREAPER, _PR_SET_PTRACER = 36, 0x59616D61


def main() -> None:
    zygote.warm()
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    for line in sys.stdin:
        request = json.loads(line)
        gate, ready = _Gate(), _Gate()
        process = os.fork()
        if process == 0:
            libc.prctl(_PR_SET_PTRACER, ctypes.c_ulong(-1), 0, 0, 0)  # a tracer beside it may attach
            _run(request, gate, ready)
        ready.wait()
        _say(process)
        sys.stdin.readline()
        gate.open()
        _say(os.waitstatus_to_exitcode(_ended(process)))


class _Gate:
    """One process waits until the other opens it, or is gone."""

    def __init__(self) -> None:
        self.reader, self.writer = os.pipe()

    def wait(self) -> None:
        os.close(self.writer)
        os.read(self.reader, 1)
        os.close(self.reader)

    def open(self) -> None:
        os.close(self.reader)
        os.close(self.writer)


def _say(answer: int) -> None:
    print(answer, flush=True)


def _ended(process: int) -> int:
    """How the process ended, told when nothing that it started is left."""
    ends: dict[int, int] = {}
    while True:
        try:
            child, status = os.wait()
        except ChildProcessError:
            return ends[process]
        ends[child] = status


def _run(request: dict[str, Any], gate: _Gate, ready: _Gate) -> None:
    code = 99
    try:
        os.chdir(request["folder"])
        _redirect(request["said"])
        setattr(subprocess, "Popen", Forked)  # noqa: B010 (mypy lets no class take its place)
        ready.open()
        gate.wait()
        sys.argv = ["dimorder", *request["arguments"]]
        code = cli.main()
        sys.stdout.flush()
    except KeyboardInterrupt:  # before main() or after it, where Python itself would end
        code = 130
    finally:
        os._exit(code)


def _redirect(said: str) -> None:
    number = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number_of, place in ((nothing, 0), (number, 1), (number, 2)):
        os.dup2(number_of, place)
    os.close(number)
    os.close(nothing)


class Forked:
    """What Worker takes for subprocess.Popen: the zygote as a fork of this process, which has loaded everything."""

    stderr: IO[bytes] | None = None

    def __init__(self, command: Sequence[str], *, env: dict[str, str], pass_fds: Sequence[int], **_: object) -> None:
        self.returncode: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            try:
                self._live(int(command[-2]), env, pass_fds)
            finally:
                os._exit(99)

    def _live(self, line: int, env: dict[str, str], pass_fds: Sequence[int]) -> None:
        os.setsid()
        os.chdir(os.sep)
        os.environ.clear()
        os.environ.update(env)
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in range(3):
            os.dup2(nothing, number)
        start = 3
        for kept in (*sorted(pass_fds), 1 << 16):
            os.closerange(start, kept)
            start = kept + 1
        zygote.main(line, once=False)
        os._exit(0)

    def poll(self) -> int | None:
        if self.returncode is None and (ended := os.waitpid(self.pid, os.WNOHANG))[0]:
            self.returncode = os.waitstatus_to_exitcode(ended[1])
        return self.returncode

    def kill(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        while (code := self.poll()) is None:
            time.sleep(0.001)
        return code


if __name__ == "__main__":
    main()
