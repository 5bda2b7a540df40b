"""A conversion in Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from dimorder.report import words
from dimorder.report.escape import code, prose, verbatim
from dimorder.report.markdown_parts import folded, group_row, hashes, listed, names, section, table
from dimorder.report.markdown_proof import proof_lines, trusted
from dimorder.report.steps import after_convert
from dimorder.report_data import ConvertReport
from dimorder.verdict import Evidence


def converted(report: ConvertReport, rows: int) -> list[str]:
    """Verdict, assumptions, proof, what changes for the user, what to do; the rest folded away."""
    return [
        *_verdict(report),
        *section("Assumed", report.assumptions, rows),
        *(proof_lines(report.proof, rows) if report.proof else []),
        *(trusted(report.proof, report.assumptions, rows) if report.proof else []),
        *_ports(report, rows),
        *section("Note", report.notes, rows),
        *_next(report, rows),
        *_moved(report, rows),
        *_changed(report, rows),
        *folded("How the original was read", evidence(report.evidence, rows)),
        *hashes(report.sha256),
    ]


def added(report: ConvertReport, rows: int) -> list[str]:
    """The same in a pull request, whose own words say what is assumed, and what to do."""
    read = [] if report.assumptions else folded("How the original was read", evidence(report.evidence, rows))
    return [
        *_verdict(report),
        *(proof_lines(report.proof, rows) if report.proof else []),
        *(trusted(report.proof, report.assumptions, rows) if report.proof else []),
        *_ports(report, rows),
        *section("Note", report.notes, rows),
        *_again(report),
        *_moved(report, rows),
        *_changed(report, rows),
        *read,
        *hashes(report.sha256),
    ]


def _verdict(report: ConvertReport) -> Iterator[str]:
    layouts = f"{report.layout.get('source', '')} → {report.layout.get('target', '')}"
    yield f"## {report.verdict.upper()}: {code(report.source)} → {code(report.target)}"
    yield ""
    yield prose(words.verdict_sentence(report))
    yield f"Layout {prose(layouts)}, dialect {prose(report.dialect)}."
    if report.verdict == "unproven":
        yield f"**{words.UNPROVEN}**"


def _ports(report: ConvertReport, rows: int) -> list[str]:
    ports = [*report.inputs, *report.outputs]
    turned = [port for port in ports if words.turned(port)]
    return listed(
        "Inputs and outputs, from now on", turned, lambda port: f"{code(port.name)}: {prose(words.turned(port))}", rows
    )


def _next(report: ConvertReport, rows: int) -> list[str]:
    return [*section("Next", after_convert(report), rows), *_again(report)]


def _again(report: ConvertReport) -> list[str]:
    there = report.certificate and report.proof
    return ["", "Run the proof again:", "", verbatim(words.again(report))] if there else []


def _moved(report: ConvertReport, rows: int) -> list[str]:
    groups = words.moved_alike(report.plan)
    made = table(("arrays", "moved", "because"), groups, group_row, rows, "kinds of moves")
    return folded(f"Moved: {len(report.plan)} arrays", made)


def _changed(report: ConvertReport, rows: int) -> list[str]:
    edits = words.edited_alike(report.edits)
    return [
        *listed("Changes of the architecture", edits, lambda group: f"{prose(group.says)}: {names(group)}", rows),
        *listed("Copied as they are, on the user's word, and not proven", report.kept, code, rows),
    ]


def evidence(found: tuple[Evidence, ...], rows: int) -> list[str]:
    """Observations on the layout."""
    return table(("about", "says", "how sure", "because"), found, _observed, rows, "observations")


def _observed(one: Evidence) -> tuple[str, ...]:
    sure = "weak" if one.strength == "unknown" else one.strength
    return one.about.replace("_", " "), one.says, sure, prose(one.because)
