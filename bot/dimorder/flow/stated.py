"""What configuration may say: one table of keys, from which the reader, the schema and the documents are made.

Source of the keys' spelling: the long options of `dimorder check`.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from dimorder.finding import Severity
from dimorder.flow.globs import LONGEST, MOST

FailOn = Literal["error", "warning", "info", "never"]
Sureness = Literal["certain", "likely", "unknown"]

Code = Annotated[str, Meta(min_length=1, max_length=100)]
Codes = Annotated[tuple[Code, ...], Meta(max_length=MOST)]
Pattern = Annotated[str, Meta(min_length=1, max_length=LONGEST)]
Patterns = Annotated[tuple[Pattern, ...], Meta(max_length=MOST)]
Path = Annotated[str, Meta(min_length=1, max_length=4096)]


Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_Name = Annotated[str, Meta(min_length=1, max_length=100)]
_Names = Annotated[tuple[_Name, ...], Meta(max_length=20)]


def _key(default: str, stricter: str, says: str) -> Meta:
    return Meta(description=says, extra={"default": default, "stricter": stricter})


def _wish(default: str, says: str) -> Meta:
    return _key(default, "the base's", says)


class Bot(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """What a repository wants of the bot that opens pull requests (`dimorder sweep`); None where it does not say."""

    enabled: Annotated[
        bool | None, _wish("only if named", "`true` invites the bot; `false` keeps it out, whoever runs it.")
    ] = None
    code: Annotated[
        bool | None, _wish("the operator's", "`true`: code whose layout has to move goes into the same pull request.")
    ] = None
    accept: Annotated[
        Literal["certain", "likely"] | None,
        _wish("the operator's", "The lowest confidence in the layout of weights that is enough to convert them."),
    ] = None
    schedule: Annotated[
        Annotated[tuple[Weekday, ...], Meta(max_length=7)] | None,
        _wish("any day", "Days, of UTC, on which pull requests are opened or changed."),
    ] = None
    labels: Annotated[_Names | None, _wish("the operator's", "Labels of the pull request.")] = None
    reviewers: Annotated[
        _Names | None, _wish("the operator's", "Who is asked to review: accounts, or teams as `organisation/team`.")
    ] = None
    assignees: Annotated[_Names | None, _wish("the operator's", "Accounts that it is assigned to.")] = None
    prefix: Annotated[
        Annotated[str, Meta(max_length=40)] | None,
        _wish("the operator's", "In front of its title and of the commit's message, such as `chore: `."),
    ] = None
    sign_off: Annotated[bool | None, _wish("the operator's", "A line Signed-off-by in the commit's message.")] = None
    draft: Annotated[bool | None, _wish("the operator's", "Open it as a draft.")] = None


class Stated(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """Settings as a configuration file or the command line states them; None where it does not."""

    select: Annotated[
        Codes | None, _key("all rules", "more codes", "Tell these rules alone: codes, or beginnings such as `DIM1`.")
    ] = None
    extend_select: Annotated[
        Codes | None, _key("none", "more codes", "Tell these rules too, beside what `select` says.")
    ] = None
    ignore: Annotated[Codes | None, _key("none", "fewer codes", "Do not tell these rules.")] = None
    per_file_ignores: Annotated[
        Annotated[dict[Pattern, Codes], Meta(max_length=MOST)] | None,
        _key("none", "fewer entries", "By pattern of paths, rules that are not told there."),
    ] = None
    severity: Annotated[
        Annotated[dict[Code, Severity], Meta(max_length=MOST)] | None,
        _key("the rule's own", "`error` before `warning` before `info`", "By code, how severe its findings are."),
    ] = None
    min_severity: Annotated[
        Severity | None, _key("`info`", "`info` before `warning` before `error`", "Tell nothing milder.")
    ] = None
    min_confidence: Annotated[
        Sureness | None, _key("`unknown`", "`unknown` before `likely` before `certain`", "Tell nothing less sure.")
    ] = None
    fail_on: Annotated[
        FailOn | None,
        _key("`warning`", "`info` before `warning` before `error` before `never`", "The mildest finding that fails."),
    ] = None
    strict: Annotated[
        bool | None, _key("`false`", "`true`", "Files that could not be judged fail the run with exit code 3.")
    ] = None
    exclude: Annotated[
        Patterns | None, _key("none", "fewer patterns", "Paths that are not looked at, also where they are named.")
    ] = None
    skip_foreign: Annotated[
        bool | None,
        _key("`false`", "`false`", "Pass over JSON, YAML and HDF5 without Keras also where they are named."),
    ] = None
    max_size: Annotated[
        Annotated[int, Meta(ge=1, le=1 << 40)] | None,
        _key("`2048`", "larger", "MiB; a larger file is not judged, which is an error (DIM404)."),
    ] = None
    baseline: Annotated[
        Path | None, _key("none", "none", "A file of findings that are known, below the configuration's folder.")
    ] = None
    bot: Annotated[
        Bot | None, _key("none", "the base's", "What the repository wants of the bot: see [the bot](#the-bot).")
    ] = None
