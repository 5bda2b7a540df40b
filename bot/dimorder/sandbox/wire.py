"""Messages between processes: a JSON value, bytes beside it, open files along with it."""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

_MOST_FILES = 64
_HEAD = struct.Struct("!QI")
_LENGTH = struct.Struct("!Q")
_BLOCK = 1 << 20


class Most(NamedTuple):  # no dataclass: the process that opens files would start later by what those load
    """How large a message may be. text, content: bytes. parts: into which content is cut."""

    text: int
    content: int
    parts: int


ANY = Most(text=1 << 28, content=1 << 32, parts=100_000)
REPORTS = Most(text=1 << 24, content=0, parts=0)
"""From whoever reads strangers' bytes: JSON takes up to thirty times its length once it is read."""
QUESTIONS = Most(text=1 << 24, content=1 << 30, parts=10_000)
"""From the same, where it may ask for services."""


class Garbled(Exception):
    """What came is no message: whoever sent it is out of its mind, or in somebody else's hands."""


class TooLate(Exception):
    """No whole message came in time."""


class Message(NamedTuple):
    """values: plain. content: bytes, part by part. numbers: descriptors of open files, the receiver's to close."""

    values: dict[str, Any]
    content: list[bytes]
    numbers: list[int]


def send(
    line: socket.socket, values: Mapping[str, Any], content: Sequence[bytes] = (), numbers: Sequence[int] = ()
) -> None:
    """Send one message. numbers: of open files, which arrive as descriptors of their own."""
    # Names of files may hold bytes that are no UTF-8: JSON writes these lone surrogates as escapes.
    text = json.dumps(values).encode("ascii")
    head = _HEAD.pack(len(text), len(content)) + b"".join(_LENGTH.pack(len(part)) for part in content)
    if numbers:
        sent = socket.send_fds(line, [head], list(numbers))
        head = head[sent:]
    for part in (head, text, *content):
        line.sendall(part)


def receive(
    line: socket.socket, *, files: bool = False, until: float | None = None, most: Most = ANY
) -> Message | None:
    """The next message, None when the other side has gone.

    files: whether open files are accepted. until: time.monotonic() at which waiting ends with TooLate.
    Raises Garbled on anything that is no message, or a larger one than `most`.
    """
    first, numbers = _first(line, files=files, until=until)
    if not first:
        return None
    length, count = _HEAD.unpack(first + _exactly(line, _HEAD.size - len(first), until))
    if length > most.text or count > most.parts:
        raise Garbled
    sizes = [_LENGTH.unpack(_exactly(line, _LENGTH.size, until))[0] for _ in range(count)]
    if sum(sizes) > most.content:
        raise Garbled
    values = _plain(_exactly(line, length, until))
    return Message(values, [_exactly(line, size, until) for size in sizes], numbers)


def _first(line: socket.socket, *, files: bool, until: float | None) -> tuple[bytes, list[int]]:
    _wait(line, until)
    try:
        if not files:
            return line.recv(_HEAD.size), []
        content, numbers, _, _ = socket.recv_fds(line, _HEAD.size, _MOST_FILES)
    except TimeoutError:
        raise TooLate from None
    except ConnectionError:
        return b"", []
    return content, list(numbers)


def _exactly(line: socket.socket, size: int, until: float | None) -> bytes:
    parts, missing = [], size
    while missing:
        _wait(line, until)
        try:
            part = line.recv(min(missing, _BLOCK))
        except TimeoutError:
            raise TooLate from None
        except ConnectionError:
            part = b""
        if not part:
            raise Garbled
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _wait(line: socket.socket, until: float | None) -> None:
    if until is None:
        line.settimeout(None)
        return
    left = until - time.monotonic()
    if left <= 0:
        raise TooLate
    line.settimeout(left)


def _plain(text: bytes) -> dict[str, Any]:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise Garbled from problem
    if not isinstance(values, dict):
        raise Garbled
    return values
