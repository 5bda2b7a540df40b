"""What the options of `dimorder sweep` and `dimorder worker` mean: the sweep that is carried out."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dimorder import cli_github
from dimorder.cli_show import Progress
from dimorder.errors import UsageError
from dimorder.fleet import Fleet, Line
from dimorder.report import escape

if TYPE_CHECKING:
    from dimorder.hub.access import GateOf
    from dimorder.hub.sweep.choosing import Choice
    from dimorder.hub.sweep.crew import House
    from dimorder.hub.sweep.sources import Sources
    from dimorder.hub.sweep.task import Wishes


def swept(options: Mapping[str, Any], progress: Progress) -> Fleet:
    """The sweep that these options ask for."""
    from dimorder.hub.extra import require

    require("dimorder sweep")
    progress("starting", 0, 1)
    from dimorder.hub.redaction import redacting
    from dimorder.hub.sweep.crew import at_work
    from dimorder.hub.sweep.dashboard import show
    from dimorder.hub.sweep.run import Sweep

    wishes, sources, choice, url = _wishes(options), _sources(options), _choice(options), _database(options)
    access, house = cli_github.signed_in(options, _gates(options, url)), _house(options, url, apply=wishes.apply)
    with redacting(), at_work(house, access) as crew:
        fleet = Sweep(access, crew, wishes, progress, _telling(options)).through(sources, choice)
        said = show(access, fleet, options["dashboard"]) if options["dashboard"] and wishes.apply else ()
    lines = tuple(replace(line, proposal=_as_named(line.proposal, options)) for line in fleet.lines)
    return replace(fleet, lines=lines, strict=options["strict"], notes=(*fleet.notes, *said))


def _as_named(path: str, options: Mapping[str, Any]) -> str:
    """A path below the folder, as the user would type it."""
    way = os.path.relpath(path, os.path.abspath(options["folder"])) if path else ""
    return os.path.join(options["folder"], way) if way else ""


def worked(options: Mapping[str, Any], progress: Progress) -> Fleet:
    """Jobs of others, until there are no more of them."""
    from dimorder.hub.extra import require

    require("dimorder worker")
    from dimorder.hub.redaction import redacting
    from dimorder.hub.sweep.crew import at_work
    from dimorder.hub.sweep.run import notes
    from dimorder.hub.sweep.worker import work

    url = _database({"folder": "", **options})
    if not url.startswith("postgresql:"):
        raise UsageError("workers share a PostgreSQL database", hint="--database-url postgresql://USER@HOST/NAME")
    lines, tell = list[Line](), _telling(options)

    def done(line: Line) -> None:
        if options["once"]:  # else there is no end at which they would be told
            lines.append(line)
        tell(line)

    start = time.monotonic()
    access, house = cli_github.signed_in(options, _gates(options, url)), _house(options, url, apply=True)
    with redacting(), at_work(house, access, done) as crew:
        work(crew, progress, once=options["once"])
    return Fleet(tuple(lines), applied=True, seconds=time.monotonic() - start, notes=notes(crew.resumed))


def _telling(options: Mapping[str, Any]) -> Callable[[Line], None]:
    """A line for each repository as soon as it is known, for those who want to watch."""
    if not options["verbose"]:
        return lambda line: None
    from dimorder.report.text_fleet import row

    def tell(line: Line) -> None:
        sys.stderr.write(escape.lines(f"{row(line)}\n"))
        sys.stderr.flush()

    return tell


def _wishes(options: Mapping[str, Any]) -> Wishes:
    from dimorder.hub.sweep.task import Wishes

    return Wishes(
        apply=options["apply"],
        uninvited=options["uninvited"],
        accept=options["accept"],
        code=options["unsafe_fixes"],
        out=os.path.abspath(os.path.join(options["folder"], "proposals")),
        largest=options["max_download"],
        per_run=options["max_pull_requests"],
        per_hour=options["max_per_hour"],
        labels=options["label"],
        reviewers=options["reviewer"],
        assignees=options["assignee"],
        prefix=options["prefix"],
        sign_off=options["sign_off"],
        draft=options["draft"],
        fork=not options["no_fork"],
        hosts=options["lfs_host"],
        home=options["home"],
        author=_author(options["author"]),
    )


def _author(text: str) -> tuple[str, str] | None:
    match = re.fullmatch(r"([^<>\n]+?) <([^<>\s]+@[^<>\s]+)>", text)
    if text and not match:
        raise UsageError(f"--author {text[:100]!r} is no name with an address", hint="such as 'Ann <ann@example.org>'")
    return (match[1], match[2]) if match else None


def _sources(options: Mapping[str, Any]) -> Sources:
    from dimorder.hub.sweep.sources import Sources, named, names

    found = Sources(
        repositories=named(options["repository"]),
        listed=tuple(name for path in options["listed"] for name in names(_text(path), path)),
        organizations=options["organization"],
        users=options["user"],
        topics=options["topic"],
        searches=options["search"],
        installed=options["installed"],
    )
    if not found:
        raise UsageError("nothing says which repositories", hint="for example --repository owner/name")
    return found


def _text(path: str) -> str:
    from dimorder.sandbox.files import explaining

    if path == "-":
        return sys.stdin.read()
    with explaining(f"cannot read {path!r}"):
        return Path(path).read_text(encoding="utf-8", errors="replace")


def _choice(options: Mapping[str, Any]) -> Choice:
    from dimorder.hub.sweep.choosing import Choice, shard

    part = shard(options["shard"])
    return Choice(options["include"], options["exclude"], options["forks"], options["archived"], part)


def _gates(options: Mapping[str, Any], url: str) -> GateOf:
    """One gate for all that writes with this database."""
    from dimorder.hub.gate import Gate, Pace
    from dimorder.hub.shared_gate import SharedGate

    pace = Pace(between=options["between"])

    def gate(owner: str) -> Gate:
        return SharedGate(url, owner, pace)

    return gate


def _house(options: Mapping[str, Any], url: str, *, apply: bool) -> House:
    from dimorder.hub.sweep.crew import House

    return House(
        url=url, api=cli_github.api(options), scratch=options["scratch"] or _scratch(), at_once=options["jobs"],
        apply=apply, silent=options["silent"], every=options["silent"] / 6,
    )  # fmt: skip


def _database(options: Mapping[str, Any]) -> str:
    """Its address, which may hold a password: it is taken out of the variables as well."""
    from dimorder.hub.sweep.store import address

    stated = os.environ.pop(cli_github.DATABASE, "")
    if options["database_url"] or stated:
        return address(options["database_url"] or stated)
    if not options["folder"]:
        return ""
    from dimorder.sandbox.files import explaining

    folder = os.path.abspath(options["folder"])
    with explaining(f"cannot make {options['folder']!r}"):
        os.makedirs(folder, exist_ok=True)
    return address(f"sqlite:///{os.path.join(folder, 'sweep.db')}")


def _scratch() -> str:
    """A folder that the next run finds again, to remove what a killed one left."""
    return os.path.join(tempfile.gettempdir(), f"dimorder-sweep-{os.geteuid()}")
