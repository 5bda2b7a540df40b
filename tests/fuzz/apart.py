"""Work done in a forked child, whose crash, hang or hunger ends the child alone."""

from __future__ import annotations

import json
import os
import select
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ended:
    """How a child ended. value: what its work gave, as JSON carries it; None where it died (signal) or was stopped."""

    value: Any
    signal: int
    seconds: float
    peak_mib: float

    @property
    def is_whole(self) -> bool:
        return self.signal == 0


def apart(work: Callable[[], Any], seconds: float) -> Ended:
    """The value of `work`; an exception inside is raised by nobody: `work` has to catch what it expects."""
    reading, writing = os.pipe()
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work_and_leave(work, writing)
    os.close(writing)
    try:
        answer = _answer(reading, start + seconds)
    finally:
        os.close(reading)
    if answer is None:
        os.kill(child, signal.SIGKILL)
    _, status, usage = os.wait4(child, 0)
    died = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    value = json.loads(answer) if answer and not died else None
    return Ended(value, died, time.monotonic() - start, usage.ru_maxrss / 1024)


def _work_and_leave(work: Callable[[], Any], writing: int) -> None:
    """In the child: never returns."""
    try:
        with os.fdopen(writing, "w") as pipe:
            json.dump(work(), pipe)
    finally:
        os._exit(0)


def _answer(reading: int, deadline: float) -> bytes | None:
    """All that the child writes until it closes; None once the time is over."""
    found = b""
    while True:
        ready, _, _ = select.select([reading], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return None
        piece = os.read(reading, 1 << 16)
        if not piece:
            return found
        found += piece
