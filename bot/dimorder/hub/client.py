"""Requests to GitHub's API, each answered, given up, or known to be in doubt.

The token goes into one header and nowhere else: no URL, no log, no other host. A POST is never sent twice blindly.
"""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote, urlencode, urlsplit

from dimorder import __version__
from dimorder.errors import UsageError
from dimorder.hub.problem import ApiProblem
from dimorder.hub.token import Token

LARGEST = 32 << 20
"""Bytes of an answer."""
_PATIENCE = 20.0
_BETWEEN_WRITES = 1.0
"""Seconds: https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api."""
_LONGEST_WAIT = 60.0
_TRIES = 3
_LONGEST_WORD = 200
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_JSON, RAW = "application/vnd.github+json", "application/vnd.github.raw+json"
Method = Literal["GET", "POST", "PATCH"]
Query = Mapping[str, str] | Mapping[str, int] | Mapping[str, str | int]


class _Here(urllib.request.HTTPRedirectHandler):
    """No redirect is followed: another place would be given the token, or be written to."""

    def redirect_request(self, *ignored: Any, **ignored_too: Any) -> None:
        return None


@dataclass
class Client:
    """api: its address, such as https://api.github.com. graphql: the other one. sleep: so that tests need not wait."""

    api: str
    token: Token
    graphql: str = ""
    sleep: Callable[[float], None] = time.sleep
    written: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self.api = _safe(self.api)
        self.graphql = _safe(self.graphql or f"{self.api}/graphql")
        self._opener = urllib.request.build_opener(_Here)

    def get(self, *parts: str, query: Query | None = None) -> Any:
        """What lies there, as JSON; asked again where GitHub stumbles. parts: of the path, escaped here."""
        return _decoded(self._persistently(self._url(parts, query), _JSON))

    def raw(self, *parts: str, query: Query | None = None) -> bytes:
        """A file's own bytes."""
        return self._persistently(self._url(parts, query), RAW)

    def write(self, method: Method, *parts: str, document: Mapping[str, Any]) -> Any:
        """One try, at least a second after the last."""
        self.sleep(max(0.0, self.written + _BETWEEN_WRITES - time.monotonic()))
        try:
            return _decoded(self._once(method, self._url(parts, None), _JSON, document))
        finally:
            self.written = time.monotonic()

    def ask(self, query: str) -> Any:
        """The answer to a question in GraphQL, which changes nothing."""
        return _decoded(self._once("POST", self.graphql, _JSON, {"query": query}))

    def wait(self, problem: ApiProblem) -> bool:
        """Wait as long as GitHub asks for; whether it was worth it."""
        if problem.is_refusal or problem.wait > _LONGEST_WAIT:
            return False
        self.sleep(problem.wait or _BETWEEN_WRITES)
        return True

    def _url(self, parts: tuple[str, ...], query: Query | None) -> str:
        path = "/".join(quote(part, safe="") for part in parts)
        return f"{self.api}/{path}" + (f"?{urlencode(query)}" if query else "")

    def _persistently(self, url: str, accept: str, tries: int = _TRIES) -> bytes:
        try:
            return self._once("GET", url, accept)
        except ApiProblem as problem:
            if tries == 1 or not (problem.is_in_doubt or problem.wait) or not self.wait(problem):
                raise
        return self._persistently(url, accept, tries - 1)

    def _once(self, method: Method, url: str, accept: str, document: Mapping[str, Any] | None = None) -> bytes:
        data = None if document is None else json.dumps(document).encode()
        request = urllib.request.Request(url, data, method=method)
        request.add_header("Accept", accept)
        request.add_header("User-Agent", f"dimorder/{__version__}")
        request.add_header("X-GitHub-Api-Version", "2022-11-28")
        if data is not None:
            request.add_header("Content-Type", "application/json")
        if self.token:
            request.add_unredirected_header("Authorization", self.token.header())
        what = f"{method} {urlsplit(url).path}"
        try:
            with self._opener.open(request, timeout=_PATIENCE) as answer:
                content: bytes = answer.read(LARGEST + 1)
                is_cut = bool(answer.length)  # reading a stated number of bytes does not complain of too few
        except urllib.error.HTTPError as error:
            raise self._problem(what, error) from None
        except (OSError, http.client.HTTPException) as error:
            told = self.token.hidden_in(str(error)[:_LONGEST_WORD])
            raise ApiProblem(f"{what}: no answer ({told})", 0) from None
        if len(content) > LARGEST:
            raise ApiProblem(f"{what}: the answer is larger than {LARGEST} bytes", 413)
        if is_cut:
            raise ApiProblem(f"{what}: the answer ends in the middle", 0)
        return content

    def _problem(self, what: str, error: urllib.error.HTTPError) -> ApiProblem:
        with error:
            try:
                told = json.loads(error.read(1 << 16))["message"]
            except (ValueError, TypeError, KeyError, OSError, http.client.HTTPException, RecursionError):
                told = ""
        said = f" ({self.token.hidden_in(str(told)[:_LONGEST_WORD])})" if told else ""
        return ApiProblem(f"{what}: GitHub answers {error.code}{said}", error.code, wait=_asked_to_wait(error))


def _asked_to_wait(error: urllib.error.HTTPError) -> float:
    """Seconds. Source: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api."""
    if error.code not in (403, 429):
        return 0.0
    after, remaining = error.headers.get("Retry-After", ""), error.headers.get("X-RateLimit-Remaining", "")
    reset = error.headers.get("X-RateLimit-Reset", "")
    if after.isdecimal():
        return max(float(after[:9]), _BETWEEN_WRITES)
    if remaining == "0" and reset.isdecimal():
        return max(float(reset[:15]) - time.time(), _BETWEEN_WRITES)
    return _LONGEST_WAIT if error.code == 429 else 0.0


def _decoded(content: bytes) -> Any:
    try:
        return json.loads(content) if content else None
    except (ValueError, RecursionError):
        raise ApiProblem("GitHub's answer is no JSON", 0) from None


def _safe(url: str) -> str:
    """The address without a slash at its end; anything that would send the token in the clear is refused."""
    try:
        parts = urlsplit(url)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        safe = safe and bool(parts.hostname) and not (parts.username or parts.query or parts.fragment)
    except ValueError:
        safe = False
    if not safe:
        raise UsageError(f"{url!r} is no address of GitHub's API", hint="for example https://api.github.com")
    return url.rstrip("/")


