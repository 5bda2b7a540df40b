"""An answer of the API to a request: who asks is known, the route is found, writes and exchanges are noted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from github_com.access import Caller, caller
from github_com.hub import Hub
from github_com.journal import Exchange, Write
from github_com.refusal import Refusal, not_found
from github_com.rest_apps import ask
from github_com.skeleton import of_exchange
from github_com.table import matched
from github_com.wire import Request, Response, Route

_LIMIT = 5000


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it came in. at: moment of the journal."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    at: float

    @property
    def path(self) -> str:
        """Below the API."""
        return urlsplit(self.target).path.removeprefix("/api/v3")

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))


@dataclass
class Answered:
    """response, and the write that it was; None where nothing could change."""

    response: Response
    write: Write | None
    by: str


def answered(hub: Hub, sent: Sent) -> Answered:
    """Carry it out."""
    who = Caller()
    route: Route | None = None
    write: Write | None = None
    parts: dict[str, str] = {}
    try:
        who = caller(hub.world, sent.headers.get("Authorization") or "")
        document = json.loads(sent.body) if sent.body else None
        found = (_GRAPHQL, dict[str, str]()) if sent.path == "/api/graphql" else matched(sent.method, sent.path)
        if found is None:
            hub.journal.unknown.append(f"{sent.method} {sent.path}")
            raise not_found()
        route, parts = found
        accept = sent.headers.get("Accept") or ""
        response = _carried_out(hub, route, Request(
            hub.world, who, hub.address, sent.method, route.template, parts, sent.query, document, accept,
        ))  # fmt: skip
    except Refusal as refusal:
        response = Response(refusal.status, refusal.document, headers=refusal.headers)
    except (ValueError, AttributeError, TypeError) as problem:
        response = Response(400, {"message": "Problems parsing JSON", "documentation_url": ""})
        hub.journal.unknown.append(f"{sent.method} {sent.path}: {problem!r}")
    if route is not None:
        home = f"{parts['owner']}/{parts['repo']}" if "repo" in parts else ""
        if route.kind:
            write = hub.written(route.kind, home, _name(who), sent.path, response.status, sent.at)
        if route is not _GRAPHQL:
            _note(hub, route, sent, parts, response)
    _head(hub, who, sent, response)
    return Answered(response, write, _name(who))


_GRAPHQL = Route("POST", "/graphql", ask)


def _carried_out(hub: Hub, route: Route, request: Request) -> Response:
    with hub.world.lock:
        return route.answer(request)


def _name(who: Caller) -> str:
    if who.account is not None:
        return who.account.login
    return f"app/{who.app.slug}" if who.app else ""


def _note(hub: Hub, route: Route, sent: Sent, parts: Mapping[str, str], response: Response) -> None:
    """Keep an exchange of each shape for GitHub's description of its API."""
    body = sent.body or None
    path = route.template
    for name, value in parts.items():
        path = path.replace("{" + name + "}", value.replace("/", "%2F"))
    media = response.media.partition(";")[0]
    exchange = Exchange(
        sent.method,
        route.template,
        path,
        sent.query,
        body,
        response.status,
        dict(response.headers),
        media,
        response.content(),
    )
    hub.journal.exchanges.setdefault(of_exchange(exchange, response.document), exchange)


def _head(hub: Hub, who: Caller, sent: Sent, response: Response) -> None:
    """The headers that tell of limits, and of what has not changed since this token asked last."""
    told: dict[str, Any] = response.headers
    if sent.method == "GET" and response.status == 200:
        tag = f'W/"{hashlib.sha256(response.content() + who.name.encode()).hexdigest()}"'
        told["ETag"] = tag
        if sent.headers.get("If-None-Match") == tag:
            response.status, response.document, response.raw = 304, None, None
    if response.status != 304:
        hub.used[who.name] += 1
    used = hub.used[who.name]
    told.setdefault("X-RateLimit-Limit", str(_LIMIT))
    told.setdefault("X-RateLimit-Remaining", str(max(_LIMIT - used, 1)))
    told.setdefault("X-RateLimit-Used", str(used))
    told.setdefault("X-RateLimit-Reset", str(int(hub.world.now()) + 3600))
    told.setdefault("X-RateLimit-Resource", "core")
