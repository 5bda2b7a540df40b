"""The page of a conversion, and what pages about two files share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from dimorder.report import words
from dimorder.report.html.element import NOTHING, Child, Html, element, joined
from dimorder.report.html.page import Chapter, Verdict, page
from dimorder.report.html.parts import (
    MOODS,
    Cell,
    Over,
    bullets,
    command,
    facts,
    left_out,
    name,
    names,
    paragraph,
    section,
    sentence,
    table,
    under_verdict,
)
from dimorder.report.html.proof import at_a_glance, because, proof_chapters, trust
from dimorder.report.steps import after_convert
from dimorder.report_data import ArrayLine, ConvertReport
from dimorder.verdict import Evidence

MOST_ROWS = 400
BLANK = "\u00a0"
"""No line is broken here."""
_SURE = {"unknown": "weak"}
"""Of single observations."""
_WORDS = {"unproven": "Not proven"}
_SAID = {
    "equivalent": "The predictions did not move.",
    "different": "The predictions moved, so nothing was written.",
    "inconclusive": "Nothing was written: the probes cannot tell whether the predictions moved.",
}
_TRAINING = {"preserved": "goes on as it would have", "dropped": "starts anew", "changed": "would not go on the same"}


def converted(report: ConvertReport) -> str:
    """The whole page."""
    return page(verdict(report), [glance(report)], conversion_chapters(report), subject=report.source)


def verdict(report: ConvertReport) -> Verdict:
    """Word and sentence."""
    said = _SAID.get(report.verdict) or sentence(report.because)
    layouts = f" ({report.layout.get('source', '')} → {report.layout.get('target', '')}, dialect {report.dialect})"
    of = joined([name(report.source), " → ", name(report.target), layouts])
    return Verdict(MOODS[report.verdict], _WORDS.get(report.verdict, report.verdict.capitalize()), said, of)


def glance(report: ConvertReport) -> Html:
    """What stands below the verdict: assumptions first."""
    proof = report.proof
    total = f" of {len(report.arrays)}" if report.arrays else ""
    moved = f"{len(report.plan)}{total}"
    loud = paragraph(words.UNPROVEN, kind="loud") if report.verdict == "unproven" else NOTHING
    return joined(
        [
            because(proof) if proof else NOTHING,
            assumed(report.assumptions),
            loud,
            at_a_glance(proof, moved) if proof else NOTHING,
            trust(proof, report.assumptions) if proof else NOTHING,
            _next(report),
        ]
    )


def conversion_chapters(report: ConvertReport) -> Iterator[Chapter]:
    """All that can be linked to."""
    if report.proof:
        yield from proof_chapters(report.proof)
    yield Chapter("layers", "Layers", section("layers", "Layers and their arrays", layers(report.arrays)))
    yield Chapter("plan", "Plan", section("plan", "Plan", *_plan(report)))
    yield Chapter("evidence", "Evidence", section("evidence", "How the original was read", evidence(report.evidence)))
    yield Chapter("certificate", "Certificate", section("certificate", "Certificate", *_certificate(report)))


def assumed(assumptions: Sequence[str]) -> Html:
    """What everything below rests on."""
    if not assumptions:
        return NOTHING
    return element("div", element("p", "Assumed"), bullets(assumptions), class_="assumed")


def layers(arrays: Sequence[ArrayLine]) -> Html:
    """Every array with its shapes, the layer named once."""
    if not arrays:
        return NOTHING
    rows: list[tuple[Cell, ...]] = []
    for layer, group in groupby(arrays[:MOST_ROWS], lambda one: one.layer):
        own = list(group)
        rows.append((Over(name(layer), len(own)), Over(own[0].kind, len(own)), name(own[0].tensor), *_shapes(own[0])))
        rows += [(None, None, name(one.tensor), *_shapes(one)) for one in own[1:]]
    heads = ("layer", "kind", "array", "shape", "becomes", "moved")
    made = table("In the order of computation", heads, rows, wide=True)
    return element("div", made, left_out(len(arrays), MOST_ROWS, "arrays"))


def _shapes(one: ArrayLine) -> tuple[str, str, str]:
    target = words.NONE if one.target_shape is None else _shape(one.target_shape)
    return _shape(one.source_shape), target, ", ".join(one.steps) or "copied"


def _shape(shape: Iterable[int]) -> str:
    return "×".join(map(str, shape)) or "single number"


def evidence(found: Sequence[Evidence]) -> Html:
    """What the layout was read from."""
    rows = [(e.about.replace("_", BLANK), e.says, _SURE.get(e.strength, e.strength), e.because) for e in found]
    heads = ("about", "says", "how sure", "because")
    return table("Observations, and what they say of the original's layout", heads, rows, wide=True)


def _next(report: ConvertReport) -> Html:
    steps = bullets(after_convert(report))
    if not (report.certificate and report.proof):
        return under_verdict("What to do next", steps)
    again = paragraph("Run the proof again:"), command(words.again(report))
    return under_verdict("What to do next", steps, *again)


def _plan(report: ConvertReport) -> list[Html]:
    groups = words.moved_alike(report.plan)
    rows = [(f"{len(g.names)} ×", g.says, names(g.names), g.because) for g in groups[:MOST_ROWS]]
    moved = table("What happens to the numbers", ("arrays", "moved", "which", "because"), rows, wide=True)
    kept = "Copied as they are, on the user's word, and not proven"
    ports = [(p, words.turned(p)) for p in (*report.inputs, *report.outputs)]
    turned = [joined([name(p.name), f": {said}"]) for p, said in ports if said]
    changed = [joined([f"{g.says}: ", names(g.names)]) for g in words.edited_alike(report.edits)[:MOST_ROWS]]
    return [
        moved,
        left_out(len(groups), MOST_ROWS, "kinds of moves"),
        titled("Changes of the architecture", bullets(changed)),
        titled(kept, bullets(name(one) for one in report.kept[:MOST_ROWS])),
        titled("Refused", bullets(joined([name(r.layer), f": {r.because}"]) for r in report.refusals[:MOST_ROWS])),
        titled("Inputs and outputs, from now on", bullets(turned)),
        titled("Training", paragraph(_training(report))),
        titled("Note", bullets(report.notes)),
    ]


def titled(title: str, body: Html) -> Html:
    """A heading with what belongs to it; nothing without that."""
    return element("div", element("h3", title), body) if body != NOTHING else NOTHING


def _training(report: ConvertReport) -> str:
    if report.training is None:
        return ""
    because = f": {report.training_because}" if report.training_because else ""
    return sentence(f"training {_TRAINING[report.training]}{because}")


def _certificate(report: ConvertReport) -> list[Html]:
    rows: list[tuple[Child, Child]] = [(f"sha256 of the {role}", name(d)) for role, d in report.sha256.items() if d]
    if report.certificate:
        rows.insert(0, ("file", name(report.certificate)))
    if report.proof:
        rows.append(("computed by", "; ".join(report.proof.referees)))
        rows.append(("seed of the probes", str(report.proof.probes.get("seed", words.NONE))))
    again = words.again(report) if report.proof else ""
    told = paragraph("It holds hashes, plan, assumptions and every figure. Whoever has both files can run it again:")
    return [facts(rows), *([told, command(again)] if again else [])]

