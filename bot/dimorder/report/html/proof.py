"""The chapters of a proof: what was compared, drift, predictions, wrong conversions, classes, kernels."""

from __future__ import annotations

from collections.abc import Iterator

from dimorder.proof import SQUASHED_LIMIT, Proof
from dimorder.report import words
from dimorder.report.html.bars import controls
from dimorder.report.html.confusion import confusions
from dimorder.report.html.drift import drift
from dimorder.report.html.element import NOTHING, Child, Html, element, joined
from dimorder.report.html.kernels import kernels
from dimorder.report.html.page import Chapter
from dimorder.report.html.parts import (
    bullets,
    figures,
    left_out,
    name,
    paragraph,
    section,
    sentence,
    table,
    under_verdict,
)
from dimorder.report.html.scatter import scatter

MOST_ROWS = 40


def at_a_glance(proof: Proof, moved: str = "") -> Html:
    """The few figures that decide."""
    found: list[tuple[str, Child]] = []
    if proof.relative_l2 is not None:
        allowed = element("small", f" of {words.limit(proof):.0e}")
        found.append(("relative L2 error, and what is allowed", joined([words.figure(proof.relative_l2), allowed])))
    if proof.top1_agreement is not None:
        found.append(("of the probes keep their best class", words.share(proof.top1_agreement)))
    tried = [one for one in words.classic(proof) if one.applicable]
    if tried:
        told = element("small", f" of {len(tried)}")
        shown = str(sum(one.told_apart for one in tried))
        found.append(("wrong conversions tried would have shown", joined([shown, told])))
    if moved:
        found.append(("arrays moved, all others copied", moved))
    return figures(found)


def because(proof: Proof) -> Html:
    """The reasons against `equivalent`, one by one; nothing where there are none."""
    if proof.verdict == "equivalent":
        return NOTHING
    return element("div", bullets(sentence(reason) for reason in proof.because.split("; ")), class_="reasons")


def trust(proof: Proof, assumptions: tuple[str, ...]) -> Html:
    """What is proven beside what is not."""
    still = words.still_open(proof, assumptions)
    sides = []
    if proof.proven:
        sides.append(under_verdict("Proven", bullets(proof.proven, "proven")))
    if still:
        sides.append(under_verdict("Not proven", bullets(still, "untold")))
    return element("section", *sides, class_="two", aria_label="What is proven and what is not") if sides else NOTHING


def proof_chapters(proof: Proof) -> Iterator[Chapter]:
    """Those that have something to show."""
    yield _chapter("proof", "Proof", _compared(proof))
    yield _chapter("controls", "Wrong on purpose", controls(proof))
    yield _chapter("predictions", "Predictions", scatter(proof))
    yield _chapter("drift", "Drift by layer", drift(proof))
    pictures = proof.pictures
    yield _chapter("classes", "Classes", confusions(pictures.confusions) if pictures else NOTHING)
    yield _chapter("kernels", "Kernels", kernels(pictures.kernels) if pictures else NOTHING)


def _chapter(key: str, title: str, body: Html) -> Chapter:
    return Chapter(key, title, section(key, _LONG.get(key, title), body))


_LONG = {
    "controls": "The same probes through conversions that are wrong on purpose",
    "predictions": "Predictions, original against converted",
    "drift": "Drift, layer by layer",
    "classes": "What labelled samples are named",
    "kernels": "Kernels of the first convolution, before and after",
}
"""Headings, where the contents say less."""


def _compared(proof: Proof) -> Html:
    if not proof.outputs and not proof.uncovered:
        return NOTHING
    limit = f"{words.limit(proof):.0e}"
    rows = [
        (name(one.name), words.figure(one.relative_l2), limit, words.figure(one.max_abs))
        for one in proof.outputs[:MOST_ROWS]
    ]
    return element(
        "div",
        table("Every output, both gates", ("output", " relative L2", " limit", " largest change"), rows),
        left_out(len(proof.outputs), MOST_ROWS, "outputs"),
        paragraph(
            "Relative L2 is taken before the last softmax, sigmoid or tanh; the largest change is that of the final "
            f"values, at most {SQUASHED_LIMIT:.0e} where they are squashed.",
            kind="soft",
        ),
        _classes(proof),
        paragraph(f"Probes: {words.probes(proof)}. Computed by {'; '.join(proof.referees)}.", kind="soft"),
        paragraph("First layer that drifts: ", name(proof.first_divergence)) if proof.first_divergence else NOTHING,
        _uncovered(proof),
    )


def _classes(proof: Proof) -> Html:
    if proof.top5_agreement is None:
        return NOTHING
    return paragraph(f"Best five classes in common: {words.share(proof.top5_agreement)}.", kind="soft")


def _uncovered(proof: Proof) -> Html:
    if not proof.uncovered:
        return NOTHING
    listed = bullets(name(one) for one in proof.uncovered[:MOST_ROWS])
    left = left_out(len(proof.uncovered), MOST_ROWS, "arrays")
    return element("div", element("h3", "No probe tells whether these are moved rightly"), listed, left)
