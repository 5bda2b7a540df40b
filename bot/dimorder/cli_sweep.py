"""`dimorder sweep` and `dimorder worker` at the door: their options."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from dimorder import cli_github, cli_options
from dimorder.cli_options import Command

HELP = f"""
Go through repositories on GitHub, find weights in Theano's layout, convert them, prove it, and open one pull request
in each. Without --apply nothing is written to GitHub: what would be proposed is written into --folder, title, text
and files.

Only repositories that ask for it (`enabled: true` under `bot` in their configuration) or that are named by
--repository are proposed to; one that says `enabled: false` never is. Repositories that have not changed since they
were judged cost two requests at most. A sweep that was cut off, by whatever, is gone on with by the next one.

{cli_github.SIGNING_IN}

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
Do the jobs of sweeps with --apply that work with the same PostgreSQL database, on this machine too. What a worker was
at when it died is gone on with by the others, a minute after its last sign of life.

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
            help=f"postgresql://USER@HOST/NAME; better in {cli_github.DATABASE}, which no other user sees.  {default}",
        ),
        click.option("--scratch", metavar="PATH", default="", help="For files on the way.  [default: below /tmp]"),
        click.option(
            "--jobs", metavar="N", type=click.IntRange(1, 64), default=4, show_default=True,
            help="Repositories at a time; one of them is proven, the others are fetched.",
        ),
        click.option("--lfs-host", metavar="HOST", multiple=True, help="A further one that LFS objects come from."),
        *cli_github.ADDRESSES,
        click.option("--silent", type=click.FloatRange(min=1), default=60.0, hidden=True),
    )
