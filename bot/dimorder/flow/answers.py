"""Which kernels give the known answers of the samples: the only real proof there is of how a file is to be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dimorder.engine.proof.expectation import LABELS_LIMIT, PREDICTIONS_LIMIT, Agreement
from dimorder.engine.proof.known import reproduced, reproduces
from dimorder.errors import CannotTell
from dimorder.flow.knowledge import Knowledge
from dimorder.flow.opened import Opened
from dimorder.flow.options import Options
from dimorder.infer import settle
from dimorder.layout import Ordering
from dimorder.verdict import Evidence, Verdict

_CONVENTIONS: tuple[Ordering, ...] = ("th", "tf")
_CAUSES = (
    "either the answers are not this model's, or the samples are not what it was fed (axes, scale, channel order, "
    "preprocessing), or it is read wrongly in something else than its kernels (dim ordering, Dense rows, Keras version)"
)
Told = Mapping[Ordering, Mapping[str, Agreement]]
"""By kernels: by output, how well the model read so gives the known answers."""


def told_by_expectation(opened: Opened, verdict: Verdict, known: Knowledge, options: Options) -> Verdict:
    """Kernels become certain when only one convention gives the known answers.

    Raises CannotTell where the user states the other one, or where no statement is there and neither gives them.
    """
    if known.expectation is None or known.samples is None or opened.model.graph is None:
        return verdict
    if verdict.layout.kernels == "n/a":
        return verdict
    told = {kernels: _agreements(opened, verdict, known, kernels, options) for kernels in _CONVENTIONS}
    met = [kernels for kernels in _CONVENTIONS if _gives(told[kernels]) is True]
    if len(met) == 1:
        return _certain(verdict, met[0], options)
    if not met and options.stated is None:
        _doubt(told, verdict, options)
    return verdict


def _certain(verdict: Verdict, kernels: Ordering, options: Options) -> Verdict:
    stated = options.stated
    if stated is not None and stated.kernels != kernels:
        raise CannotTell(
            f"--from says kernels {stated.kernels}, but only {kernels} kernels give the expected answers",
            hint=f"--from {stated.dim_ordering}/{kernels}",
        )
    said = Evidence("kernels", kernels, "only these reproduce the expected answers of the samples")
    return replace(
        verdict,
        layout=replace(verdict.layout, kernels=kernels),
        confidence={**verdict.confidence, "kernels": "certain"},
        evidence=(said, *verdict.evidence),
    )


def _doubt(told: Told, verdict: Verdict, options: Options) -> None:
    """Both are ruled out, whatever the file says; or too little is known, which harms only where the file is silent."""
    ruled_out = all(_gives(told[kernels]) is False for kernels in _CONVENTIONS)
    found = "; ".join(f"read as {kernels}, {_worst(told[kernels])}" for kernels in _CONVENTIONS)
    if ruled_out:
        raise CannotTell(
            f"neither th nor tf kernels reproduce the expected answers ({found}, {_needed(told)}): {_CAUSES}",
            hint="check --samples and --expect; or leave them out, and state the layout with --from",
        )
    confidence = verdict.confidence["kernels"]
    if confidence != "certain" and not (confidence == "likely" and options.accept == "likely"):
        raise CannotTell(
            f"the expected answers do not tell th from tf kernels ({found}, {_needed(told)})",
            hint="give more samples, or unrounded predictions; or state the layout with --from",
        )


def _gives(found: Mapping[str, Agreement]) -> bool | None:
    return reproduced([one.reproduced for one in found.values()])


def _worst(found: Mapping[str, Agreement]) -> str:
    """The figure of the output that is farthest from what is known of it."""
    ranks = (False, None, True)
    name = min(found, key=lambda name: (ranks.index(found[name].reproduced), -(found[name].relative_l2 or 0)))
    where = f" of output {name!r}" if len(found) > 1 else ""
    return _figure(found[name]) + where


def _figure(one: Agreement) -> str:
    if one.top1 is not None:
        return f"{one.top1:.0%} of the labels"
    if one.relative_l2 is None:
        return "another shape, or numbers that are not finite"
    return f"relative L2 {one.relative_l2:.2g}"


def _needed(told: Told) -> str:
    kinds = {one.kind for found in told.values() for one in found.values()}
    enough = {"predictions": f"up to {PREDICTIONS_LIMIT:g}", "labels": f"from {LABELS_LIMIT:.0%}"}
    return " or ".join(words for kind, words in enough.items() if kind in kinds) + " would count"


def _agreements(
    opened: Opened, verdict: Verdict, known: Knowledge, kernels: Ordering, options: Options
) -> Mapping[str, Agreement]:
    assert opened.model.graph is not None
    assert known.samples is not None
    assert known.expectation is not None
    assumed = replace(verdict, layout=replace(verdict.layout, kernels=kernels))
    version = options.keras_version or opened.model.keras_version
    graph = settle(opened.model.graph, assumed, keras_version=version)
    return reproduces(graph, opened.read, known.samples, known.expectation)
