"""What a model that could be read has wrong with its layout."""

from __future__ import annotations

from collections.abc import Iterator

from dimorder.errors import CannotTell, WeightsDoNotFit
from dimorder.finding import Finding, Severity
from dimorder.flow import by_layer
from dimorder.flow.as_findings import DOUBT, finding, refusal
from dimorder.flow.code_inside import code_of
from dimorder.flow.opened import Opened
from dimorder.infer import settle, what_matters
from dimorder.infer.marks import BACKENDS
from dimorder.layout import Layout
from dimorder.model import Model
from dimorder.verdict import ABOUT, About, Confidence, Verdict

CODE, OLD = "layout.th", "model.keras1"
_CONFIDENCES: tuple[Confidence, ...] = ("certain", "likely", "unknown", "contradictory")
_NAMES: dict[About, str] = {
    "dim_ordering": "dim ordering",
    "kernels": "kernel convention",
    "dense_rows": "order of Dense rows",
}


def judged(opened: Opened, verdict: Verdict) -> Iterator[Finding]:
    """Findings about layout and era, the main one first."""
    model = opened.model
    yield from code_of(model.document, model.path)
    yield from _misfits(model, verdict)
    doubts = _doubts(model, verdict)
    found = () if _lies(model, verdict) else tuple(_ordered(model, verdict))
    yield from found
    yield from by_layer.mixed(model)
    yield from by_layer.padding(model, verdict)
    if doubts:
        severity = "info" if found else _weight(model, verdict, doubts)
        yield finding("DIM105", model.path, _undecided(verdict, doubts), DOUBT, severity)
    if model.kind != "weights" and model.era in ("keras0", "keras1"):
        version = model.keras_version or model.era.removeprefix("keras")
        told = f"an architecture of Keras {version}: no Keras of today opens it"
        yield finding("DIM109", model.path, told, OLD)


def _misfits(model: Model, verdict: Verdict) -> Iterator[Finding]:
    """Arrays of other sizes than the model's own architecture states."""
    if model.graph is None or model.kind != "model":
        return
    try:
        settle(model.graph, verdict, keras_version=model.keras_version)
    except WeightsDoNotFit as problem:
        yield refusal(problem, model.path)
    except CannotTell:
        return  # what is not known is told as such


def _ordered(model: Model, verdict: Verdict) -> Iterator[Finding]:
    """What stands in Theano's order, told once; the rest of it follows from that."""
    layout = verdict.layout
    if layout.dim_ordering == "th":
        what = "architecture" if model.kind == "architecture" else "weights"
        told = f"{what} in Theano's ordering ({layout}): channels first"
        told += ", kernels that Theano flips" if layout.kernels == "th" else ""
        yield finding("DIM101", model.path, told, CODE, _own(model, layout), _confidence(verdict, "dim_ordering"))
    elif layout.kernels == "th":
        told = f"kernels as Theano flips them ({layout}): loads without a word, and predicts wrongly on TensorFlow"
        yield finding("DIM102", model.path, told, CODE, None, _confidence(verdict, "kernels"))
    elif layout.dense_rows == "th":
        told = f"Dense rows behind Flatten in Theano's order ({layout}): loads without a word, and predicts wrongly"
        yield finding("DIM104", model.path, told, CODE, None, _confidence(verdict, "dense_rows"))


def _own(model: Model, layout: Layout) -> Severity:
    """Keras 2 and later compute channels first themselves, where the machine can."""
    return "error" if layout.kernels == "th" or model.era in ("keras0", "keras1") else "warning"


def _confidence(verdict: Verdict, about: About) -> Confidence:
    """That of the weaker of the facts told."""
    told: list[About] = [about]
    if about == "dim_ordering" and verdict.layout.kernels == "th":
        told.append("kernels")
    return max((verdict.confidence[one] for one in told), key=_CONFIDENCES.index)


def _doubts(model: Model, verdict: Verdict) -> list[About]:
    """Facts that a conversion would need and that nobody knows, or that the file contradicts itself about."""
    matters = set(what_matters(model, verdict))
    if model.kind == "architecture":
        matters &= {"dim_ordering"}  # it holds no kernels and no rows
    if verdict.layout.dim_ordering == "tf":
        matters.discard("dense_rows")
    doubted = {one for one in matters if verdict.confidence[one] in ("unknown", "contradictory")}
    if _lies(model, verdict):
        doubted.add("kernels")
    return [about for about in ABOUT if about in doubted]


def _lies(model: Model, verdict: Verdict) -> bool:
    """Whether a backend that no Keras 1 wrote speaks against the ordering that the file has."""
    says = BACKENDS.get(model.backend.lower())
    others = {says, verdict.layout.dim_ordering} == {"th", "tf"}
    return others and model.era in ("keras0", "keras1") and verdict.confidence["kernels"] != "certain"


def _undecided(verdict: Verdict, doubts: list[About]) -> str:
    told = [f"{_NAMES[about]}: {_reasons(verdict, about)}" for about in doubts]
    return "cannot tell the " + "; the ".join(told)


def _reasons(verdict: Verdict, about: About) -> str:
    """The two weightiest observations; one that others contradict is told with them."""
    heard = [e for e in verdict.evidence if e.about in (about, "dim_ordering") and e.strength != "unknown"]
    own = [e for e in heard if e.about == about] or [e for e in verdict.evidence if e.about == about]
    said = [*own[:2], *(e for e in heard if e.about != about and e not in own)][:2]
    return "; ".join(f"{e.because} ({e.says})" for e in said) or "nothing in the file tells it"


def _weight(model: Model, verdict: Verdict, doubts: list[About]) -> Severity:
    """Weights that TensorFlow trained are most likely as its Keras expects them; most Dense layers read no map."""
    modern = verdict.layout.kernels == "tf" and model.era in ("keras2", "keras3")
    return "info" if modern or doubts == ["dense_rows"] else "warning"
