"""How one signs in to GitHub at the door: options and variables that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from dimorder.errors import UsageError

if TYPE_CHECKING:
    from dimorder.hub.access import Access, GateOf

_API = "https://api.github.com"
DATABASE = "DIMORDER_DATABASE_URL"
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


def signed_in(options: Mapping[str, Any], gate_of: GateOf) -> Access:
    """Whoever signs in takes the secrets out of the variables, so that nothing started from here has them."""
    from dimorder.hub.access import granted, taken

    host = urlsplit(api(options)).hostname or ""
    if options["between"] < _TIGHT and (host.endswith(("github.com", ".ghe.com"))):
        raise UsageError("GitHub asks for a second between writes", hint="leave --between out")
    return granted(taken(os.environ), api(options), web=options["web"], gate_of=gate_of)


def api(options: Mapping[str, Any]) -> str:
    """Its address."""
    return str(options["api"] or os.environ.get("DIMORDER_API") or os.environ.get("GITHUB_API_URL") or _API)
