"""Findings as annotations of GitHub's runner: workflow commands, the one place where they are made.

Source: actions/runner ActionCommand.cs@v2.336.0 (TryParseV2); ten annotations of a kind are shown for a step.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Literal

from dimorder.errors import DimorderError
from dimorder.finding import Finding, Severity, Skipped
from dimorder.report.escape import plain
from dimorder.report.places import LONGEST_PATH, inside
from dimorder.report.words_check import by_weight, mending, told_aloud
from dimorder.report_data import FindingsReport

Level = Literal["error", "warning", "notice"]
MOST = 8
"""Annotations; one more says how many are left, and the tenth is the Action's own."""
_LONGEST = 4000
_LEVELS: dict[Severity, Level] = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: FindingsReport) -> str:
    """The worst of what was found, one command a line; nothing where nothing was."""
    found = [_finding(one) for one in by_weight(report.findings)]
    found += [_skipped(one) for one in report.skipped if told_aloud(one)]
    left = len(found) - MOST
    if left > 0:
        more = f"{left} more: the text and JSON reports tell all of them"
        found[MOST:] = [command("notice", {"title": "dimorder"}, [more])]
    return "".join(f"{line}\n" for line in found)


def refused(error: DimorderError) -> str:
    """What stands in place of a report when there is none."""
    told = [error.sentence, f"hint: {error.hint}"] if error.hint else [error.sentence]
    return command("error", {"title": "dimorder"}, told) + "\n"


def command(level: Level, properties: dict[str, str], message: Iterable[str]) -> str:
    """One line; nothing in the texts ends it, or adds a property to it. message: line by line."""
    told = ",".join(f"{key}={_property(plain(value, LONGEST_PATH))}" for key, value in properties.items() if value)
    return f"::{level} {told}::{_data(chr(10).join(plain(line, _LONGEST) for line in message))}"


def _finding(finding: Finding) -> str:
    place = {"file": _absolute(finding.path)}
    if finding.line and not finding.cell:
        place |= {"line": str(finding.line), "col": str(finding.column or 1)}
    return command(
        _LEVELS[finding.severity],
        {**place, "title": f"{finding.rule} {finding.name}"},
        _said(finding),
    )


def _said(finding: Finding) -> Iterator[str]:
    """The message in lines; line ends in foreign text are none of them."""
    doubt = " (likely)" if finding.confidence == "likely" else ""
    yield f"{inside(finding)}{finding.message}{doubt}"
    for other in finding.related:
        yield f"{other.path}{f':{other.line}' if other.line else ''}: {other.message}"
    if finding.fix:
        yield f"{mending(finding.fix)}: {finding.fix.description}"


def _skipped(skipped: Skipped) -> str:
    title = {"file": _absolute(skipped.path), "title": "dimorder: not judged"}
    return command("warning", title, [skipped.because])


def _absolute(path: str) -> str:
    """The runner makes it relative to the repository, wherever in it we run."""
    return os.path.abspath(path)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
