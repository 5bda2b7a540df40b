"""The report as Markdown, for pull requests and comments: the verdict first, one command to run the proof again."""

from __future__ import annotations

from collections.abc import Iterable

from dimorder.report import words
from dimorder.report.escape import cell, code, inert, prose, verbatim
from dimorder.report.markdown_check import findings
from dimorder.report.markdown_proof import proof_lines, section
from dimorder.report.markdown_rules import rules
from dimorder.report.steps import after_convert, after_diagnose, after_inspect
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
from dimorder.verdict import ABOUT

MOST_ROWS = 40
LONGEST = 60_000
"""Characters; GitHub takes 65,536 in one comment."""


def render(report: Report) -> str:
    """The whole document, cut at a line where it would be too long for a comment."""
    text = inert("\n".join(_lines(report)) + "\n")
    if len(text) <= LONGEST:
        return text
    kept = text[:LONGEST].rpartition("\n")[0]
    return f"{kept}\n\n(cut here: the JSON report holds everything)\n"


def _lines(report: Report) -> list[str]:
    match report:
        case InspectReport():
            return _inspected(report)
        case ConvertReport():
            return _converted(report)
        case ProveReport():
            return _proved(report)
        case CheckReport():
            return _checked(report)
        case DiagnoseReport():
            return _diagnosed(report)
        case FindingsReport():
            return findings(report)
        case RulesReport():
            return rules(report)


def _converted(report: ConvertReport) -> list[str]:
    layouts = f"{report.layout.get('source', '')} → {report.layout.get('target', '')}"
    lines = [
        f"## {report.verdict.upper()}: {code(report.source)} → {code(report.target)}",
        "",
        prose(words.verdict_sentence(report)),
        f"Layout {prose(layouts)}, dialect {prose(report.dialect)}.",
    ]
    if report.verdict == "unproven":
        lines.append(f"**{words.UNPROVEN}**")
    lines += section("Assumed", report.assumptions) + section("Note", report.notes)
    if report.proof:
        lines += proof_lines(report.proof, report.assumptions)
    lines += _moved(report) + _changed(report) + _hashes(report.sha256)
    lines += section("Next", after_convert(report))
    if report.certificate and report.proof:
        lines += ["", "Run the proof again:", "", verbatim(words.again(report))]
    return lines


def _diagnosed(report: DiagnoseReport) -> list[str]:
    lines = [f"## {report.verdict.upper()}: {code(report.original)} → {code(report.converted)}", ""]
    lines += [prose(words.diagnosis(report)), *section("Assumed", report.assumptions)]
    if report.mistakes:
        groups = words.mistaken_alike(report.mistakes)
        lines += ["", "### Mistakes", "", "| arrays | mistake | found |", "|---|---|---|"]
        lines += [f"| {_names(g)} | {prose(g.says)} | {prose(g.because)} |" for g in groups[:MOST_ROWS]]
        lines += _more(len(groups), "kinds of mistakes")
    lines += section("Needed besides, in the architecture", [f"{e.layer}: {e.says}" for e in report.edits])
    lines += section("Not judged", [f"{one.layer}: {one.because}" for one in report.unjudged])
    steps, command = after_diagnose(report)
    lines += section("Next", steps) + (["", verbatim(command)] if command else [])
    return lines + (["", *_converted(report.repair)] if report.repair else [])


def _moved(report: ConvertReport) -> list[str]:
    if not report.plan:
        return []
    groups = words.moved_alike(report.plan)
    lines = ["", f"### Moved: {len(report.plan)} arrays", "", "| arrays | moved | because |", "|---|---|---|"]
    lines += [f"| {_names(g)} | {prose(g.says)} | {prose(g.because)} |" for g in groups[:MOST_ROWS]]
    return [*lines, *_more(len(groups), "kinds of moves")]


def _names(group: words.Group) -> str:
    shown, left = words.enough(group.names, every=False)
    more = f" and {left} more" if left else ""
    return f"{len(group.names)} × " + ", ".join(cell(name) for name in shown) + more


def _changed(report: ConvertReport) -> list[str]:
    lines: list[str] = []
    edits = words.edited_alike(report.edits)
    if edits:
        lines += ["", "### Architecture", ""]
        lines += [f"- {prose(group.says)}: {_names(group)}" for group in edits[:MOST_ROWS]]
    if report.kept:
        lines += ["", "### Copied as they are, on the user's word, and not proven", ""]
        lines += [f"- {code(name)}" for name in report.kept[:MOST_ROWS]]
    ports = [*report.inputs, *report.outputs]
    turned = [f"- {code(p.name)}: {prose(words.turned(p))}" for p in ports if words.turned(p)]
    return lines + (["", "### Inputs and outputs", "", *turned[:MOST_ROWS]] if turned else [])


def _hashes(sha256: dict[str, str | None]) -> list[str]:
    known = [(role, digest) for role, digest in sha256.items() if digest]
    return ["", *(f"- sha256 of the {prose(role)}: {code(digest)}" for role, digest in known)]


def _proved(report: ProveReport) -> list[str]:
    proof = report.proof
    lines = [
        f"## {proof.verdict.upper()}: {code(report.original)} → {code(report.converted)}",
        "",
        prose(proof.because),
        *section("Assumed", report.assumptions),
        *proof_lines(proof, report.assumptions),
        *_hashes(report.sha256),
    ]
    command = words.command("dimorder", "prove", report.original, report.converted)
    return [*lines, "", "Run it again:", "", verbatim(command)]


def _checked(report: CheckReport) -> list[str]:
    lines = [f"## {report.verdict.upper()}: {code(report.certificate)}"]
    lines += section("Differences", report.differences)
    lines += ["", "Run it again:", ""]
    lines.append(verbatim(words.command("dimorder", "prove", "--check", report.certificate)))
    return lines + (["", *_proved(report.again)] if report.again else [])


def _inspected(report: InspectReport) -> list[str]:
    lines = [
        f"## {code(report.file)}: {report.layout}",
        "",
        f"{prose(report.era)} {prose(report.kind)}, sha256 {code(report.sha256)}",
        "",
        "| fact | layout | confidence |",
        "|---|---|---|",
    ]
    lines += [
        f"| {about.replace('_', ' ')} | {getattr(report.layout, about)} | {report.confidence[about]} |"
        for about in ABOUT
    ]
    evidence = (f"{e.about.replace('_', ' ')} {e.says}: {e.because}" for e in report.evidence)
    lines += section("Evidence", evidence)
    said, command = after_inspect(report)
    lines += section("Next", [said])
    return lines + (["", verbatim(command)] if command else []) + _layer_table(report)


def _layer_table(report: InspectReport) -> list[str]:
    lines = ["", "### Layers", "", "| layer | kind | arrays |", "|---|---|---|"]
    for layer in report.layers[:MOST_ROWS]:
        arrays = ", ".join(f"{cell(t.name)} {list(t.shape)}" for t in layer.tensors[:MOST_ROWS])
        lines.append(f"| {cell(layer.name)} | {prose(layer.kind)} | {arrays} |")
    return [*lines, *_more(len(report.layers), "layers")]


def _more(count: int, what: str) -> Iterable[str]:
    return ["", f"and {count - MOST_ROWS} more {what}"] if count > MOST_ROWS else []


