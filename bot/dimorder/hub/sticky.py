"""One comment on a pull request that is kept up to date: looked up by its author and a marker, edited in place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from dimorder.hub.author import of_token
from dimorder.hub.client import Client
from dimorder.hub.comparing import owned
from dimorder.hub.problem import ApiProblem

MARKER = "<!-- dimorder: the report on this pull request -->"
LONGEST = 65_000
"""Characters; GitHub takes 65,536."""
_ACTIONS_BOT = 41898282
"""Who writes with the token of a job: https://api.github.com/users/github-actions[bot]."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of it, and where it stands."""

    word: Literal["created", "updated", "unchanged"]
    url: str


def put(client: Client, repository: str, number: int, text: str) -> Written:
    """See that the pull request has our comment, with this text. Raises ApiProblem where that cannot be.

    Whether a POST without an answer was carried out is looked up before another is sent.
    """
    body = f"{MARKER}\n{text}"[:LONGEST].rstrip()
    owner, name = owned(repository)
    place = ("repos", owner, name, "issues")
    author = _own_number(client)
    for last in (False, True):
        found = _own(client, (*place, str(number), "comments"), author)
        try:
            if found is None:
                made = client.write("POST", *place, str(number), "comments", document={"body": body})
                return Written("created", _url(made))
            if str(found.get("body")).replace("\r\n", "\n").rstrip() == body:
                return Written("unchanged", _url(found))
            made = client.write("PATCH", *place, "comments", str(int(found["id"])), document={"body": body})
            return Written("updated", _url(made))
        except ApiProblem as problem:
            if last or not (problem.is_in_doubt or problem.wait) or not client.wait(problem):
                raise
    raise AssertionError("the second round either returns or raises")


def _own_number(client: Client) -> int:
    """The account that the token writes as."""
    try:
        return of_token(client).id
    except ApiProblem:
        return _ACTIONS_BOT


def _own(client: Client, place: tuple[str, ...], author: int) -> dict[str, Any] | None:
    """The first comment that is ours: anybody can copy the marker, and nobody else can be us."""
    for one in client.pages(*place):
        user = one.get("user")
        is_ours = isinstance(user, dict) and user.get("id") == author
        if is_ours and isinstance(one.get("id"), int) and str(one.get("body") or "").startswith(MARKER):
            return one
    return None


def _url(comment: Any) -> str:
    url = comment.get("html_url") if isinstance(comment, dict) else ""
    return url if isinstance(url, str) else ""
