"""GitHub's API as far as the Action uses it, over real HTTP on the loopback; it stumbles on demand."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "ghs_sentinel0123456789"
BOT, STRANGER = 41898282, 1001


@dataclass
class Stumble:
    """An answer in place of the right one. commits: what was asked is done all the same. cut: the body ends early."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    commits: bool = False
    cut: bool = False


@dataclass
class Seen:
    """One request."""

    method: str
    path: str
    token: str


@dataclass
class FakeGitHub:
    """viewer: who writes with the token. stumbles: by `METHOD kind`, used up in order. comparison: what compare says.

    contents: (commit, path) to bytes. pulls: what is open. may_write: whether the token may.
    """

    address: str = ""
    viewer: int = BOT
    may_write: bool = True
    comments: list[dict[str, Any]] = field(default_factory=list)
    comparison: dict[str, Any] | None = None
    contents: dict[tuple[str, str], bytes] = field(default_factory=dict)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    stumbles: dict[str, list[Stumble]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)

    def add(self, body: str, author: int = BOT) -> dict[str, Any]:
        number = len(self.comments) + 1
        url = f"https://github.com/owner/nets/pull/7#issuecomment-{number}"
        made = {"id": number, "body": body, "user": {"id": author, "type": "Bot"}, "html_url": url}
        self.comments.append(made)
        return made

    def asked(self, start: str) -> list[Seen]:
        return [one for one in self.seen if f"{one.method} {one.path}".startswith(start)]

    def answer(self, method: str, url: str, document: Any) -> tuple[int, bytes]:
        """Status and body."""
        parts = urlsplit(url)
        path, query = parts.path, parse_qs(parts.query)
        for pattern, work in self._routes():
            found = re.fullmatch(pattern, f"{method} {path}")
            if found:
                return work([unquote(part) for part in found.groups()], query, document)
        return 404, b'{"message": "Not Found"}'

    def _routes(self) -> list[tuple[str, Callable[..., tuple[int, bytes]]]]:
        return [
            (r"POST /graphql", self._viewer),
            (r"GET /repos/owner/nets/issues/(\d+)/comments", self._list),
            (r"POST /repos/owner/nets/issues/(\d+)/comments", self._create),
            (r"PATCH /repos/owner/nets/issues/comments/(\d+)", self._update),
            (r"GET /repos/owner/nets/compare/(.+)", self._compare),
            (r"GET /repos/owner/nets/contents/(.+)", self._content),
            (r"GET /repos/owner/nets/pulls", self._pulls),
            (r"GET /echo", self._echo),
        ]

    def _echo(self, *ignored: Any) -> tuple[int, bytes]:
        """As a server does that tells too much."""
        return 400, json.dumps({"message": f"your token is {TOKEN}"}).encode()

    def _viewer(self, *ignored: Any) -> tuple[int, bytes]:
        return 200, json.dumps({"data": {"viewer": {"databaseId": self.viewer, "login": "bot"}}}).encode()

    def _list(self, groups: list[str], query: dict[str, list[str]], document: Any) -> tuple[int, bytes]:
        size, page = int(query["per_page"][0]), int(query.get("page", ["1"])[0])
        return 200, json.dumps(self.comments[(page - 1) * size : page * size]).encode()

    def _create(self, groups: list[str], query: Any, document: Any) -> tuple[int, bytes]:
        if not self.may_write:
            return 403, b'{"message": "Resource not accessible by integration"}'
        return 201, json.dumps(self.add(document["body"], self.viewer)).encode()

    def _update(self, groups: list[str], query: Any, document: Any) -> tuple[int, bytes]:
        (found,) = [one for one in self.comments if one["id"] == int(groups[0])]
        found["body"] = document["body"]
        return 200, json.dumps(found).encode()

    def _compare(self, *ignored: Any) -> tuple[int, bytes]:
        return (404, b"{}") if self.comparison is None else (200, json.dumps(self.comparison).encode())

    def _content(self, groups: list[str], query: dict[str, list[str]], document: Any) -> tuple[int, bytes]:
        found = self.contents.get((query["ref"][0], groups[0]))
        return (404, b'{"message": "Not Found"}') if found is None else (200, found)

    def _pulls(self, groups: list[str], query: dict[str, list[str]], document: Any) -> tuple[int, bytes]:
        owner, _, branch = query["head"][0].partition(":")
        wanted = [p for p in self.pulls if (p["head"]["repo"]["owner"]["login"], p["head"]["ref"]) == (owner, branch)]
        return 200, json.dumps(wanted).encode()


@contextmanager
def fake_github() -> Iterator[FakeGitHub]:
    """One that serves until the block ends."""
    fake = FakeGitHub()

    class Answering(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            document = json.loads(self.rfile.read(length)) if length else None
            kind = f"{self.command} {urlsplit(self.path).path}"
            fake.seen.append(Seen(self.command, self.path, self.headers.get("Authorization", "")))
            waiting = next((line for name, line in fake.stumbles.items() if kind.startswith(name) and line), None)
            stumble = waiting.pop(0) if waiting else None
            status, body = 200, b""
            if stumble is None or stumble.commits:
                status, body = fake.answer(self.command, self.path, document)
            self._send(stumble or Stumble(status), body)

        def _send(self, stumble: Stumble, body: bytes) -> None:
            self.send_response(stumble.status)
            for name, value in stumble.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body) + (100 if stumble.cut else 0)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = _answer  # noqa: N815 - the names that http.server asks for

        def log_message(self, *ignored: Any) -> None:
            """Tests print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    fake.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
