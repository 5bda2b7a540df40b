"""Findings on the terminal: one line each, as compilers write them, the sum at the end."""

from __future__ import annotations

from rich.console import RenderableType
from rich.text import Text

from dimorder.finding import Finding, Severity, Skipped
from dimorder.report import paper
from dimorder.report.escape import plain
from dimorder.report.paper import Look
from dimorder.report.words_check import convertible, summary, told_aloud
from dimorder.report_data import FindingsReport

_STYLES: dict[Severity, str] = {"error": paper.BAD, "warning": paper.DOUBT, "info": paper.FINE}


def found(report: FindingsReport, look: Look) -> list[RenderableType]:
    """All parts of the report."""
    last = _last(report)
    if look.quiet:
        return [last]
    parts: list[RenderableType] = [_line(one) for one in report.findings]
    parts += [_passed(one) for one in report.skipped if look.verbose or told_aloud(one)]
    if report.statistics:
        parts += ["", *(_unbroken(f"{number:6}  {rule}") for rule, number in report.statistics.items())]
    parts += ["", last] if parts else [last]
    first = convertible(report)
    if first:
        parts += paper.next_part(("Convert it and prove it:",), f"dimorder convert {_quoted(first.path)}")
    return parts


def _line(finding: Finding) -> Text:
    where = plain(finding.path, paper.LONGEST)
    where += f":cell {finding.cell}" if finding.cell else ""
    where += f":{finding.line}:{finding.column or 1}" if finding.line else ""
    code = f" [{plain(finding.code)}]" if finding.code else ""
    doubt = f" ({finding.confidence})" if finding.confidence == "likely" else ""
    return Text.assemble(
        (where, "bold"), ": ", (finding.rule, _STYLES[finding.severity]), f" {finding.severity}: ",
        plain(finding.message), doubt, (code, "dim"), no_wrap=True,
    )  # fmt: skip


def _passed(skipped: Skipped) -> Text:
    line = f"{plain(skipped.path, paper.LONGEST)}: not judged: {plain(skipped.because)} [{plain(skipped.code)}]"
    return Text(line, "yellow" if told_aloud(skipped) else "dim", no_wrap=True)


def _last(report: FindingsReport) -> Text:
    style = {"clean": paper.GOOD, "finding": paper.DOUBT}.get(report.outcome, paper.BAD)
    return Text(f"{summary(report)}.", style, no_wrap=True)


def _unbroken(line: str) -> Text:
    return Text(line, no_wrap=True)


def _quoted(path: str) -> str:
    from shlex import quote

    return quote(path) if not path.startswith("-") else f"-- {quote(path)}"
