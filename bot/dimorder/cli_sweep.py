"""`dimorder sweep` and `dimorder worker` at the door: their options, and what they mean as a sweep."""

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
from urllib.parse import urlsplit

import click

from dimorder import cli_options
from dimorder.cli_options import Command
from dimorder.cli_show import Progress
from dimorder.errors import UsageError
from dimorder.fleet import Fleet, Line
from dimorder.report import escape

if TYPE_CHECKING:
    from dimorder.hub.access import Access, GateOf
    from dimorder.hub.sweep.choosing import Choice
    from dimorder.hub.sweep.crew import House
    from dimorder.hub.sweep.sources import Sources
    from dimorder.hub.sweep.task import Wishes

API = "https://api.github.com"
_DATABASE = "DIMORDER_DATABASE_URL"
_TIGHT = 1.0
"""Seconds between writes that GitHub asks for."""

SIGNING_IN = """\
How to sign in: DIMORDER_TOKEN (a token), or DIMORDER_APP_ID with DIMORDER_APP_KEY or DIMORDER_APP_KEY_FILE (a GitHub
App), in the environment. DIMORDER_READ_TOKEN beside DIMORDER_TOKEN is what is read with."""
ADDRESSES: tuple[Callable[[Any], Any], ...] = (
    click.option("--api", metavar="URL", default="", help="GitHub's API, for Enterprise.  [default: github.com's]"),
    click.option("--web", metavar="URL", default="", help="Its web address.  [default: by --api]"),
    click.option("--between", type=click.FloatRange(min=0), default=_TIGHT, hidden=True),
)

HELP = f"""
Go through repositories on GitHub, find weights in Theano's layout, convert them, prove it, and open one pull request
in each. Without --apply nothing is written to GitHub: what would be proposed is written into --folder, title, text
and files.

Only repositories that ask for it (`enabled: true` under `bot` in their configuration) or that are named by
--repository are proposed to; one that says `enabled: false` never is. Repositories that have not changed since they
were judged cost two requests at most. A sweep that was cut off, by whatever, is gone on with by the next one.

{SIGNING_IN}

\b
Examples:
  dimorder sweep --repository owner/name
  dimorder sweep --organization acme --exclude 'acme/old-*' --output html=fleet.html
  dimorder sweep --organization acme --apply --shard 2/8 --database-url postgresql://host/sweeps
\b
Exit codes: 0 every repository was judged, 2 usage, 3 with --strict: one cannot be converted with proof,
4 one could not be judged (network, rights), or the environment, 70 a bug of dimorder, 130 interrupted.
"""

WORKER_HELP = """
Do the jobs of sweeps with --apply that work with the same PostgreSQL database, on this machine too. What a worker was at when it
died is gone on with by the others, a minute after its last sign of life.

\b
Examples:
  dimorder worker --database-url postgresql://host/sweeps
  dimorder worker --database-url postgresql://host/sweeps --once
\b
Exit codes: 0 nothing left to do (--once), 2 usage, 4 environment, 130 interrupted.
"""


def sweeping(command: Command) -> Command:
    """Which repositories, what is done there, and where the work is done."""
    return _found(_proposed(_done(command)))


def _found(command: Command) -> Command:
    return cli_options.with_options(
        command,
        click.option("--repository", metavar="OWNER/NAME", multiple=True, help="This one; repeatable."),
        click.option("--list", "listed", metavar="PATH", multiple=True, help="Those of a file, one a line."),
        click.option("--organization", metavar="NAME", multiple=True, help="All of an organisation."),
        click.option("--user", metavar="NAME", multiple=True, help="All that a user owns."),
        click.option("--topic", metavar="TOPIC", multiple=True, help="Those of a topic, 1,000 at most."),
        click.option("--search", metavar="QUERY", multiple=True, help="What GitHub's search finds, 1,000 at most."),
        click.option("--installed", is_flag=True, help="All where the GitHub App is installed."),
        click.option("--include", metavar="GLOB", multiple=True, help="Only these, as owner/name or name; repeatable."),
        click.option("--exclude", metavar="GLOB", multiple=True, help="Not these."),
        click.option("--forks", is_flag=True, help="Forks too."),
        click.option("--archived", is_flag=True, help="Archived ones too, for a look at them."),
        click.option("--shard", metavar="I/N", default="1/1", help="The I-th of N parts, told apart by names."),
        click.option(
            "--uninvited", is_flag=True,
            help="Also those that did not ask for it. Nobody likes such guests: for repositories of your own.",
        ),
    )  # fmt: skip


def _proposed(command: Command) -> Command:
    return cli_options.with_options(
        command,
        click.option("--apply/--dry-run", default=False, help="Open the pull requests.  [default: --dry-run]"),
        click.option(
            "--accept", type=click.Choice(["certain", "likely"]), default="certain", show_default=True,
            help="The lowest confidence in the layout of weights that is enough.",
        ),
        click.option("--unsafe-fixes", is_flag=True, help="Move the layout of code too, in the same pull request."),
        click.option("--label", metavar="NAME", multiple=True, help="Of the pull request; repeatable."),
        click.option("--reviewer", metavar="NAME", multiple=True, help="An account, or organisation/team; repeatable."),
        click.option("--assignee", metavar="NAME", multiple=True, help="An account; repeatable."),
        click.option("--prefix", metavar="TEXT", default="", help="In front of title and commit, such as 'chore: '."),
        click.option("--author", metavar="'NAME <MAIL>'", default="", help="Of the commits.  [default: who signs in]"),
        click.option("--home", metavar="URL", default="", help="Where people learn who runs this."),
        click.option("--sign-off", is_flag=True, help="A line Signed-off-by in the commit."),
        click.option("--draft", is_flag=True, help="Open drafts."),
        click.option("--no-fork", is_flag=True, help="Leave out what we may not push to, instead of forking it."),
        click.option(
            "--max-pull-requests", metavar="N", type=click.IntRange(min=0), default=20, show_default=True,
            help="Opened by this sweep.",
        ),
        click.option(
            "--max-per-hour", metavar="N", type=click.IntRange(min=0), default=20, show_default=True,
            help="Opened in an hour by all sweeps of this database.",
        ),
        click.option(
            "--dashboard", metavar="NAME", default="",
            help="With --apply: an issue that shows how all stands, in the repository of this name of every owner, "
            "such as .github.",
        ),
        click.option("--strict", is_flag=True, help="Weights that cannot be converted with proof give exit code 3."),
    )  # fmt: skip


def _done(command: Command) -> Command:
    return cli_options.with_options(
        command,
        click.option(
            "--folder", metavar="PATH", default="dimorder-sweep", show_default=True,
            help="For what a dry run proposes, and for the database unless one is named.",
        ),
        click.option(
            "--max-download", metavar="MIB", type=click.IntRange(min=1), default=4096, show_default=True,
            help="Fetched from one repository.",
        ),
        *_working("[default: sqlite, a file in --folder]"),
    )  # fmt: skip


def working(command: Command) -> Command:
    """Where a worker's jobs come from, and where they are done."""
    return cli_options.with_options(
        command,
        click.option("--once", is_flag=True, help="End when there is nothing left to do."),
        *_working(""),
    )


def _working(default: str) -> tuple[Callable[[Any], Any], ...]:
    return (
        click.option(
            "--database-url", metavar="URL", default="",
            help=f"postgresql://USER@HOST/NAME; or in {_DATABASE}, where no other user sees it.  {default}".strip(),
        ),
        click.option("--scratch", metavar="PATH", default="", help="For files on the way.  [default: below /tmp]"),
        click.option(
            "--jobs", metavar="N", type=click.IntRange(1, 64), default=4, show_default=True,
            help="Repositories at a time; one of them is proven, the others are fetched.",
        ),
        click.option("--lfs-host", metavar="HOST", multiple=True, help="A further one that LFS objects come from."),
        *ADDRESSES,
        click.option("--silent", type=click.FloatRange(min=1), default=60.0, hidden=True),
    )


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
    access, house = signed_in(options, _gates(options, url)), _house(options, url, apply=wishes.apply)
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
        lines.append(line)
        tell(line)

    start = time.monotonic()
    with redacting(), at_work(_house(options, url, apply=True), signed_in(options, _gates(options, url)), done) as crew:
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


def signed_in(options: Mapping[str, Any], gate_of: GateOf) -> Access:
    """Whoever signs in takes the secrets out of the variables, so that nothing started from here has them."""
    from dimorder.hub.access import granted, taken

    api = _api(options)
    host = urlsplit(api).hostname or ""
    if options["between"] < _TIGHT and (host.endswith(("github.com", ".ghe.com"))):
        raise UsageError("GitHub asks for a second between writes", hint="leave --between out")
    return granted(taken(os.environ), api, web=options["web"], gate_of=gate_of)


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
        url=url, api=_api(options), scratch=options["scratch"] or _scratch(), at_once=options["jobs"],
        apply=apply, silent=options["silent"], every=options["silent"] / 6,
    )  # fmt: skip


def _database(options: Mapping[str, Any]) -> str:
    """Its address, which may hold a password: it is taken out of the variables as well."""
    from dimorder.hub.sweep.store import address

    stated = os.environ.pop(_DATABASE, "")
    if options["database_url"] or stated:
        return address(options["database_url"] or stated)
    if not options["folder"]:
        return ""
    folder = os.path.abspath(options["folder"])
    os.makedirs(folder, exist_ok=True)
    return address(f"sqlite:///{os.path.join(folder, 'sweep.db')}")


def _api(options: Mapping[str, Any]) -> str:
    return str(options["api"] or os.environ.get("DIMORDER_API") or os.environ.get("GITHUB_API_URL") or API)


def _scratch() -> str:
    """A folder that the next run finds again, to remove what a killed one left."""
    return os.path.join(tempfile.gettempdir(), f"dimorder-sweep-{os.geteuid()}")
