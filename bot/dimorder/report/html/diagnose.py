"""The page of `diagnose`: what an earlier conversion did wrong, and what became of the repair."""

from __future__ import annotations

from collections.abc import Iterator

from dimorder.report import words
from dimorder.report.html.convert import MOST_ROWS, assumed, conversion_chapters
from dimorder.report.html.element import Child, Html, element, joined
from dimorder.report.html.page import Chapter, Verdict, page
from dimorder.report.html.parts import (
    MOODS,
    bullets,
    command,
    facts,
    figures,
    left_out,
    name,
    names,
    section,
    table,
    under_verdict,
)
from dimorder.report.html.proof import at_a_glance
from dimorder.report.steps import after_diagnose
from dimorder.report_data import DiagnoseReport


def diagnosed(report: DiagnoseReport) -> str:
    """The whole page."""
    layouts = f" ({report.layout.get('original', '')} → {report.layout.get('target', '')})"
    of = joined([name(report.original), " → ", name(report.converted), layouts])
    verdict = Verdict(MOODS[report.verdict], report.verdict.capitalize(), words.diagnosis(report), of)
    return page(verdict, _below(report), _chapters(report), subject=report.converted)


def _below(report: DiagnoseReport) -> Iterator[Child]:
    steps, line = after_diagnose(report)
    yield assumed(report.assumptions)
    yield figures([("arrays are as they should be", joined([str(report.right), _of(report.arrays)]))])
    yield under_verdict("What to do next", bullets(steps), command(line))


def _of(number: int) -> Html:
    return element("small", f" of {number}")


def _chapters(report: DiagnoseReport) -> Iterator[Chapter]:
    groups = words.mistaken_alike(report.mistakes)
    rows = [(f"{len(g.names)} ×", g.says, names(g.names), g.because) for g in groups[:MOST_ROWS]]
    made = table("What was done instead", ("arrays", "mistake", "which", "found"), rows, wide=True)
    left = left_out(len(groups), MOST_ROWS, "kinds of mistakes")
    yield Chapter("mistakes", "Mistakes", section("mistakes", "Mistakes", made, left))
    edits = bullets(joined([name(e.layer), f": {e.says}"]) for e in report.edits[:MOST_ROWS])
    yield Chapter("edits", "Architecture", section("edits", "Needed besides, in the architecture", edits))
    unjudged = bullets(joined([name(one.layer), f": {one.because}"]) for one in report.unjudged[:MOST_ROWS])
    yield Chapter("unjudged", "Not judged", section("unjudged", "Not judged", unjudged))
    hashes: list[tuple[Child, Child]] = [(f"sha256 of the {role}", name(d)) for role, d in report.sha256.items() if d]
    yield Chapter("files", "Files", section("files", "Files", facts(hashes)))
    if report.repair:
        proof = report.repair.proof
        told = at_a_glance(proof, str(len(report.repair.plan))) if proof else Html("")
        heading = joined(["Written: ", name(report.repair.target), f", {report.repair.verdict}."])
        yield Chapter("repair", "Repair", section("repair", "The repair", element("p", heading), told))
        yield from conversion_chapters(report.repair)
