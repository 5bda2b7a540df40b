"""The page of `check`: findings by file, with the line that each is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dimorder.finding import LONGEST_SOURCE, Finding
from dimorder.report.html.element import NOTHING, Child, Html, element, joined
from dimorder.report.html.page import Chapter, Verdict, page
from dimorder.report.html.parts import (
    MOODS,
    bullets,
    command,
    figures,
    folded,
    left_out,
    name,
    paragraph,
    section,
    table,
    under_verdict,
)
from dimorder.report.steps import after_check
from dimorder.report.words_check import by_weight, mark, mending, summary, told_aloud
from dimorder.report_data import FindingsReport, FixReport, Outcome

MOST_FINDINGS, MOST_ROWS = 500, 200
_WORDS: dict[Outcome, str] = {
    "clean": "Clean", "finding": "Findings", "refused": "Could not judge all", "usage": "Wrong call",
    "environment": "Stopped by the machine", "bug": "A bug of dimorder",
}  # fmt: skip
_WORD = re.compile(r"\w+(\.\w+)*|.", re.DOTALL)


def found(report: FindingsReport) -> str:
    """The whole page."""
    verdict = Verdict(MOODS[report.outcome], _WORDS[report.outcome], f"{summary(report)}.")
    return page(verdict, [_counts(report), _notes(report), _next(report)], _chapters(report), subject="check")


def _counts(report: FindingsReport) -> Html:
    told = [(kind, sum(one.severity == kind for one in report.findings)) for kind in ("error", "warning", "info")]
    rows: list[tuple[str, Child]] = [(_plural(kind, number), str(number)) for kind, number in told]
    rows += [("files checked", str(report.checked))]
    rows += [("suppressed", str(report.suppressed))] if report.suppressed else []
    return figures(rows)


def _plural(kind: str, number: int) -> str:
    return kind if number == 1 or kind == "info" else f"{kind}s"


def _next(report: FindingsReport) -> Html:
    steps = [joined([paragraph(said), command(line)]) for said, line in after_check(report)]
    return under_verdict("What to do next", *steps) if steps else NOTHING


def _notes(report: FindingsReport) -> Html:
    if not report.notes:
        return NOTHING
    return under_verdict("Note", bullets(report.notes[:MOST_ROWS]), left_out(len(report.notes), MOST_ROWS, "notes"))


def _chapters(report: FindingsReport) -> Iterator[Chapter]:
    shown = by_weight(report.findings)[:MOST_FINDINGS]
    files = [_file(path, ones) for path, ones in _by_file(shown)]
    left = left_out(len(report.findings), MOST_FINDINGS, "findings")
    yield Chapter("findings", "Findings", section("findings", "Findings, file by file", *files, left))
    passed = [(name(one.path), one.because) for one in report.skipped if told_aloud(one)]
    made = table("Paths that were not judged", ("path", "why"), passed[:MOST_ROWS])
    more = left_out(len(passed), MOST_ROWS, "paths")
    yield Chapter("skipped", "Not judged", section("skipped", "Not judged", made, more))
    if report.fixes:
        yield Chapter("fixes", "Fixes", section("fixes", _mended(report.fixes), *_fixes(report.fixes)))
    if report.statistics:
        rows = [(rule, str(number)) for rule, number in report.statistics.items()]
        counted = table("Findings by rule", ("rule", " findings"), rows)
        yield Chapter("statistics", "Statistics", section("statistics", "Statistics", counted))


def _by_file(findings: Iterable[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    """Files with the worst findings first; in each by line."""
    files: dict[str, list[Finding]] = {}
    for one in by_weight(findings):
        files.setdefault(one.path, []).append(one)
    for path, ones in files.items():
        yield path, sorted(ones, key=lambda one: (one.cell or 0, one.line or 0, one.column or 0))


def _file(path: str, findings: list[Finding]) -> Html:
    return element("article", element("h3", name(path)), *map(_finding, findings), class_="file")


def _finding(one: Finding) -> Html:
    badge = element("span", one.severity, class_=f"badge {one.severity}")
    title = joined([badge, element("b", f"{one.rule} {one.name}"), f"{mark(one.fix)} "])
    doubt = " (likely)" if one.confidence == "likely" else ""
    return element(
        "div",
        element("p", title, element("span", _where(one), class_="where")),
        element("p", f"{one.message}{doubt}"),
        _source(one),
        _related(one),
        paragraph(f"{mending(one.fix)}: {one.fix.description}", kind="soft") if one.fix else NOTHING,
        class_="finding",
    )


def _where(one: Finding) -> str:
    places = (("cell", one.cell), ("line", one.line), ("column", one.column if one.line else None))
    return ", ".join(f"{what} {number}" for what, number in places if number)


def _source(one: Finding) -> Html:
    """The line without its indentation, the place meant in it marked."""
    if not one.source.strip() or not one.line:
        return NOTHING
    whole = one.source[:LONGEST_SOURCE].rstrip()
    line = whole.lstrip()
    start = (one.column or 0) - 1 - (len(whole) - len(line))
    meant = _WORD.match(line, start) if 0 <= start < len(line) else None
    shown = [line[:start], element("mark", meant[0]), line[meant.end() :]] if meant else [line]
    return element("pre", element("span", f"{one.line} │ ", class_="at"), *shown, class_="source", tabindex=0)


def _related(one: Finding) -> Html:
    return bullets(
        joined([name(f"{other.path}{f':{other.line}' if other.line else ''}"), f": {other.message}"])
        for other in one.related
    )


def _mended(report: FixReport) -> str:
    return "Fixed" if report.written else "What fixes would do"


def _fixes(report: FixReport) -> Iterator[Html]:
    for one in report.fixed[:MOST_ROWS]:
        yield element("p", name(one.path), f": {'; '.join(one.edits)}")
        yield folded("The difference", _diff(one.diff)) if one.diff else NOTHING
    yield left_out(len(report.fixed), MOST_ROWS, "files")
    refused = [(name(one.path), one.what, one.because) for one in report.refused[:MOST_ROWS]]
    yield table("Not fixed", ("path", "what", "why not"), refused, wide=True)
    yield paragraph(report.recovered)


def _diff(diff: str) -> Html:
    kinds = {"+": "ins", "-": "del"}
    lines = [element(kinds.get(line[:1], "span"), line) for line in diff.split("\n")[:MOST_ROWS]]
    return element("pre", *(joined([line, Html("<br>")]) for line in lines), class_="source diff", tabindex=0)
