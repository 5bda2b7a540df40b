"""In the child: every right given up, one flow run, its report sent home as plain values."""

from __future__ import annotations

import fcntl
import os
import socket
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, BinaryIO

from dimorder.errors import DimorderError, Refused, UnsafeContent
from dimorder.lockdown import Bounds, bound, close_calls, close_files
from dimorder.sandbox import wire
from dimorder.sandbox.outside import Answer, Outside
from dimorder.sandbox.values import found, plain, restored

_OFTEN = 0.05
"""Seconds between two signs of life that are worth a message."""


def run(request: wire.Message) -> None:
    """Carry out what the request asks; the first of its files is the line home, the others are named in it."""
    line = socket.socket(fileno=request.numbers[0])
    os.dup2(1, 2)  # what libraries print goes where nobody reads it
    asked = request.values
    files = {role: _opened(number) for role, number in zip(asked["roles"], request.numbers[1:], strict=True)}
    flow = found(asked["flow"])
    options = restored(asked["options"], found(asked["kind"]))
    outside = Outside(_Progress(line), _Caller(line))
    work = partial(_whole, partial(flow, files, asked["names"], options, outside), files)
    _lock(restored(asked["bounds"], Bounds), asked["locks"])
    try:
        answer = _answer(work, asked["about"])
    except MemoryError:
        answer = {"memory": True}
    wire.send(line, answer)


def _lock(bounds: Bounds, locks: Sequence[str]) -> None:
    """locks: which of the kernel's two walls to raise; the tests leave out one at a time."""
    bound(bounds)
    if "landlock" in locks:
        close_files()
    if "seccomp" in locks:
        close_calls("all")


def _whole(work: Callable[[], object], files: Mapping[str, BinaryIO]) -> object:
    """The report, once all that goes with it is written: a full disk may refuse the last bytes."""
    report = work()
    for file in files.values():
        file.flush()
    return report


def _answer(work: Callable[[], object], about: str) -> dict[str, Any]:
    """The report, or why there is none."""
    try:
        return {"report": plain(work())}
    except RecursionError:
        return _told(UnsafeContent(f"{about}: nested too deep", code="limits.depth"))
    except DimorderError as error:
        return _told(error)
    except OSError as error:
        return {"system": [error.errno, error.strerror, error.filename]} if error.errno else _bug()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the end of the process: whatever is left is our bug, told at the door
        return _bug()


def _told(error: DimorderError) -> dict[str, Any]:
    refusals = error.refusals if isinstance(error, Refused) else ()
    facts = {"sentence": error.sentence, "hint": error.hint, "code": error.code, "refusals": refusals}
    return {"error": {"kind": type(error).__name__, **facts}}


def _bug() -> dict[str, Any]:
    return {"bug": traceback.format_exc()}


def _opened(number: int) -> BinaryIO:
    """The open file at its start, for writing too if it was opened so."""
    os.lseek(number, 0, os.SEEK_SET)  # the parent may have looked into it: both share one place
    writable = fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDWR
    return os.fdopen(number, "r+b" if writable else "rb")


class _Progress:
    """Signs of life, sent home one way."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.stage, self.last = "", 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if stage != self.stage or now - self.last > _OFTEN:
            self.stage, self.last = stage, now
            wire.send(self.line, {"progress": [stage, int(done), int(total)]})


class _Caller:
    """Services of the parent, asked for by name."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line

    def __call__(self, service: str, values: Mapping[str, Any], content: Sequence[bytes]) -> Answer:
        wire.send(self.line, {"call": service, "values": dict(values)}, content)
        answer = wire.receive(self.line)
        if answer is None:
            raise ConnectionError("the parent has gone")
        return answer.values, answer.content
