"""A request and an answer, as the routes see them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from github_com.access import Caller
    from github_com.world import Role, World

Level = Literal["read", "write", "admin"]
MOST_ON_A_PAGE = 100


@dataclass
class Request:
    """parts: what stood in the braces of the route's template. address: of the API."""

    world: World
    caller: Caller
    address: str
    method: str
    template: str
    parts: Mapping[str, str]
    query: Mapping[str, str]
    document: Any
    accept: str = ""

    def given(self, key: str, default: Any = None) -> Any:
        """A key of the body."""
        return self.document.get(key, default) if isinstance(self.document, dict) else default

    @property
    def web(self) -> str:
        """Where people look, and git fetches."""
        return self.address.removesuffix("/api/v3")


@dataclass
class Response:
    """document: JSON; None for none. raw: bytes in its place."""

    status: int = 200
    document: Any = None
    raw: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    media: str = "application/json; charset=utf-8"

    def content(self) -> bytes:
        if self.raw is not None:
            return self.raw
        return b"" if self.document is None else json.dumps(self.document).encode()


Answer = Callable[[Request], Response]


@dataclass(frozen=True, slots=True)
class Route:
    """kind: what a write is called in the journal; empty for what only reads.

    need: (permission, level) of an App's token, any of which does. role: what a person needs to be.
    """

    method: str
    template: str
    answer: Answer
    kind: str = ""
    need: tuple[tuple[str, Level], ...] = ()
    role: Role = "read"


def page(request: Request, whole: list[Any], *, key: str = "") -> Response:
    """The part of a list that was asked for, with the links to the others. key: that the list stands under."""
    size = max(1, min(int(request.query.get("per_page", "30")), MOST_ON_A_PAGE))
    number = max(1, int(request.query.get("page", "1")))
    last = max(1, -(-len(whole) // size))
    shown = whole[(number - 1) * size : number * size]
    links = {"prev": number - 1, "next": number + 1, "last": last, "first": 1}
    if number >= last:
        del links["next"], links["last"]
    if number == 1:
        del links["prev"], links["first"]
    told = ", ".join(f'<{_paged(request, at)}>; rel="{word}"' for word, at in links.items())
    headers = {"Link": told} if told else {}
    return Response(200, {"total_count": len(whole), key: shown} if key else shown, headers=headers)


def _paged(request: Request, number: int) -> str:
    path = request.template
    for name, value in request.parts.items():
        path = path.replace("{" + name + "}", quote(value, safe="/"))
    return f"{request.address}{path}?{urlencode({**request.query, 'page': str(number)})}"
