"""Requests to GitHub's API, each answered, given up, or known to be in doubt.

The token goes into one header and nowhere else: no URL, no log, no other host. Reading is tried again; a write never
is, since GitHub may have done it without an answer: who wrote looks it up, and decides.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, TypeVar
from urllib.parse import quote, urlencode

from dimorder.errors import EnvironmentProblem
from dimorder.hub import address
from dimorder.hub.answer import Answer, Room, problem
from dimorder.hub.gate import LONGEST, Gate, LocalGate
from dimorder.hub.problem import ApiProblem
from dimorder.hub.token import Credential

if TYPE_CHECKING:
    from dimorder.hub.wire import Wire

MOST = 10_000
"""Items of a listing."""
_PAGE = 100
_TRIES, _FIRST_WAIT, _LONGEST_WAIT = 4, 1.0, 60.0
_UNMODIFIED, _UNAUTHORIZED = 304, 401
_AS_JSON, _AS_BYTES = {"Accept": "application/vnd.github+json"}, {"Accept": "application/vnd.github.raw+json"}
_ROOM, _OF_WRITES = Room(32 << 20), 4 << 20
"""Bytes of an answer."""
_SLOWEST = 100_000
"""Bytes a second that are sent."""
Method = Literal["POST", "PATCH", "PUT", "DELETE"]
Query = Mapping[str, str] | Mapping[str, int] | Mapping[str, str | int]
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Known:
    """What lies somewhere, with the tag to ask by next time; document is None where it is still what the tag says."""

    document: Any
    etag: str
    is_unchanged: bool


@dataclass
class Client:
    """api: its address, such as https://api.github.com. graphql, web: GraphQL's, and that of git and LFS.

    gate: shared by all that write with the tokens of one owner. patience: seconds that reading waits when told to.
    sleep: so that tests need not wait.
    """

    api: str
    token: Credential
    graphql: str = ""
    web: str = ""
    sleep: Callable[[float], None] = time.sleep
    gate: Gate = field(default_factory=LocalGate)
    patience: float = _LONGEST_WAIT

    def __post_init__(self) -> None:
        self.api = address.safe(self.api)
        self.graphql = address.safe(self.graphql or address.graphql(self.api))
        self.web = address.safe(self.web or address.web(self.api))

    def get(self, *parts: str, query: Query | None = None) -> Any:
        """What lies there, as JSON; asked again where GitHub stumbles. parts: of the path, escaped here."""
        return self.persistently(lambda: self._read(parts, query).document())

    def raw(self, *parts: str, query: Query | None = None) -> bytes:
        """A file's own bytes."""
        return self.persistently(lambda: self._read(parts, query, _AS_BYTES).bytes())

    def save(self, file: BinaryIO, *parts: str, most: int, query: Query | None = None) -> int:
        """Let a file hold the bytes of one, of at most so many; how many there are. Where reading fails it is empty."""

        def read() -> int:
            file.seek(0)
            file.truncate()
            self._read(parts, query, _AS_BYTES, Room(most, file.write)).bytes()
            return file.tell()

        return self.persistently(read)

    def known(self, *parts: str, etag: str = "", query: Query | None = None) -> Known:
        """What lies there, unless it is what the tag of an earlier answer says; such an answer counts for no limit."""

        def read() -> Known:
            answer = self._read(parts, query, {**_AS_JSON, **({"If-None-Match": etag} if etag else {})})
            if answer.status == _UNMODIFIED:
                return Known(None, etag, is_unchanged=True)
            return Known(answer.document(), answer.headers.get("etag", ""), is_unchanged=False)

        return self.persistently(read)

    def pages(
        self, *parts: str, query: Query | None = None, key: str = "", most: int = MOST
    ) -> Iterator[dict[str, Any]]:
        """Every item of a listing, page by page. key: what holds the list, "" where the answer is one.

        Raises ApiProblem where there are more than `most`, or where it is no listing: who looks up whether something is
        there must not be told half of it.
        """
        asked: dict[str, str | int] = {name: value for name, value in (query or {}).items() if name != "per_page"}
        asked["per_page"], count = _PAGE, 0
        for page in range(1, most + 2):
            items, following, is_last = self.persistently(partial(self._page, parts, asked, key))
            count += len(items)
            if count > most:
                break
            yield from items
            if following is None and (is_last or len(items) < _PAGE):
                return
            asked.update(following or {"page": str(page + 1)})
        raise ApiProblem(f"GET {_path(parts)}: the list holds more than {most} items", 413)

    def write(self, method: Method, *parts: str, document: Mapping[str, Any] | None = None) -> Any:
        """One try, when the gate lets it through. Raises ApiProblem; where that is in doubt, look up what was done."""
        size = sum(len(value) for value in (document or {}).values() if isinstance(value, str))
        with self.gate.passage(LONGEST + size / _SLOWEST):
            return self._once(self.api, method, _path(parts), _AS_JSON, document, Room(_OF_WRITES)).document()

    def ask(self, query: str, variables: Mapping[str, Any] | None = None) -> Any:
        """The answer to a question in GraphQL, which changes nothing."""
        document = {"query": query, **({"variables": dict(variables)} if variables else {})}
        asked = partial(self._once, self.graphql, "POST", self.graphql, _AS_JSON, document)
        return self.persistently(lambda: asked().document())

    def mint(self, *parts: str, document: Mapping[str, Any]) -> Any:
        """What a POST gives that leaves nothing behind, such as a token that ends by itself: asked for like reading."""
        asked = partial(self._once, self.api, "POST", _path(parts), _AS_JSON, document)
        return self.persistently(lambda: asked().document())

    def persistently(self, read: Callable[[], _Read]) -> _Read:
        """What reading gives, begun again where GitHub stumbles or asks to wait, a few times. Raises ApiProblem."""
        wait = _FIRST_WAIT
        for _ in range(_TRIES - 1):
            try:
                return read()
            except ApiProblem as met:
                if not (met.is_in_doubt or met.wait) or not self.wait(met, wait):
                    raise
            wait *= 2
        return read()

    def wait(self, met: ApiProblem, otherwise: float = _FIRST_WAIT) -> bool:
        """Wait as long as GitHub asks for; whether it was worth it. otherwise: seconds where it does not say."""
        if met.is_refusal or met.wait > self.patience:
            return False
        self.sleep(met.wait or otherwise)
        return True

    def _page(self, parts: tuple[str, ...], query: Query, key: str) -> tuple[list[Any], dict[str, str] | None, bool]:
        """The items, the query of the next page if one is named, and whether others are named and no next one is.

        What a search finds ends after 1,000, and GitHub refuses the page after that.
        """
        answer = self._read(parts, query)
        document = answer.document()
        items = document.get(key) if key and isinstance(document, dict) else document
        if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
            raise ApiProblem(f"GET {_path(parts)}: GitHub's answer is no list", 0)
        following = answer.next_query()
        return items, following, following is None and "link" in answer.headers

    def _read(
        self, parts: tuple[str, ...], query: Query | None, headers: Mapping[str, str] = _AS_JSON, room: Room = _ROOM
    ) -> Answer:
        path = _path(parts) + (f"?{urlencode(query)}" if query else "")
        return self._once(self.api, "GET", path, headers, room=room)

    def _once(
        self, place: str, method: str, path: str, headers: Mapping[str, str], document: Any = None, room: Room = _ROOM
    ) -> Answer:
        """Signed anew where the token has ended: what is answered 401 was not done."""
        signed, wire = self._signature(), _wire(place)
        answer = wire.exchange(method, path, {**headers, **signed}, document, room)
        if answer.status == _UNAUTHORIZED and signed and self.token.renewed(signed["Authorization"]):
            answer = wire.exchange(method, path, {**headers, **self._signature()}, document, room)
        if 200 <= answer.status < 300 or answer.status == _UNMODIFIED:
            return answer
        told = problem(f"{method} {path.partition('?')[0]}", answer, self.token.hidden_in)
        if told.wait:
            self.gate.told_to_wait(told.wait)
        raise told

    def _signature(self) -> dict[str, str]:
        return {"Authorization": self.token.header()} if self.token else {}


def _path(parts: tuple[str, ...]) -> str:
    """Escaped, and below the API's whatever the parts are."""
    if not all(parts) or {".", ".."} & set(parts):
        raise ApiProblem(f"{'/'.join(parts)!r} is no place of GitHub's API", 404)
    return "".join(f"/{quote(part, safe='')}" for part in parts)


@cache
def _wire(api: str) -> Wire:
    """Connections are shared by all clients of an address: tokens are no part of them.

    Loaded when something is asked: it takes a third of a second, and most commands ask nothing.
    """
    try:
        from dimorder.hub.wire import Wire
    except ModuleNotFoundError as missing:
        raise EnvironmentProblem(
            f"to talk to GitHub takes {missing.name}, which is not installed", hint="pip install 'dimorder[github]'"
        ) from None
    return Wire(api)
