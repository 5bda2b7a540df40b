"""The pages of `prove`: two files compared, and a certificate's proof run again."""

from __future__ import annotations

from collections.abc import Iterator

from dimorder.proof import ProofVerdict
from dimorder.report import words
from dimorder.report.html.convert import assumed, evidence, layers
from dimorder.report.html.element import NOTHING, Child, Html, element, joined
from dimorder.report.html.page import Chapter, Verdict, page
from dimorder.report.html.parts import MOODS, bullets, command, facts, name, paragraph, section, under_verdict
from dimorder.report.html.proof import at_a_glance, because, proof_chapters, trust
from dimorder.report_data import CheckReport, ProveReport

_SAID: dict[ProofVerdict, str] = {
    "equivalent": "Both files predict the same.",
    "different": "The two files do not predict the same.",
    "inconclusive": "Whether both files predict the same cannot be told.",
}


def proved(report: ProveReport) -> str:
    """The whole page."""
    return page(_verdict(report), [_glance(report)], _chapters(report), subject=report.original)


def checked(report: CheckReport) -> str:
    """The whole page; what was found again stands in it."""
    same = "Hashes, verdict and figures are what the certificate says."
    said = "It does not hold: see the differences." if report.differences else same
    word = "Confirmed" if report.verdict == "confirmed" else "Not confirmed"
    again = report.again
    below = [_differences(report), _glance(again, command_too=False) if again else NOTHING, _run_again(report)]
    verdict = Verdict(MOODS[report.verdict], word, said, joined(["certificate ", name(report.certificate)]))
    return page(verdict, below, _chapters(again) if again else (), subject=report.certificate)


def _differences(report: CheckReport) -> Html:
    if not report.differences:
        return NOTHING
    return under_verdict("Differences", bullets(report.differences))


def _run_again(report: CheckReport) -> Html:
    told = paragraph("Run it again:")
    return element("div", told, command(words.command("dimorder", "prove", "--check", report.certificate)))


def _verdict(report: ProveReport) -> Verdict:
    said = _SAID[report.proof.verdict]
    layouts = f" ({report.layout.get('original', '')} → {report.layout.get('converted', '')})"
    of = joined([name(report.original), " → ", name(report.converted), layouts])
    return Verdict(MOODS[report.proof.verdict], report.proof.verdict.capitalize(), said, of)


def _glance(report: ProveReport, *, command_too: bool = True) -> Html:
    proof = report.proof
    found: list[Child] = [
        because(proof),
        assumed(report.assumptions),
        at_a_glance(proof, _moved(report) if proof.verdict == "equivalent" else ""),
        trust(proof, report.assumptions),
    ]
    if command_too:
        found += [paragraph("Run it again:"), command(words.prove_again(report))]
    return joined(found)


def _moved(report: ProveReport) -> str:
    if not report.arrays:
        return ""
    return f"{sum(bool(one.steps) for one in report.arrays)} of {len(report.arrays)}"


def _chapters(report: ProveReport) -> Iterator[Chapter]:
    yield from proof_chapters(report.proof)
    yield Chapter("layers", "Layers", section("layers", "Layers and their arrays", layers(report.arrays)))
    yield Chapter("evidence", "Evidence", section("evidence", "How the original was read", evidence(report.evidence)))
    hashes: list[tuple[Child, Child]] = [(f"sha256 of the {role}", name(d)) for role, d in report.sha256.items() if d]
    yield Chapter("files", "Files", section("files", "Files", facts(hashes)))
