"""What a file is, on the terminal."""

from __future__ import annotations

from rich.console import RenderableType

from dimorder.report import paper, steps
from dimorder.report.paper import Look
from dimorder.report_data import InspectReport, LayerLine
from dimorder.verdict import About

MOST_LAYERS = 20
_FACTS: dict[About, str] = {
    "dim_ordering": "dim ordering",
    "kernels": "kernels",
    "dense_rows": "dense rows",
}
_MEANS: dict[tuple[About, str], str] = {
    ("dim_ordering", "th"): "channels first",
    ("dim_ordering", "tf"): "channels last",
    ("kernels", "th"): "convolution, as Theano computes",
    ("kernels", "tf"): "correlation, as TensorFlow computes",
    ("dense_rows", "th"): "channel, height, width",
    ("dense_rows", "tf"): "height, width, channel",
}


def inspected(report: InspectReport, look: Look) -> list[RenderableType]:
    """All parts of the report."""
    parts = [_first(report), paper.indented(paper.sentence(_origin(report))), ""]
    parts.append(_layout(report))
    if report.evidence:
        said = [f"{_FACTS[e.about]} {e.says}: {e.because}{_weight(e.strength)}" for e in report.evidence]
        parts += [*paper.heading("Evidence"), paper.bullets(said)]
    parts += _layers(report, look)
    if report.refusals:
        said = [f"{one.layer}: {one.because}" for one in report.refusals[:MOST_LAYERS]]
        parts += [*paper.heading("Not converted", str(len(report.refusals))), paper.bullets(said)]
    step, command = steps.after_inspect(report)
    return parts + paper.next_part((step,), command)


def _first(report: InspectReport) -> RenderableType:
    return paper.verdict(str(report.layout), report.file, "")[0]


def _origin(report: InspectReport) -> str:
    era = report.era.replace("keras", "Keras ")
    version = f" (version {report.keras_version})" if report.keras_version else ""
    backend = f", saved on {report.backend}" if report.backend else ""
    by = f", written by {report.written_by}" if report.written_by else ""
    return f"{era}{version} {report.kind}{backend}{by}; sha256 {report.sha256[:16]}…"


def _layout(report: InspectReport) -> RenderableType:
    rows, styles = [], []
    for about, name in _FACTS.items():
        value = getattr(report.layout, about)
        sure = report.confidence[about]
        rows.append((name, value, "" if sure == value else sure, _MEANS.get((about, value), "")))
        styles.append(paper.STYLES.get(sure, "") if value != "n/a" else "dim")
    return paper.table(("", "", "", ""), rows, styles)


def _weight(strength: str) -> str:
    return {"certain": "", "likely": " (likely)"}.get(strength, " (weak)")


def _layers(report: InspectReport, look: Look) -> list[RenderableType]:
    bare = report.kind == "architecture"
    if bare and not report.layers:  # a keras.json
        return []
    layers = [layer for layer in report.layers if layer.tensors or look.verbose or bare]
    shown = layers if look.verbose or len(layers) <= MOST_LAYERS + 1 else layers[:MOST_LAYERS]
    total = sum(len(layer.tensors) for layer in layers)
    parts = paper.heading("Layers", str(len(layers)) if bare else f"{len(report.layers)}, with {total} arrays")
    titles = ("name", "kind") if bare else ("name", "kind", "arrays")
    parts.append(paper.table(titles, [_row(layer)[: len(titles)] for layer in shown]))
    if len(shown) < len(layers):
        left = f"and {len(layers) - len(shown)} more (--verbose shows all)"
        parts.append(paper.indented(paper.sentence(left, "dim")))
    return parts


def _row(layer: LayerLine) -> tuple[str, str, str]:
    return layer.name, layer.kind, ", ".join(f"{_short(t.name)} {_shape(t.shape)}" for t in layer.tensors)


def _short(name: str) -> str:
    """A weight's own name, without its layer's."""
    return name.rpartition("/")[2]


def _shape(shape: tuple[int, ...]) -> str:
    return "×".join(str(size) for size in shape) or "scalar"


