"""One request over HTTP and its answer: bytes, not without end, and from nowhere else than asked."""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit

import requests

from dimorder.hub.answer import Answer, Room
from dimorder.hub.problem import ApiProblem

PATIENCE = 20.0
"""Seconds without a byte."""
_WHOLE, _SLOWEST = 60.0, 100_000
"""Seconds until the last byte of a small answer; bytes a second of a large one."""
_PIECE = 1 << 16
_LONGEST_ERROR = 1 << 20
_LONGEST_WORD = 200


@dataclass(frozen=True, slots=True)
class Question:
    """url: whole. headers: what signs it among them. Neither is shown: a traceback may hold it."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: str | bytes | None = field(repr=False)
    room: Room

    @property
    def what(self) -> str:
        """For errors; without the query: that of a storage's address is a key to it."""
        return f"{self.method} {urlsplit(self.url).path}"


def session(place: str) -> requests.Session:
    """Connections that are kept open. Nothing is tried again, no redirect followed, no cookie kept, no .netrc read."""
    made = requests.Session()
    made.trust_env = place.startswith("https://")  # proxies; what goes to the loopback stays here
    made.auth = _as_signed
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    made.verify = _authorities()
    return made


def _authorities() -> str | bool:
    """The system's, which an Enterprise server's own is added to; requests' own list where the system has none."""
    paths = ssl.get_default_verify_paths()
    return paths.cafile or (paths.capath if paths.capath and os.listdir(paths.capath) else None) or True


def answered(to: requests.Session, question: Question) -> Answer:
    """The whole answer, of any status. Raises ApiProblem where none comes, or not all of it."""
    kept = bytearray()
    with _explained(question), closing(_asked(to, question)) as answer:
        room = question.room if 200 <= answer.status_code < 300 else Room(_LONGEST_ERROR)
        put = room.put or kept.extend
        for piece in _bounded(question, answer, room.largest):
            put(piece)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(answer.status_code, headers, bytes(kept))


def _asked(to: requests.Session, question: Question) -> requests.Response:
    return to.request(
        question.method, question.url, headers=dict(question.headers), data=question.body,
        timeout=PATIENCE, allow_redirects=False, stream=True,
    )  # fmt: skip


def _bounded(question: Question, answer: requests.Response, largest: int) -> Iterator[bytes]:
    size, end = 0, time.monotonic() + _WHOLE + largest / _SLOWEST
    for piece in answer.iter_content(_PIECE):
        size += len(piece)
        if size > largest:
            raise ApiProblem(f"{question.what}: the answer is larger than {largest} bytes", 413)
        if time.monotonic() > end:
            raise ApiProblem(f"{question.what}: the answer does not end", 0)
        yield piece


@contextmanager
def _explained(question: Question) -> Iterator[None]:
    """Problems on the way, told without what was sent."""
    try:
        yield
    except requests.RequestException as error:
        raise ApiProblem(f"{question.what}: no answer ({_reason(error)})", 0) from None


def _reason(error: BaseException) -> str:
    """The first cause, in the system's words; those of the libraries may repeat addresses and headers."""
    while error.__context__ is not None:
        error = error.__context__
    own = isinstance(error, OSError) and not isinstance(error, requests.RequestException)
    return f"{type(error).__name__}: {error}"[:_LONGEST_WORD] if own else type(error).__name__


def _as_signed(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """With any `auth` requests looks for no other in .netrc."""
    return request
