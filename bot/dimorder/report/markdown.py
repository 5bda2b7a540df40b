"""The report as Markdown, for pull requests and comments: the verdict first, one command to run the proof again.

What does not fit is left out step by step: fewer rows, then all but the verdict.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dimorder.fleet import Fleet
from dimorder.report import words
from dimorder.report.escape import code, inert, prose, verbatim
from dimorder.report.markdown_check import findings
from dimorder.report.markdown_convert import converted
from dimorder.report.markdown_diagnose import diagnosed
from dimorder.report.markdown_fleet import swept
from dimorder.report.markdown_inspect import inspected
from dimorder.report.markdown_parts import hashes, section
from dimorder.report.markdown_proof import proof_lines, trusted
from dimorder.report.markdown_rules import rules
from dimorder.report_data import (
    CheckReport,
    ConvertReport,
    DiagnoseReport,
    FindingsReport,
    InspectReport,
    ProveReport,
    Report,
    RulesReport,
)


@dataclass(frozen=True, slots=True)
class Room:
    """How much may be written. most: bytes of UTF-8. rows: of every table, the first number of them that fits."""

    most: int
    rows: tuple[int, ...]


COMMENT = Room(60_000, (40, 15, 5))
"""GitHub takes 65,536 characters in a comment; some are left for what stands around the report."""
SUMMARY = Room(900 << 10, (2000, 400, 100, *COMMENT.rows))
"""GitHub takes 1 MiB in the summary of a step."""
_SHORT = "(left out, for it does not fit here: the JSON report holds everything)"


def render(report: Report, room: Room = COMMENT) -> str:
    """The document with as many rows as there is room for; the verdict alone where there is next to none."""
    for rows in room.rows:
        text = _text(_lines(report, rows))
        if len(text.encode("utf-8", "replace")) <= room.most:
            return text
    title = _lines(report, room.rows[-1])[0]
    return _text([title, "", _SHORT])


def _text(lines: list[str]) -> str:
    return inert("\n".join(lines) + "\n")


def _lines(report: Report, rows: int) -> list[str]:
    match report:
        case InspectReport():
            return inspected(report, rows)
        case ConvertReport():
            return converted(report, rows)
        case ProveReport():
            return list(_proved(report, rows))
        case CheckReport():
            return _checked(report, rows)
        case DiagnoseReport():
            return diagnosed(report, rows)
        case FindingsReport():
            return findings(report, rows)
        case RulesReport():
            return rules(report)
        case Fleet():
            return swept(report, rows)


def _proved(report: ProveReport, rows: int) -> Iterator[str]:
    proof = report.proof
    yield f"## {proof.verdict.upper()}: {code(report.original)} → {code(report.converted)}"
    yield from ("", prose(proof.because))
    yield from section("Assumed", report.assumptions, rows)
    yield from proof_lines(proof, rows)
    yield from trusted(proof, report.assumptions, rows)
    yield from ("", "Run it again:", "", verbatim(words.prove_again(report)))
    yield from hashes(report.sha256)


def _checked(report: CheckReport, rows: int) -> list[str]:
    lines = [f"## {report.verdict.upper()}: {code(report.certificate)}"]
    lines += section("Differences", report.differences, rows)
    lines += ["", "Run it again:", ""]
    lines.append(verbatim(words.command("dimorder", "prove", "--check", report.certificate)))
    return lines + (["", *_proved(report.again, rows)] if report.again else [])
