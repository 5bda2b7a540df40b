"""One issue per organisation that shows how its repositories stand: looked up by author and mark, kept up to date.

Several shards write it, each its own part; what the others have written stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from dimorder.errors import DimorderError
from dimorder.fleet import Fleet, Line
from dimorder.hub.access import Access
from dimorder.hub.author import Author
from dimorder.hub.client import Client
from dimorder.hub.comparing import owned
from dimorder.hub.problem import NO_REPOSITORY, ApiProblem
from dimorder.hub.proposal.home import APP
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
_ABSENT = {404: NO_REPOSITORY, 410: "issues are switched off there"}
_LONGEST, _ROWS = 60_000, (40, 15, 5, 0)


def show(access: Access, fleet: Fleet, name: str) -> tuple[str, ...]:
    """Keep the issue in the repository of this name of every owner in the fleet; what went wrong, one sentence each."""
    owners = {_owner(line).lower(): _owner(line) for line in fleet.lines if "/" in line.repository}
    return tuple(said for owner in owners.values() if (said := _shown(access, _of(fleet, owner), f"{owner}/{name}")))


def _shown(access: Access, fleet: Fleet, home: str) -> str:
    try:
        return _kept(access.writing(home, issues=True), access.author(), fleet, home)
    except ApiProblem as problem:
        because = _ABSENT.get(problem.status, problem.sentence)
        return f"the dashboard in {home} was not brought up to date ({because})"
    except DimorderError as problem:
        return f"the dashboard in {home} was not brought up to date ({problem.sentence})"


def _kept(client: Client, us: Author, fleet: Fleet, home: str) -> str:
    place = ("repos", *owned(home), "issues")
    found = _own(client, place, us)
    if not found and not _is_at_home(client, us, home):
        return f"there is no dashboard in {home}: the token may not push to it"
    if not found:
        client.write("POST", *place, document={"title": TITLE, "body": body("", fleet)})
        found = _own(client, place, us)  # another shard may have made one at the same moment
    shown = [one for one in found if one.get("state") == "open"]
    for one in shown[1:]:
        told = {"state": "closed", "body": f"It goes on in #{shown[0]['number']}."}
        client.write("PATCH", *place, str(one["number"]), document=told)
    if shown:
        _renew(client, place, shown[0], fleet)
    return f"the dashboard in {home} was closed, and stays so" if found and not shown else ""


def _renew(client: Client, place: tuple[str, ...], old: Mapping[str, Any], fleet: Fleet) -> None:
    before = str(old.get("body") or "").replace("\r\n", "\n")
    after = body(before, fleet)
    if after.rstrip() != before.rstrip():
        client.write("PATCH", *place, str(old["number"]), document={"body": after})


def _is_at_home(client: Client, us: Author, home: str) -> bool:
    """Whether it is no stranger's: whoever has a public repository's name may open issues there.

    Apps are installed by its owner, and GitHub does not tell what they may.
    """
    told = client.get("repos", *owned(home))
    permissions = told.get("permissions") if isinstance(told, dict) else None
    return us.login.endswith(APP) or bool(isinstance(permissions, dict) and permissions.get("push"))


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


def _own(client: Client, place: tuple[str, ...], us: Author) -> list[dict[str, Any]]:
    """Those that are ours, the oldest first: anybody can copy the mark, and nobody else can be us."""
    found = (one for one in client.pages(*place, query={"state": "all"}) if _is_own(one, us))
    return sorted(found, key=lambda one: int(one["number"]))


def _is_own(one: Mapping[str, Any], us: Author) -> bool:
    user = one.get("user")
    is_ours = isinstance(user, dict) and user.get("id") == us.id and "pull_request" not in one
    return is_ours and isinstance(one.get("number"), int) and str(one.get("body") or "").startswith(MARK)


def _of(fleet: Fleet, owner: str) -> Fleet:
    lines = tuple(line for line in fleet.lines if _owner(line).lower() == owner.lower())
    return replace(fleet, lines=lines)


def _owner(line: Line) -> str:
    return line.repository.partition("/")[0]
