"""The report of one conversion, and what running it again needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dimorder.flow.array_lines import array_lines
from dimorder.flow.options import Options
from dimorder.flow.order import Order, Written
from dimorder.formats.reader import sha256
from dimorder.proof import Proof
from dimorder.report_data import ConvertReport, ConvertVerdict, MoveLine


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a conversion ended. written: None where no model was written; proof: None where nothing was compared."""

    verdict: ConvertVerdict
    because: str
    written: Written | None = None
    proof: Proof | None = None


def report(order: Order, outcome: Outcome) -> ConvertReport:
    """Order and outcome as the reports show them."""
    source, plan, written = order.settled, order.plan, outcome.written
    is_written = outcome.verdict not in ("unchanged", "planned")
    target = sha256(order.files["target"]) if is_written else None
    return ConvertReport(
        source=order.names["source"],
        target=order.target,
        sha256={"source": source.model.sha256, "target": target},
        verdict=outcome.verdict,
        because=outcome.because,
        dialect=order.dialect,
        layout={"source": str(source.verdict.layout), "target": str(plan.target)},
        assumptions=source.assumptions,
        plan=tuple(MoveLine(m.tensor, tuple(str(step) for step in m.steps), m.because) for m in plan.moved()),
        edits=plan.edits,
        refusals=plan.refusals,
        kept=plan.kept,
        inputs=plan.inputs,
        outputs=plan.outputs,
        training=written.training.word if written else None,
        training_because=written.training.because if written else "",
        notes=written.notes if written else (),
        proof=outcome.proof,
        options=_for_certificate(order.names, order.options),
        evidence=source.verdict.evidence,
        arrays=array_lines(source, plan, written.settled.graph if written else None),
    )


def _for_certificate(names: Mapping[str, str], options: Options) -> dict[str, Any]:
    """What running the proof again needs."""
    return {
        "from": str(options.stated) if options.stated else None,
        "from_layers": [[glob, str(layout)] for glob, layout in options.layers],
        "to": str(options.target),
        "accept": options.accept,
        "keep_inputs": list(options.keep_inputs),
        "seed": options.seed,
        "keras_version": options.keras_version,
        "app": options.app,
        "released": options.released,
        "expressions": [list(pair) for pair in options.expressions],
        "architecture": names.get("architecture"),
        "architecture_out": names.get("architecture_out"),
        "samples": names.get("samples"),
        "expect": names.get("expect"),
    }
