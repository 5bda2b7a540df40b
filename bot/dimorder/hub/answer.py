"""What an answer of GitHub says: its document, the next page, why not, and how long to wait."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from dimorder.hub.problem import ApiProblem

_SHORTEST_WAIT, _UNSTATED_WAIT = 1.0, 60.0
_COUNTED_IN = 1.0
"""Seconds: the moment of a reset is told in whole ones, and may lie within the one that is told."""
_LONGEST_WORD, _MOST_WORDS = 200, 5
_UNAUTHORIZED = 401
_NEXT = re.compile(r'<([^<>]*)>\s*;[^,<>]*\brel="?next"?')
_SECONDARY = re.compile(r"secondary rate|abuse detection|wait a few minutes|your request again later", re.IGNORECASE)
"""The words of github.Requester.isSecondaryRateLimitError (2.10.0), and older ones."""


@dataclass(frozen=True, slots=True)
class Room:
    """For an answer. largest: bytes of it. put: takes them piece by piece, if they are not to be kept in memory."""

    largest: int
    put: Callable[[bytes], object] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """headers: their names in small letters."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def document(self) -> Any:
        """Its JSON, None where it has no body. Raises ApiProblem for what a gateway on the way may send instead."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip()
        if self.content and kind and not kind.endswith("json"):
            raise ApiProblem(f"GitHub's answer is {kind[:60]!r} and no JSON", 0)
        try:
            return json.loads(self.content) if self.content else None
        except (ValueError, RecursionError):
            raise ApiProblem("GitHub's answer is no JSON", 0) from None

    def bytes(self) -> bytes:
        """A file's own. Raises ApiProblem for a page that a gateway sent in its place."""
        if self.headers.get("content-type", "").startswith("text/html"):
            raise ApiProblem("GitHub's answer is a page and no file", 0)
        return self.content

    def next_query(self) -> dict[str, str] | None:
        """The query of the next page, None where GitHub names none. Its host and path are not looked at."""
        found = _NEXT.search(self.headers.get("link", ""))
        return dict(parse_qsl(urlsplit(found[1]).query)) if found else None


def problem(what: str, answer: Answer, hidden: Callable[[str], str]) -> ApiProblem:
    """Why it was not done; strangers' words may be in it. what: was asked. hidden: takes the token out of a text."""
    told = hidden(_told(answer))
    said = "does not accept the token, 401" if answer.status == _UNAUTHORIZED else f"answers {answer.status}"
    sentence = f"{what}: GitHub {said}" + (f" ({told})" if told else "")
    return ApiProblem(sentence, answer.status, wait=_asked_to_wait(answer, told), told=told)


def _told(answer: Answer) -> str:
    try:
        document = json.loads(answer.content)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(document, dict):
        return ""
    errors = document.get("errors")
    words = [document.get("message"), *(_error(one) for one in (errors if isinstance(errors, list) else []))]
    said = [" ".join(word.split())[:_LONGEST_WORD] for word in words if isinstance(word, str) and word]
    return "; ".join(said[:_MOST_WORDS])


def _error(one: Any) -> str:
    """Source: https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api (validation failed)."""
    if not isinstance(one, dict):
        return one if isinstance(one, str) else ""
    told = one.get("message") or " ".join(str(one[key]) for key in ("resource", "field", "code") if one.get(key))
    return str(told)


def _asked_to_wait(answer: Answer, told: str) -> float:
    """Seconds. Source: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api."""
    if answer.status not in (403, 429, 503):
        return 0.0
    after, reset = answer.headers.get("retry-after", ""), answer.headers.get("x-ratelimit-reset", "")
    if after.isdecimal():
        return max(float(after[:9]), _SHORTEST_WAIT)
    if answer.headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
        return max(float(reset[:15]) + _COUNTED_IN - time.time(), _SHORTEST_WAIT)
    return _UNSTATED_WAIT if answer.status == 429 or _SECONDARY.search(told) else 0.0
