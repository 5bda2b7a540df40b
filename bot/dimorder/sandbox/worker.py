"""The parent's end of a zygote: started when first needed, asked again and again, gone with the parent."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from importlib.util import find_spec
from typing import Any

import dimorder
from dimorder.errors import EnvironmentProblem
from dimorder.sandbox import wire

CAN_FORK = hasattr(os, "fork")
_PASSED_ON = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Without them some interpreters do not find their own libraries."""
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""Passed on where they are plain numbers."""
_ONE_THREAD = dict.fromkeys(_THREADS, "1")
"""For those who multiply no large matrices: to start more takes half as long as to load numpy."""
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from dimorder.sandbox.zygote import main; "
    "main(int(sys.argv[4]), json.loads(sys.argv[2]), looks=sys.argv[3] == 'looks', once=sys.argv[5] == 'once')"
)
_PATIENCE = 120.0
"""Seconds until everything is imported: one on an idle machine."""
_GRACE = 10.0
"""Seconds in which a child that has said its last word is gone."""


class Worker:
    """One zygote and the line to it.

    needs: libraries that it loads besides. looks: it has loaded only what looking at files and code takes.
    once: it serves a single request, where processes cannot fork.
    """

    def __init__(self, needs: Sequence[str] = (), *, looks: bool = False, once: bool) -> None:
        self.once = once
        self.busy = threading.Lock()
        self.line, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [
                    sys.executable, "-I", "-c", _START, json.dumps(_places()), json.dumps(list(needs)),
                    "looks" if looks else "all", str(theirs.fileno()), _mode(once),
                ],
                env=_environment() | (_ONE_THREAD if looks else {}),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=(theirs.fileno(),),
                cwd=os.sep,
                start_new_session=True,
            )
        self.ready: wire.Message | None = None
        self.asked = 0

    def ask(self, values: Mapping[str, Any], numbers: Sequence[int]) -> None:
        """Send a request; the first number is the child's line."""
        try:
            if self.walls() is not None:
                self.asked += 1
                wire.send(self.line, {**values, "number": self.asked}, (), numbers)
                return
        except (wire.Garbled, wire.TooLate, OSError):
            pass
        raise self._did_not_start()

    def walls(self) -> dict[str, Any] | None:
        """What the kernel gives its children: `seccomp`, `landlock` (its ABI), `nobody`. None if it never began."""
        if self.ready is None:
            self.ready = wire.receive(self.line, until=time.monotonic() + _PATIENCE)
        return self.ready.values if self.ready else None

    def stop(self) -> None:
        """End what it is at."""
        if self.once:
            self.process.kill()
        else:
            with suppress(OSError):
                wire.send(self.line, {"kill": self.asked})

    def ended(self) -> dict[str, Any]:
        """How the child ended, or was ended: `status` as waitpid(2) tells it, and its `peak` memory in KiB."""
        if self.once:
            return {"status": self._own_end(), "peak": 0}
        for last_word in (self.stop, partial(forget, self)):
            with suppress(wire.Garbled, wire.TooLate, OSError):
                until = time.monotonic() + _GRACE
                while (found := wire.receive(self.line, until=until)) is not None:
                    if found.values["number"] == self.asked:  # else of one that an interrupted caller left behind
                        return found.values
            last_word()
        return {"status": int(signal.SIGKILL), "peak": 0}

    def _own_end(self) -> int:
        try:
            code = self.process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        return -code if code < 0 else code << 8

    def close(self) -> None:
        """Let the zygote go."""
        self.line.close()
        self.process.kill()
        self.process.wait()
        if self.process.stderr:
            self.process.stderr.close()

    def _did_not_start(self) -> EnvironmentProblem:
        self.process.kill()
        pipe = self.process.stderr
        log = pipe.read() if pipe and not pipe.closed else b""
        said = log[-1000:].decode("utf-8", "replace").strip().rpartition("\n")[2]
        forget(self)
        because = f" ({said})" if said else ""
        return EnvironmentProblem(
            f"the process that opens files did not start{because}",
            hint="check that this Python runs on its own: python -I -c 'import numpy, h5py'",
            code="sandbox.start",
        )


_started: dict[tuple[int, tuple[str, ...], bool], Worker] = {}


def worker(process: int, needs: tuple[str, ...] = (), *, looks: bool = False) -> Worker:
    """The one of this process with these libraries, a new one where that has died.

    process: its id: a fork does not share its parent's.
    """
    key = process, needs, looks
    found = _started.get(key)
    if found and found.process.poll() is not None:
        forget(found)
    if key not in _started:
        _started[key] = Worker(needs, looks=looks, once=not CAN_FORK)
    return _started[key]


def begun(process: int) -> Worker | None:
    """One that has served this process; None before the first of them has."""
    return next((one for (own, *_), one in _started.items() if own == process and one.ready), None)


def forget(gone: Worker) -> None:
    """Have the next request start another."""
    for key in [key for key, one in _started.items() if one is gone]:
        del _started[key]
    gone.close()


def _mode(once: bool) -> str:
    return "once" if once else "fork"


def _environment() -> dict[str, str]:
    """Nothing of the user's: no token, no proxy, no home."""
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    threads = {name: os.environ[name] for name in _THREADS if os.environ.get(name, "").isdecimal()}
    # HDF5 looks into no folder of plugins, and takes no lock on files that others hold open.
    # Without any HOME Python would ask the system's users for one.
    own = {"HDF5_PLUGIN_PRELOAD": "::", "HDF5_USE_FILE_LOCKING": "FALSE", "HOME": os.devnull}
    return {**own, **passed_on, **threads}


def _places() -> list[str]:
    """Where Python finds its packages; never first the folder that the user happens to stand in."""
    here = _here()
    places = [os.path.abspath(place) for place in sys.path if here or os.path.isabs(place)]
    msgspec = find_spec("msgspec")  # located, not loaded: this is where a run begins
    files = (dimorder.__file__ or "", (msgspec.origin if msgspec else None) or "")
    own = {os.path.dirname(os.path.dirname(file)) for file in files}
    return [place for place in places if place != here] + [here] * (here in own)


def _here() -> str:
    """The folder that the user stands in, "" where it is gone."""
    try:
        return os.getcwd()
    except FileNotFoundError:
        return ""
