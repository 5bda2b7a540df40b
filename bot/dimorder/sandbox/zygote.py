"""A process that has loaded everything and only forks: each file is opened in a child that costs milliseconds.

Started with an empty environment and no open file but its line to the parent; it reads no foreign byte itself.
"""

from __future__ import annotations

import gc
import os
import pkgutil
import select
import signal
import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from types import FrameType
from typing import Any

from dimorder.lockdown import at_hand, be_nobody, close_calls, die_with_parent, landlock
from dimorder.sandbox import child, wire
from dimorder.sandbox.values import found

_DOORS = ("report", "cli", "cli_check", "cli_options", "cli_show", "action", "hub", "__main__")
"""Rooms that no flow enters, but for what it imports of them at its top."""
_LOOKING = ("baseline", "check", "configuration", "inspect", "lint", "standing")
"""Modules of flow that look at files and code; with all that they import, half of everything."""
_COMPUTING = ("numpy.fft", "numpy.linalg", "numpy.random")
_ASKED_FOR_LATER = (
    "numpy.lib.format", "h5py", "yaml", "zipfile",
    "ast", "tokenize", "difflib", "linecache", "traceback", "datetime", "_strptime", "unicodedata", "stringprep",
    *(f"encodings.{name}" for name in (
        "aliases", "ascii", "latin_1", "utf_8", "utf_8_sig", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "cp437",
        "cp1251", "cp1252", "iso8859_15", "gbk", "gb2312", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr",
        "unicode_escape", "raw_unicode_escape", "idna",
    )),
)  # fmt: skip
"""Modules that libraries import in the middle of their work, when no file can be opened any more."""
_ENOUGH = 20_000
"""Objects more before garbage is looked for, which took a tenth of the time: what models are built of stays."""
_AT_HAND = ("dimorder.source.python2:at_hand",)
"""What loads more than modules."""


def main(number: int, needs: Sequence[str] = (), *, looks: bool = False, once: bool) -> None:
    """Serve the parent at the other end of this socket until it goes.

    needs: libraries that few flows use. looks: only flows that look at files and code are asked for.
    once: one request, without forking.
    """
    line = socket.socket(fileno=number)
    filtered = close_calls("programs")  # before libraries are loaded that would ask one for the machine's name
    warm(needs, looks=looks)
    walls = {"seccomp": filtered, "landlock": landlock.version(), "nobody": be_nobody()}
    wire.send(line, walls)
    if not once:
        _serve(line)
        os._exit(0)  # nothing is left to be written, and much would be taken apart
    elif (request := wire.receive(line, files=True)) is not None:
        child.run(request)


def warm(needs: Sequence[str] = (), *, looks: bool = False) -> None:
    """Import whatever a flow may need, and these besides. looks: only what looking at files and code takes.

    All of it now: nobody may be unable to read where Python lies.
    """
    gc.disable()  # a fifth of the time would go into looking for garbage among modules
    package = import_module("dimorder")
    assert looks or package.__version__  # which converted files carry: from here on it is known
    for name in (f"dimorder.flow.{name}" for name in _LOOKING) if looks else (*_rooms(package.__path__), *_COMPUTING):
        import_module(name)
    for name in _ASKED_FOR_LATER:
        with suppress(ImportError):
            import_module(name)
    for name in needs:
        import_module(name)
    for address in _AT_HAND:
        found(address)()
    at_hand()
    gc.freeze()  # what is never collected is never copied either
    gc.set_threshold(_ENOUGH)
    gc.enable()


def _rooms(places: Iterable[str]) -> Iterator[str]:
    """Names of all modules but those of the doors."""
    for module in pkgutil.walk_packages(places, "dimorder."):
        if module.name.split(".")[1] not in _DOORS:
            yield module.name


def _serve(line: socket.socket) -> None:
    woken, waker = os.pipe()
    for end in (woken, waker):
        os.set_blocking(end, False)
    signal.signal(signal.SIGCHLD, _noted)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    inherited = (line.fileno(), woken, waker)
    waiting = _born(inherited)
    while (request := wire.receive(line, files=True)) is not None:
        if "flow" not in request.values:
            continue  # a child was to be killed that has ended by itself meanwhile
        process, number = waiting.number, request.values["number"]
        _hand_over(request, waiting)
        waiting = _born(inherited)  # while the other one is at work
        wire.send(line, {"number": number, **_watched(process, number, line, woken)})


@dataclass(frozen=True, slots=True)
class _Child:
    """A forked process that waits for its one request on this line."""

    number: int
    line: socket.socket


def _born(inherited: tuple[int, ...]) -> _Child:
    """A child forked before it is needed, since that takes longer than most files. inherited: descriptors to close."""
    parent = os.getpid()
    ours, theirs = socket.socketpair()
    number = os.fork()
    if number == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        die_with_parent(parent)
        for end in (*inherited, ours.detach()):
            os.close(end)
        _live(theirs)
    theirs.close()
    return _Child(number, ours)


def _hand_over(request: wire.Message, waiting: _Child) -> None:
    """The request goes to the child; one that has died meanwhile is told by how it ended."""
    with suppress(OSError), waiting.line:
        wire.send(waiting.line, request.values, (), request.numbers)
    for end in request.numbers:
        os.close(end)


def _live(line: socket.socket) -> None:
    """The child's whole life; it never returns into the zygote's code."""
    code = 1
    try:
        request = wire.receive(line, files=True)
        line.close()
        if request is not None:
            child.run(request)
        code = 0
    finally:
        os._exit(code)


def _watched(process: int, number: int, line: socket.socket, woken: int) -> dict[str, Any]:
    """Wait for the child's end, or bring it about when the parent asks or has gone. number: of its request."""
    watch = select.poll()
    watch.register(line, select.POLLIN)
    watch.register(woken, select.POLLIN)
    while True:
        ended, status, used = os.wait4(process, os.WNOHANG)
        if ended:
            return {"status": status, "peak": used.ru_maxrss}
        for end, _ in watch.poll():
            if end == woken:
                with suppress(BlockingIOError):
                    os.read(woken, 4096)
            else:
                asked = wire.receive(line)
                if asked is None or asked.values.get("kill") == number:
                    os.kill(process, signal.SIGKILL)
                if asked is None:
                    os._exit(0)


def _noted(number: int, frame: FrameType | None) -> None:
    """The signal's byte in the pipe is what counts."""
