"""Requests by PyGithub's Requester, whose answers are read here.

PyGithub 2.10 (github/Requester.py) takes answers of any size, and as text only; it follows a 301 with the token, a POST
too; it asks again without end what is answered 202. None of it can be turned off. So it makes the requests (address,
version, agent, JSON), and what it takes for one of its connections sends them, reads the answers, and shows it none.
"""

from __future__ import annotations

from collections.abc import ItemsView, Mapping
from typing import Any, cast
from urllib.parse import urlsplit

from github.Consts import DEFAULT_PER_PAGE
from github.Requester import HTTPSRequestsConnectionClass, Requester

from dimorder import __version__
from dimorder.hub.answer import Answer, Room
from dimorder.hub.transport import PATIENCE, Question, answered, session

_VERSION = "2022-11-28"
"""https://docs.github.com/en/rest/about-the-rest-api/api-versions."""


class Wire:
    """The way to one API."""

    def __init__(self, api: str) -> None:
        parts = urlsplit(api)
        self._host = f"{parts.scheme}://{parts.netloc}"
        self._session = session(api)
        self._requester = Requester(
            auth=None, base_url=api, timeout=int(PATIENCE), user_agent=f"dimorder/{__version__}",
            per_page=DEFAULT_PER_PAGE, verify=True, retry=0, pool_size=None,
            seconds_between_requests=0, seconds_between_writes=0, api_version=_VERSION,
        )  # fmt: skip

    def exchange(self, method: str, path: str, headers: Mapping[str, str], document: Any, room: Room) -> Answer:
        """One request, one answer of any status.

        path: below the API's, escaped. headers: the token's among them. document: sent as JSON, None for no body.
        Raises ApiProblem where no whole answer comes.
        """
        once = _Exchange(self, headers, room)
        connection = cast(HTTPSRequestsConnectionClass, once)
        self._requester.requestJson(method, path, None, None, document, connection)
        return once.answer

    def send(self, method: str, path: str, headers: Mapping[str, str], body: str | None, room: Room) -> Answer:
        """What PyGithub made, sent. path: from the host's root."""
        return answered(self._session, Question(method, self._host + path, headers, body, room))


class _Exchange:
    """What PyGithub takes for its connection. The token is added here: PyGithub has none that it could log."""

    status = 200

    def __init__(self, wire: Wire, headers: Mapping[str, str], room: Room) -> None:
        self._wire, self._headers, self._room = wire, headers, room
        self.answer = Answer(0, {}, b"")

    def request(self, verb: str, url: str, body: str | None, headers: dict[str, str], stream: bool) -> None:
        self.answer = self._wire.send(verb, url, {**headers, **self._headers}, body, self._room)

    def getresponse(self) -> _Exchange:
        return self

    def getheaders(self) -> ItemsView[str, str]:
        return {}.items()

    def read(self) -> str:
        return ""
