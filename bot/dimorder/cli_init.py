"""`dimorder init` at the door: files for the repository that one stands in, or a pull request for another."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

import click

from dimorder import cli_github, cli_options
from dimorder.cli_options import Command
from dimorder.report import escape

HELP = f"""
Write what makes dimorder watch over this repository: the hook for pre-commit, a workflow for pull requests, and the
configuration, which also invites the bot of `dimorder sweep`. Nothing is asked, and nothing that is there is replaced
without --force. Written are .pre-commit-config.yaml, .github/workflows/dimorder.yml and .dimorder.yml; the first two
name a release of dimorder by its owner and its commit, which are yours to fill in.

With --pr nothing is written here: a pull request to OWNER/NAME is opened that adds the configuration alone, and asks
whether the bot may come.  [bot]

\b
Examples:
  dimorder init
  dimorder init --folder ../nets --force
  dimorder init --pr owner/name
\b
{cli_github.SIGNING_IN}
\b
Exit codes: 0 done, or there was nothing to do, 1 a file was left for you to change, or the pull request was
refused, 2 usage, 4 environment.
"""


def starting(command: Command) -> Command:
    """What is written, and where."""
    return cli_options.with_options(
        command,
        click.option("--folder", metavar="PATH", default=".", help="The repository.  [default: where you stand]"),
        click.option("--force", is_flag=True, help="Replace the files that are there."),
        click.option("--pr", "repository", metavar="OWNER/NAME", default="", help="Open a pull request instead."),
        click.option("--prefix", metavar="TEXT", default="", help="With --pr: in front of its title."),
        *cli_github.ADDRESSES,
    )


def started(options: Mapping[str, Any]) -> int:
    """Write the files, or open the pull request; says what was done. Returns the exit code."""
    return _proposed(options) if options["repository"] else _written(options)


def _written(options: Mapping[str, Any]) -> int:
    from dimorder.flow.git import work_tree
    from dimorder.flow.starting import start

    tree = work_tree(options["folder"])
    top = os.path.relpath(tree.top) if tree else options["folder"]
    files = start(top, force=options["force"])
    for one in files:
        because = f": {one.because}" if one.because else f": fill in {one.fill} there" if one.fill else ""
        _say(f"{one.word:<8} {os.path.normpath(os.path.join(top, one.path))}{because}")
        if one.add:
            _say("         to have it run dimorder, add:")
            _say("\n".join(f"         {line}" for line in one.add.splitlines()))
    return 1 if any(one.word == "left" for one in files) else 0


def _proposed(options: Mapping[str, Any]) -> int:
    from dimorder.hub.extra import require

    require("dimorder init --pr")
    from dimorder.hub.gate import LocalGate, Pace
    from dimorder.hub.proposal.content import Manners
    from dimorder.hub.redaction import redacting
    from dimorder.hub.sweep.onboarding import propose

    with redacting():
        access = cli_github.signed_in(options, lambda owner: LocalGate(Pace(between=options["between"])))
        outcome = propose(access, options["repository"], Manners(prefix=options["prefix"]))
    _say(f"{outcome.word:<9} {options['repository']}: {outcome.because}{f' ({outcome.url})' if outcome.url else ''}")
    return 1 if outcome.word in ("stopped", "refused") else 0


def _say(line: str) -> None:
    sys.stdout.write(escape.lines(line) + "\n")
    sys.stdout.flush()
