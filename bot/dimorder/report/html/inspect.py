"""The page of `inspect`: what a file is, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator

from dimorder.report.html.convert import BLANK, MOST_ROWS, evidence
from dimorder.report.html.element import Child, Html, element, joined
from dimorder.report.html.page import Chapter, Verdict, page
from dimorder.report.html.parts import (
    Cell,
    Mood,
    Over,
    bullets,
    command,
    facts,
    left_out,
    name,
    paragraph,
    section,
    table,
    under_verdict,
)
from dimorder.report.steps import after_inspect
from dimorder.report_data import InspectReport
from dimorder.verdict import ABOUT, About

_MEANS: dict[tuple[About, str], str] = {
    ("dim_ordering", "th"): "channels first",
    ("dim_ordering", "tf"): "channels last",
    ("kernels", "th"): "convolution, as Theano computes",
    ("kernels", "tf"): "correlation, as TensorFlow computes",
    ("dense_rows", "th"): "channel, height, width",
    ("dense_rows", "tf"): "height, width, channel",
}


def inspected(report: InspectReport) -> str:
    """The whole page."""
    said, line = after_inspect(report)
    below = [_facts(report), under_verdict("What to do next", paragraph(said), command(line))]
    return page(_verdict(report), below, _chapters(report), subject=report.file)


def _verdict(report: InspectReport) -> Verdict:
    sure = set(report.confidence.values()) <= {"certain"}
    version = f" {report.keras_version}" if report.keras_version else ""
    what = f"{report.era.replace('keras', 'Keras ')}{f' (version{version})' if version else ''} {report.kind}"
    mood: Mood = "plain" if sure else "open"
    doubt = "" if sure else " Not all of it is certain."
    return Verdict(mood, str(report.layout).upper(), f"{what}.{doubt}", name(report.file))


def _facts(report: InspectReport) -> Html:
    rows = [_fact(report, about) for about in ABOUT]
    made = table("Layout, each of its facts apart", ("fact", "layout", "how sure", "which is"), rows)
    return element("section", made, aria_label="Layout")


def _fact(report: InspectReport, about: About) -> tuple[Child, ...]:
    value = getattr(report.layout, about)
    means = _MEANS.get((about, value), "")
    return about.replace("_", BLANK), element("b", value), report.confidence[about], means


def _chapters(report: InspectReport) -> Iterator[Chapter]:
    yield Chapter("evidence", "Evidence", section("evidence", "Evidence", evidence(report.evidence)))
    refused = (joined([name(one.layer), f": {one.because}"]) for one in report.refusals[:MOST_ROWS])
    yield Chapter("refused", "Refused", section("refused", "Layers that stand in the way", bullets(refused)))
    yield Chapter("layers", "Layers", section("layers", "Layers", *_layers(report)))
    yield Chapter("file", "File", section("file", "File", _file(report)))


def _layers(report: InspectReport) -> tuple[Html, Html]:
    rows: list[tuple[Cell, ...]] = []
    for layer in report.layers[:MOST_ROWS]:
        tensors = layer.tensors[:MOST_ROWS]
        told: list[tuple[Child, ...]]
        told = [(name(one.name), "×".join(map(str, one.shape)), one.dtype) for one in tensors] or [("", "", "")]
        rows.append((Over(name(layer.name), len(told)), Over(layer.kind, len(told)), *told[0]))
        rows += [(None, None, *cells) for cells in told[1:]]
    made = table("As the file lists them", ("layer", "kind", "array", "shape", "type"), rows, wide=True)
    return made, left_out(len(report.layers), MOST_ROWS, "layers")


def _file(report: InspectReport) -> Html:
    rows: list[tuple[Child, Child]] = [("sha256", name(report.sha256))]
    told = (("Keras", report.keras_version), ("backend", report.backend), ("written by", report.written_by))
    return facts([*rows, *((term, said) for term, said in told if said)])
