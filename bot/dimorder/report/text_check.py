"""Findings on the terminal: one line each, as compilers write them, code shown below, the sum at the end."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote

from rich.console import RenderableType
from rich.text import Text

from dimorder.finding import Finding, Severity, Skipped
from dimorder.report import paper
from dimorder.report.escape import plain
from dimorder.report.paper import Look
from dimorder.report.places import LONGEST_PATH, place
from dimorder.report.text_fix import fixed
from dimorder.report.text_source import shown
from dimorder.report.words_check import convertible, mark, mending, summary, told_aloud
from dimorder.report_data import FindingsReport

_STYLES: dict[Severity, str] = {"error": paper.BAD, "warning": paper.DOUBT, "info": paper.FINE}
_LONGEST = 2000


def found(report: FindingsReport, look: Look) -> list[RenderableType]:
    """All parts of the report."""
    last = _last(report)
    if look.quiet:
        return [last]
    parts: list[RenderableType] = [part for one in report.findings for part in _told(one, look)]
    parts += [_passed(one) for one in report.skipped if look.verbose or told_aloud(one)]
    parts += [Text(f"note: {plain(note, _LONGEST)}", "yellow", no_wrap=True) for note in report.notes]
    if report.statistics:
        parts += ["", *(_unbroken(f"{number:6}  {rule}") for rule, number in report.statistics.items())]
    parts += ["", last] if parts and parts[-1] != "" else [last]
    if report.fixes:
        return parts + fixed(report.fixes)
    first = convertible(report)
    if first:
        parts += paper.next_part(("Convert it and prove it:",), f"dimorder convert {_quoted(first.path)}")
    return parts


def _told(finding: Finding, look: Look) -> Iterator[RenderableType]:
    """A finding with what belongs to it; a blank line ends what is more than one line."""
    below = [*shown(finding, _STYLES[finding.severity], look), *_below(finding)]
    yield _line(finding)
    yield from below
    if below:
        yield ""


def _line(finding: Finding) -> Text:
    code = f" [{plain(finding.code)}]" if finding.code else ""
    doubt = f" ({finding.confidence})" if finding.confidence == "likely" else ""
    return Text.assemble(
        (place(finding), "bold"), ": ", (f"{finding.severity} {plain(finding.rule)}", _STYLES[finding.severity]),
        f" {plain(finding.name)}", (mark(finding.fix), "cyan"), ": ",
        plain(finding.message, _LONGEST), doubt, (code, "dim"), no_wrap=True,
    )  # fmt: skip


def _below(finding: Finding) -> Iterator[Text]:
    """Related places and the fix."""
    for other in finding.related:
        line = f":{other.line}" if other.line else ""
        said = f"    {plain(other.path, LONGEST_PATH)}{line}: {plain(other.message, _LONGEST)}"
        yield _unbroken(said)
    if finding.fix:
        said = f"    {mending(finding.fix)}: {plain(finding.fix.description, _LONGEST)}"
        yield Text(said, "cyan", no_wrap=True)


def _passed(skipped: Skipped) -> Text:
    line = f"{plain(skipped.path, LONGEST_PATH)}: not judged: {plain(skipped.because)} [{plain(skipped.code)}]"
    return Text(line, "yellow" if told_aloud(skipped) else "dim", no_wrap=True)


def _last(report: FindingsReport) -> Text:
    style = {"clean": paper.GOOD, "finding": paper.DOUBT}.get(report.outcome, paper.BAD)
    return Text(f"{summary(report)}.", style, no_wrap=True)


def _unbroken(line: str) -> Text:
    return Text(line, no_wrap=True)


def _quoted(path: str) -> str:
    return quote(path) if not path.startswith("-") else f"-- {quote(path)}"
