"""What a file is, in Markdown."""

from __future__ import annotations

from dimorder.report.escape import cell, code, prose, verbatim
from dimorder.report.markdown_convert import evidence
from dimorder.report.markdown_parts import folded, section, table
from dimorder.report.steps import after_inspect
from dimorder.report_data import InspectReport, LayerLine
from dimorder.verdict import ABOUT


def inspected(report: InspectReport, rows: int) -> list[str]:
    """Layout, what to do, evidence, layers."""
    facts = [(about.replace("_", " "), getattr(report.layout, about), report.confidence[about]) for about in ABOUT]
    said, command = after_inspect(report)
    return [
        f"## {code(report.file)}: {report.layout}",
        "",
        f"{prose(report.era)} {prose(report.kind)}, sha256 {code(report.sha256)}",
        *table(("fact", "layout", "how sure"), facts, lambda row: row, rows, "facts"),
        *section("Next", [said], rows),
        *(["", verbatim(command)] if command else []),
        *_evidence(report, rows),
        *_layers(report.layers, rows),
    ]


def _evidence(report: InspectReport, rows: int) -> list[str]:
    made = evidence(report.evidence, rows)
    return ["", "### Evidence", *made] if made else []


def _layers(layers: tuple[LayerLine, ...], rows: int) -> list[str]:

    def row(one: LayerLine) -> tuple[str, ...]:
        return cell(one.name), prose(one.kind), _arrays(one, rows)

    return folded(f"Layers: {len(layers)}", table(("layer", "kind", "arrays"), layers, row, rows, "layers"))


def _arrays(layer: LayerLine, rows: int) -> str:
    return ", ".join(f"{cell(one.name)} {list(one.shape)}" for one in layer.tensors[:rows])
