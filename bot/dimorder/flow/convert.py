"""Convert one file and prove it: read, infer, plan, write, read back, prove."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, BinaryIO

from dimorder.engine.proof.prove import prove
from dimorder.engine.proof.second import Models
from dimorder.flow.architectures import stand_ins, write_architecture
from dimorder.flow.dialects import with_dialect
from dimorder.flow.expressions import check_expressions
from dimorder.flow.forms import form_of
from dimorder.flow.goal import make_plan, proof_limit
from dimorder.flow.knowledge import Knowledge, knowledge, told_by_expectation
from dimorder.flow.options import Options
from dimorder.flow.reading import (
    Opened,
    Settled,
    as_released,
    joined,
    judge,
    open_bare,
    published_joined,
    require_weights,
    settled,
    shards,
    told_by_expressions,
)
from dimorder.flow.second import Terms, of_written
from dimorder.flow.writing import Order, Written, check_carriers, dialect_of, loading, write
from dimorder.formats.reader import sha256
from dimorder.layout import parse_layout
from dimorder.plan import Plan
from dimorder.proof import Proof
from dimorder.report_data import ConvertReport, ConvertVerdict, MoveLine
from dimorder.sandbox.isolated import Progress
from dimorder.verdict import ABOUT, Verdict


def convert(
    files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Options, progress: Progress
) -> ConvertReport:
    """The report of a conversion whose target lies in `files["target"]`, to be published only if proven."""
    options = as_released(options, names["source"])
    opened = open_bare(files["source"], names["source"], options, shards(files, "source"))
    own = _own_output(opened, names, options)
    if own is not None:
        return own
    if "architecture" in files:
        opened = joined(opened, files["architecture"], names["architecture"], options)
    opened = published_joined(opened, options)
    check_expressions(opened.model.graph, options.expressions)
    opened = told_by_expressions(opened, options)
    if form_of(names["target"]) == "json":
        return _architecture(opened, files, names, options)
    require_weights(opened.model)
    verdict = judge(opened, options)
    known = knowledge(files, names, opened.model)
    verdict = told_by_expectation(opened, verdict, known, options)
    source = settled(opened, options, verdict)
    options = with_dialect(options, names["target"], source)
    source = _with_duty(source, names, options)
    dialect = dialect_of(options, names["target"])
    plan = make_plan(source, options, dialect)
    own_dialect = dialect == "same" or (dialect == "keras3" and source.opened.form == form_of(names["target"]))
    unchanged = own_dialect and _is_done(source, plan, names)
    if not unchanged:
        check_carriers(source, plan, names, options)
        source = _with_loading(source, plan, names)
    if options.dry_run or unchanged:
        because = f"{names['source']} already is {plan.target}" if unchanged else "dry run: nothing was written"
        return _report(names, options, source, plan, None, None, "unchanged" if unchanged else "planned", because)
    progress("writing", 0, 1)
    written = write(Order(source, plan, files, names), options)
    if source.graph is None or plan.kept:
        because = "no architecture is known" if source.graph is None else f"kept as they are: {', '.join(plan.kept)}"
        return _report(names, options, source, plan, written, None, "unproven", because, files)
    proof = _prove(source, plan, written, known, options, progress)
    if dialect == "keras3":
        assert written.settled.graph is not None
        models = Models(source.graph, source.opened.read, written.settled.graph, plan)
        terms = Terms(known, options, progress, written.architecture)
        proof = of_written(proof, models, files["target"], terms)
    return _report(names, options, source, plan, written, proof, proof.verdict, proof.because, files)


def _architecture(
    opened: Opened, files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Options
) -> ConvertReport:
    """The architecture alone, for the target layout: numbers are neither read nor written."""
    source = settled(stand_ins(opened), options)
    dialect = dialect_of(options, names["target"])
    plan = make_plan(source, options, dialect)
    own_dialect = dialect == "same" or opened.model.era == "keras3"
    if own_dialect and opened.form == "json" and plan.is_identity() and _is_done(source, plan, names):
        because = f"{names['source']} already is {plan.target}"
        return _report(names, options, source, plan, None, None, "unchanged", because)
    if options.dry_run:
        return _report(names, options, source, plan, None, None, "planned", "dry run: nothing was written")
    write_architecture(Order(source, plan, files, names), dialect)
    because = "an architecture holds no numbers that could be compared"
    return _report(names, options, source, plan, None, None, "unproven", because, files)


def _is_done(source: Settled, plan: Plan, names: Mapping[str, str]) -> bool:
    """Nothing to write: no number moves and, where an architecture is to be written, none of its layers changes."""
    if not plan.is_identity() or source.graph is None or plan.graph is None:
        return plan.is_identity()
    writes_architecture = source.model.kind == "model" or "architecture_out" in names
    before, after = ([(n.name, n.op, n.inputs) for n in graph.nodes] for graph in (source.graph, plan.graph))
    return before == after or not writes_architecture


def _with_duty(source: Settled, names: Mapping[str, str], options: Options) -> Settled:
    """Weights alone are right only in a model that has been changed along with them."""
    if source.model.kind != "weights" or source.graph is None or dialect_of(options, names["target"]) != "same":
        return source
    duty = (
        "the weights are loaded into the given architecture with only its ordering changed: input shapes, data format"
    )
    duty += ", and every axis, shared axis and Reshape that counts channels"
    if "architecture_out" in names:
        duty = f"the weights are loaded into the architecture written to {names['architecture_out']}"
    return replace(source, assumptions=(*source.assumptions, duty))


def _with_loading(source: Settled, plan: Plan, names: Mapping[str, str]) -> Settled:
    """Keras 3 tells the layers of its weights by class and count: they are right in one model only."""
    if form_of(names["target"]) != "weights.h5":
        return source
    return replace(source, assumptions=(*source.assumptions, loading(source, plan, names)))


def _own_output(opened: Opened, names: Mapping[str, str], options: Options) -> ConvertReport | None:
    """Nothing is to be done with a file that this tool wrote in the very layout and container asked for.

    It is told before an architecture is bound: the one at hand may still be the original's.
    """
    provenance = opened.model.provenance
    if provenance is None or opened.form != form_of(names["target"]):
        return None
    if options.dialect == "keras2" and provenance.dialect != "keras2":
        return None
    layout = parse_layout(provenance.layout)
    if (layout.dim_ordering, layout.kernels) != (options.target.dim_ordering, options.target.kernels):
        return None
    verdict = Verdict(layout, dict.fromkeys(ABOUT, "certain"))
    source = Settled(opened, verdict, None, ())
    plan = Plan(layout, options.target, {}, None, {})
    because = f"{names['source']} already is {options.target}: dimorder {provenance.version} wrote it"
    return _report(names, options, source, plan, None, None, "unchanged", because)


def _prove(
    source: Settled, plan: Plan, written: Written, known: Knowledge, options: Options, progress: Progress
) -> Proof:
    assert source.graph is not None
    assert written.settled.graph is not None
    return prove(
        source.graph,
        source.opened.read,
        written.settled.graph,
        written.settled.opened.read,
        plan,
        seed=options.seed,
        samples=known.samples,
        expect=known.expectation,
        float64_limit=proof_limit(plan),
        assumptions=source.assumptions,
        progress=progress,
    )


def _report(
    names: Mapping[str, str],
    options: Options,
    source: Settled,
    plan: Plan,
    written: Written | None,
    proof: Proof | None,
    verdict: ConvertVerdict,
    because: str,
    files: Mapping[str, BinaryIO] | None = None,
) -> ConvertReport:
    target = sha256(files["target"]) if files is not None else None
    return ConvertReport(
        source=names["source"],
        target=names["target"],
        sha256={"source": source.model.sha256, "target": target},
        verdict=verdict,
        because=because,
        dialect=dialect_of(options, names["target"]),
        layout={"source": str(source.verdict.layout), "target": str(plan.target)},
        assumptions=source.assumptions,
        plan=tuple(MoveLine(m.tensor, tuple(str(step) for step in m.steps), m.because) for m in plan.moved()),
        edits=plan.edits,
        refusals=plan.refusals,
        kept=plan.kept,
        inputs=plan.inputs,
        outputs=plan.outputs,
        training=written.training if written else None,
        notes=written.notes if written else (),
        proof=proof,
        options=_for_certificate(names, options),
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
