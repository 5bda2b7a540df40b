"""The equivalence report of two files that exist already."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import BinaryIO

from dimorder.engine.proof.judge import Doubt
from dimorder.engine.proof.second import Models
from dimorder.engine.proof.summary import without_figures
from dimorder.errors import CannotTell, WeightsDoNotFit
from dimorder.flow.aligning import aligned
from dimorder.flow.answers import told_by_expectation
from dimorder.flow.array_lines import array_lines
from dimorder.flow.as_given import of_prove
from dimorder.flow.comparing import Terms, compared
from dimorder.flow.documents import keras3_document, new_document
from dimorder.flow.goal import make_plan
from dimorder.flow.knowledge import knowledge
from dimorder.flow.opened import Opened, Settled
from dimorder.flow.options import Dialect, Options
from dimorder.flow.reading import (
    as_released,
    joined,
    open_bare,
    open_model,
    require_weights,
    shards,
    told_by_expressions,
)  # fmt: skip
from dimorder.flow.second import of_found
from dimorder.flow.settling import judge, settled
from dimorder.formats import keras3
from dimorder.formats.provenance import provenance_in
from dimorder.formats.recognised import HDF5_MAGIC, ZIP_MAGIC
from dimorder.infer import settle
from dimorder.plan import Plan
from dimorder.proof import Proof
from dimorder.report_data import ProveReport
from dimorder.sandbox.outside import Outside


def prove(files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Options, outside: Outside) -> ProveReport:
    """Does the second file compute what the first one does? The first is read as --from says, the second as --to."""
    options = as_released(options, names["source"])
    opened = open_model(files, names, options)
    require_weights(opened.model)
    known = knowledge(files, names, opened.model)
    verdict = told_by_expectation(opened, judge(opened, options), known, options)
    original = settled(opened, options, verdict)
    if original.graph is None:
        raise CannotTell(
            f"{names['source']}: without an architecture nothing can be computed",
            hint="pass --architecture model.json",
        )
    plan = make_plan(original, options, _dialect(files["converted"]))
    try:
        converted = _converted(files, names, original, plan)
    except WeightsDoNotFit as problem:
        return replace(_unfit(names, original, plan, problem), given=of_prove(names, options))
    proof = _proof(original, converted, plan, Terms(known, options, outside), files.get("scratch"))
    return ProveReport(
        original=names["source"],
        converted=names["converted"],
        sha256={"original": original.model.sha256, "converted": converted.model.sha256},
        layout={"original": str(original.verdict.layout), "converted": str(converted.verdict.layout)},
        assumptions=original.assumptions,
        proof=proof,
        evidence=original.verdict.evidence,
        arrays=array_lines(original, plan, converted.graph),
        given=of_prove(names, options),
    )


def _proof(
    original: Settled, converted: Settled, plan: Plan, terms: Terms, scratch: BinaryIO | None
) -> Proof:
    assert original.graph is not None
    assert converted.graph is not None
    assert plan.graph is not None
    models = Models(original.graph, original.opened.read, aligned(converted.graph, plan.graph), plan)
    proof = compared(models, converted.opened.read, terms, original.assumptions)
    return of_found(proof, models, converted, terms, scratch)


def _dialect(converted: BinaryIO) -> Dialect:
    """What the second file is spelled in: some old layers are built from others there."""
    start = converted.read(len(ZIP_MAGIC))
    converted.seek(0)
    if start == ZIP_MAGIC or keras3.shard_names(converted, ""):
        return "keras3"
    if start and HDF5_MAGIC.startswith(start) and keras3.in_hdf5(converted):
        return "keras3"
    written = provenance_in(converted, "") if start and HDF5_MAGIC.startswith(start) else None
    return "keras2" if written and written.dialect == "keras2" else "same"


def _unfit(names: Mapping[str, str], original: Settled, plan: Plan, problem: WeightsDoNotFit) -> ProveReport:
    """Arrays that the target's layers cannot even hold are different, without any figure."""
    because = f"{names['converted']} does not fit the target layout: {problem.sentence}"
    proof = without_figures(Doubt("different", because), plan, original.assumptions)
    layouts = {"original": str(original.verdict.layout), "converted": "unknown"}
    hashes = {"original": original.model.sha256, "converted": None}
    return ProveReport(names["source"], names["converted"], hashes, layouts, original.assumptions, proof)


def _document(converted: Opened, original: Settled, plan: Plan) -> bytes:
    """The original's architecture as the plan has it, in the spelling of the second file; b"" if none is known."""
    if converted.form in ("weights.h5", "weights.json"):
        return keras3_document(original, plan, converted.model.path)
    document = new_document(original, plan)
    return b"" if document is None else json.dumps(document).encode()


def _converted(files: Mapping[str, BinaryIO], names: Mapping[str, str], original: Settled, plan: Plan) -> Settled:
    """The second file, read as the target layout says: what is asked is whether it computes right there."""
    opened = _opened(files, names, original, plan)
    verdict = replace(judge(opened, Options()), layout=plan.target)
    graph = opened.model.graph
    if graph is None:
        raise CannotTell(
            f"{names['converted']}: holds weights, and the architecture they go with is not known",
            hint="pass --converted-architecture model.json",
        )
    version = opened.model.keras_version
    if opened.model.era == original.model.era:
        version = original.keras_version or version  # Keras 1 weights do not say it
    return Settled(opened, verdict, settle(graph, verdict, keras_version=version), ())


def _opened(files: Mapping[str, BinaryIO], names: Mapping[str, str], original: Settled, plan: Plan) -> Opened:
    """The second file with the architecture given for it; weights alone are meant for the original's, converted."""
    stated = Options(stated=plan.target, expressions=original.opened.expressions)
    opened = open_bare(files["converted"], names["converted"], stated, shards(files, "converted"))
    if "converted_architecture" in files:
        given = files["converted_architecture"], names["converted_architecture"]
        opened = joined(opened, *given, stated)
    elif opened.model.kind == "weights" and (document := _document(opened, original, plan)):
        opened = joined(opened, io.BytesIO(document), "the original's architecture", stated)
    return told_by_expressions(opened, stated)
