"""One issue per organisation that shows how its repositories stand: looked up by author and mark, kept up to date.

Several shards write it, each its own part; what the others have written stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from dimorder.errors import DimorderError
from dimorder.fleet import Fleet
from dimorder.hub.access import Access
from dimorder.hub.author import Author
from dimorder.hub.client import Client
from dimorder.hub.comparing import owned
from dimorder.report import words_fleet
from dimorder.report.escape import prose
from dimorder.report.markdown_fleet import repositories

MARK = "<!-- dimorder: the fleet -->"
TITLE = "dimorder: how the repositories stand"
_HEAD = (
    "Which repositories here hold Keras weights in Theano's layout, and what `dimorder sweep` did about them. "
    "This issue is kept up to date by a program; close it, and it is left alone."
)
_PART = "<!-- dimorder: part {} -->"
_PARTS = re.compile(r"(?m)^<!-- dimorder: part (\d+/\d+) -->\n")
_LONGEST, _ROWS = 60_000, (40, 15, 5, 0)


def show(access: Access, fleet: Fleet, name: str) -> tuple[str, ...]:
    """Keep the issue in the repository of this name of every owner in the fleet; what went wrong, one sentence each."""
    owners = dict.fromkeys(line.repository.partition("/")[0] for line in fleet.lines if "/" in line.repository)
    return tuple(said for owner in owners if (said := _shown(access, _of(fleet, owner), f"{owner}/{name}")))


def _shown(access: Access, fleet: Fleet, home: str) -> str:
    try:
        return _kept(access.writing(home, issues=True), access.author(), fleet, home)
    except DimorderError as problem:
        return f"the dashboard in {home} was not brought up to date ({problem.sentence})"


def _kept(client: Client, us: Author, fleet: Fleet, home: str) -> str:
    place = ("repos", *owned(home), "issues")
    old = _own(client, place, us)
    if old is None:
        client.write("POST", *place, document={"title": TITLE, "body": body("", fleet)})
        return ""
    if old.get("state") != "open":
        return f"the dashboard in {home} was closed, and stays so"
    before = str(old.get("body") or "").replace("\r\n", "\n")
    after = body(before, fleet)
    if after.rstrip() != before.rstrip():
        client.write("PATCH", *place, str(int(old["number"])), document={"body": after})
    return ""


def body(before: str, fleet: Fleet) -> str:
    """The issue's text, in which one part is new. before: as it stands there, "" for none."""
    own = fleet.shard or "1/1"
    of = own.partition("/")[2]
    text, parts = "", {key: text for key, text in _parts(before) if key.partition("/")[2] == of}
    for rows in _ROWS:
        parts[own] = "\n".join([f"{prose(words_fleet.summary(fleet))}.", *repositories(fleet, rows)]).strip()
        told = "\n\n".join(f"{_PART.format(key)}\n{parts[key]}" for key in sorted(parts, key=_place))
        text = f"{MARK}\n{_HEAD}\n\n{told}\n"
        if len(text) <= _LONGEST:
            break
    return text[:_LONGEST]


def _place(key: str) -> int:
    return int(key.partition("/")[0])


def _parts(text: str) -> Iterator[tuple[str, str]]:
    pieces = _PARTS.split(text)
    for key, part in zip(pieces[1::2], pieces[2::2], strict=True):
        yield key, part.strip()


def _own(client: Client, place: tuple[str, ...], us: Author) -> dict[str, Any] | None:
    """The newest that is ours: anybody can copy the mark, and nobody else can be us."""
    for one in client.pages(*place, query={"state": "all", "sort": "created", "direction": "desc"}):
        user = one.get("user")
        is_ours = isinstance(user, dict) and user.get("id") == us.id and "pull_request" not in one
        if is_ours and isinstance(one.get("number"), int) and str(one.get("body") or "").startswith(MARK):
            return one
    return None


def _of(fleet: Fleet, owner: str) -> Fleet:
    lines = tuple(line for line in fleet.lines if line.repository.partition("/")[0] == owner)
    return replace(fleet, lines=lines)
