"""Convert one file and prove it: read, infer, plan, write, read back, prove."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from dimorder.engine.proof.second import Models
from dimorder.flow.answers import told_by_expectation
from dimorder.flow.architectures import stand_ins, write_architecture
from dimorder.flow.carriers import check_carriers, with_duty, with_loading
from dimorder.flow.comparing import Terms, compared
from dimorder.flow.dialects import with_dialect
from dimorder.flow.forms import dialect_in, form_of
from dimorder.flow.goal import make_plan
from dimorder.flow.knowledge import Knowledge, knowledge
from dimorder.flow.opened import Opened, Settled
from dimorder.flow.options import Options
from dimorder.flow.order import Order, Written
from dimorder.flow.reading import as_released, completed, open_bare, require_weights, shards
from dimorder.flow.report_convert import Outcome, report
from dimorder.flow.second import of_written
from dimorder.flow.settling import judge, settled
from dimorder.flow.values import without_numbers
from dimorder.flow.writing import write
from dimorder.layout import parse_layout
from dimorder.plan import Plan
from dimorder.report_data import ConvertReport
from dimorder.sandbox.outside import Outside
from dimorder.verdict import ABOUT, Verdict


def convert(
    files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Options, outside: Outside
) -> ConvertReport:
    """The report of a conversion whose target lies in `files["target"]`, to be published only if proven."""
    options = as_released(options, names["source"])
    opened = open_bare(files["source"], names["source"], options, shards(files, "source"))
    own = _own_output(opened, files, names, options)
    if own is not None:
        return own
    opened = completed(opened, files, names, options)
    if form_of(names["target"]) == "json":
        return _architecture(_order(settled(stand_ins(opened), options), files, names, options))
    order, known = ordered(opened, files, names, options)
    return _weights(with_duty(order), known, outside)


def ordered(
    opened: Opened, files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Options
) -> tuple[Order, Knowledge]:
    """What is to be done with weights or a model, and what is known of its answers."""
    require_weights(opened.model)
    verdict = judge(opened, options)
    known = knowledge(files, names, opened.model)
    source = settled(opened, options, told_by_expectation(opened, verdict, known, options))
    return _order(source, files, names, with_dialect(options, names["target"], source)), known


def _order(source: Settled, files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Options) -> Order:
    plan = make_plan(source, options, dialect_in(names["target"], options.dialect))
    return Order(source, plan, files, names, options)


def _weights(order: Order, known: Knowledge, outside: Outside) -> ConvertReport:
    """A model, or weights alone."""
    own_form = order.dialect == "keras3" and order.settled.opened.form == order.form
    if (order.dialect == "same" or own_form) and _is_done(order):
        return _unchanged(order)
    check_carriers(order)
    order = with_loading(order)
    if order.options.dry_run:
        return _planned(order)
    outside.progress("writing", 0, 1)
    return report(order, _proven(order, write(order), known, outside))


def _architecture(order: Order) -> ConvertReport:
    """The architecture alone, for the target layout: numbers are neither read nor written."""
    own_dialect = order.dialect == "same" or order.model.era == "keras3"
    as_it_is = own_dialect and order.settled.opened.form == "json" and order.plan.is_identity()
    if as_it_is and _is_done(order):
        return _unchanged(order)
    if order.options.dry_run:
        return _planned(order)
    write_architecture(order)
    return report(order, Outcome("unproven", "an architecture holds no numbers that could be compared"))


def _unchanged(order: Order) -> ConvertReport:
    return report(order, Outcome("unchanged", f"{order.names['source']} already is {order.plan.target}"))


def _planned(order: Order) -> ConvertReport:
    return report(order, Outcome("planned", "dry run: nothing was written"))


def _is_done(order: Order) -> bool:
    """Nothing to write: no number moves and, where an architecture is to be written, none of its layers changes."""
    source, plan = order.settled, order.plan
    if not plan.is_identity() or source.graph is None or plan.graph is None:
        return plan.is_identity()
    writes_architecture = source.model.kind == "model" or "architecture_out" in order.names
    before, after = ([(n.name, n.op, n.inputs) for n in graph.nodes] for graph in (source.graph, plan.graph))
    return before == after or not writes_architecture


def _own_output(
    opened: Opened, files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Options
) -> ConvertReport | None:
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
    source = Settled(opened, Verdict(layout, dict.fromkeys(ABOUT, "certain")), None, ())
    because = f"{names['source']} already is {options.target}: dimorder {provenance.version} wrote it"
    order = Order(source, Plan(layout, options.target, {}, None, {}), files, names, options)
    return report(order, Outcome("unchanged", because))


def _proven(order: Order, written: Written, known: Knowledge, outside: Outside) -> Outcome:
    """What is known of the written file: nothing where no architecture is, or layers were kept as they are."""
    source, plan = order.settled, order.plan
    if source.graph is None:
        return Outcome("unproven", "no architecture is known", written)
    if plan.kept:
        return Outcome("unproven", f"kept as they are: {', '.join(plan.kept)}", written)
    odd = without_numbers(source)
    if odd and order.options.unproven:
        return Outcome("unproven", odd, written)
    assert written.settled.graph is not None
    models = Models(source.graph, source.opened.read, written.settled.graph, plan)
    terms = Terms(known, order.options, outside, written.architecture)
    proof = compared(models, written.settled.opened.read, terms, source.assumptions)
    if order.dialect == "keras3":
        proof = of_written(proof, models, order.files["target"], terms)
    way = "; --unproven converts it bit for bit, without a proof" if odd and proof.verdict == "inconclusive" else ""
    return Outcome(proof.verdict, proof.because + way, written, proof)
