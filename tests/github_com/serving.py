"""The fake GitHub over real HTTP on the loopback: the API, git and LFS at one address, LFS's storage at another."""

from __future__ import annotations

import socket
import struct
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from github_com.access import secret_of
from github_com.answering import Answered, Sent
from github_com.hub import Hub
from github_com.journal import Asked
from github_com.lfs import Lfs
from github_com.ruining import answer
from github_com.wire import Response
from github_com.world import World

MOST = 96
_PLACES = threading.BoundedSemaphore(MOST)
_IDLE = 15.0
"""Seconds after which a connection that says nothing is closed."""
_DRIBBLES, _DRIBBLE = 6, 0.03
"""Pieces of a slow body, seconds between them."""


class _Server(ThreadingHTTPServer):
    """With no more threads than MOST, however often somebody asks."""

    daemon_threads = True
    request_queue_size = 128

    def process_request(self, *given: Any) -> None:
        _PLACES.acquire()
        super().process_request(*given)

    def process_request_thread(self, *given: Any) -> None:
        try:
            super().process_request_thread(*given)
        finally:
            _PLACES.release()

    def handle_error(self, *ignored: object) -> None:
        """Whoever is killed leaves connections behind."""


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    answers: Callable[[Hub, Sent], Answered]
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    timeout = _IDLE

    def _serve(self) -> None:
        at = self.hub.moment()
        sent = Sent(self.command, self.path, dict(self.headers.items()), self._body(), at)
        self._note_leaks(sent)
        try:
            told, ruin = answer(self.hub, sent, type(self).answers)
        except Exception:  # noqa: BLE001 - whatever it is, the test shall see it
            self.hub.journal.crashes.append(traceback.format_exc())
            told, ruin = Answered(Response(500), None, ""), ""
        scheme = sent.headers.get("Authorization", "").partition(" ")[0]
        asked = Asked(at, sent.method, sent.target.removeprefix("/api/v3"), told.by, scheme, told.response.status, ruin)
        self.hub.journal.asked.append(asked)
        struck = self.hub.strikes.get(told.write.kind) if told.write and told.write.done else None
        if struck and told.write and struck(told.write):
            ruin = "reset"
        with suppress(OSError):
            self._send(told.response, ruin)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return b"".join(self._chunks())
        return self._read(int(self.headers.get("Content-Length") or 0))

    def _read(self, size: int) -> bytes:
        """Of a request whose sender was killed in the middle of it, nothing is done."""
        found = self.rfile.read(size)
        if len(found) < size:
            raise ConnectionResetError
        return found

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield self._read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _note_leaks(self, sent: Sent) -> None:
        others = [value for name, value in sent.headers.items() if name != "Authorization"]
        self.hub.note_leaks(
            f"{sent.method} {sent.target}", sent.target.encode(), sent.body, *(one.encode() for one in others)
        )

    def _send(self, response: Response, ruin: str) -> None:
        if ruin.startswith(("reset", "late")):
            self._reset()
            return
        body = response.content() if response.status not in (204, 304) else b""
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.status != 304:
            self.send_header("Content-Type", response.media)
        self.send_header("Content-Length", str(len(body) + (100 if ruin == "cut" else 0)))
        self.end_headers()
        if ruin == "cut":
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
        elif ruin == "slow":
            self._dribble(body)
        else:
            self.wfile.write(body)
        self.wfile.flush()

    def _dribble(self, body: bytes) -> None:
        size = max(1, -(-len(body) // _DRIBBLES))
        for start in range(0, len(body), size):
            self.wfile.write(body[start : start + size])
            self.wfile.flush()
            time.sleep(_DRIBBLE)

    def _reset(self) -> None:
        """End the connection without a word, as a broken one does."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_HEAD = _serve  # noqa: N815 - names that http.server asks for

    def log_message(self, *ignored: object) -> None:
        """Tests print nothing."""


def _stored(hub: Hub, sent: Sent) -> Answered:
    """LFS's storage, which belongs to somebody else: no token of GitHub's is for it."""
    if secret_of(sent.headers.get("Authorization", "")) in hub.world.credentials:
        hub.journal.leaks.append(f"{sent.method} {sent.target}: GitHub's token was sent to the storage")
    parts = urlsplit(sent.target)
    status, body = hub.lfs.call(sent.method, parts.path, sent.body, hub.lfs.storage, parts.query, dict(sent.headers))
    write = (
        hub.written("lfs", parts.path.partition(".git/")[0].strip("/"), "", parts.path, status, sent.at)
        if sent.method == "PUT"
        else None
    )
    return Answered(Response(status, raw=body, media="application/octet-stream"), write, "")


def _listening(hub: Hub, answers: Callable[[Hub, Sent], Answered]) -> _Server:
    handler = type("Handler", (_Handler,), {"hub": hub, "answers": staticmethod(answers)})
    server = _Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server


@contextmanager
def serving(folder: Path) -> Iterator[Hub]:
    """A GitHub that serves until the block ends. folder: for its repositories and objects."""
    from github_com.doors import routed

    (folder / "git").mkdir(parents=True)
    hub = Hub(World(folder / "git"), Lfs(folder / "lfs"))
    servers = [_listening(hub, routed), _listening(hub, _stored)]
    hub.web = f"http://127.0.0.1:{servers[0].server_address[1]}"
    hub.lfs.storage = f"127.0.0.1:{servers[1].server_address[1]}"
    try:
        yield hub
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()
