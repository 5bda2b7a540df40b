"""Which verdicts convert: certain ones, likely ones on request, others on the user's word."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from dimorder.errors import CannotTell
from dimorder.infer.clue import ASSUMED
from dimorder.infer.judge import parts_of
from dimorder.infer.word import FROM, NAME
from dimorder.model import Model
from dimorder.verdict import ABOUT, About, Verdict

Accept = Literal["certain", "likely"]
_WORDS: dict[tuple[About, str], str] = {
    ("dim_ordering", "th"): "channels read as first (th ordering)",
    ("dim_ordering", "tf"): "channels read as last (tf ordering)",
    ("kernels", "th"): "kernels read as trained under true convolution (Theano)",
    ("kernels", "tf"): "kernels read as trained under correlation (TensorFlow)",
    ("dense_rows", "th"): "Dense rows behind a Flatten read as channel, height, width",
    ("dense_rows", "tf"): "Dense rows behind a Flatten read as height, width, channel",
    ("dense_rows", "n/a"): "no Dense row read as part of a flattened map",
}
_NAMES: dict[About, str] = {
    "dim_ordering": "dim ordering",
    "kernels": "kernel convention",
    "dense_rows": "order of Dense rows",
}  # fmt: skip


def admit(
    verdict: Verdict,
    *,
    stated: Collection[About] = (),
    accept: Accept = "certain",
    matters: Collection[About] = ABOUT,
) -> tuple[str, ...]:
    """The assumptions that every report states first; CannotTell if this must not convert.

    stated:  what `--from` says of the whole file; any statement also lets likely facts pass.
    accept:  "likely" lets likely facts pass without it.
    matters: the facts that this conversion depends on (see `what_matters`).
    """
    asked = [about for about in ABOUT if about in matters]
    for about in asked:
        _admit_one(verdict, about, bool(stated), about in stated, accept)
    single = [f"layers called {glob} read as {layout}, because --from says so" for glob, layout in verdict.overrides]
    return (*(line for about in asked for line in _assumptions(verdict, about, about in stated)), *single)


def what_matters(model: Model, verdict: Verdict) -> frozenset[About]:
    """The facts a conversion of this file depends on.

    With a graph, and for Keras 0 and 1, all that are not "n/a". Weights of Keras 2 and later store
    kernels alike in both orderings: without an architecture it matters for Dense rows and PReLU.
    """
    needed = {a for a in ABOUT if getattr(verdict.layout, a) != "n/a"}
    if model.graph is None and model.era in ("keras2", "keras3") and "dense_rows" not in needed:
        shaped = any(
            guess.kind in ("prelu", "unknown") and any(len(t.shape) >= 3 for t in layer.tensors)
            for layer, guess in parts_of(model)
        )
        needed -= set() if shaped else {"dim_ordering"}
    if verdict.confidence["dense_rows"] == "likely":
        needed |= {"dense_rows"}
    return frozenset(needed)


def _admit_one(verdict: Verdict, about: About, spoken: bool, stated: bool, accept: Accept) -> None:
    confidence = verdict.confidence[about]
    if stated or confidence == "certain":
        return
    if confidence == "likely" and (spoken or accept == "likely"):
        return
    raise CannotTell(_why_not(verdict, about), hint=_way_out(verdict, about))


def _why_not(verdict: Verdict, about: About) -> str:
    confidence, value = verdict.confidence[about], getattr(verdict.layout, about)
    heard = [e for e in verdict.evidence if e.about == about]
    strong = [e for e in heard if e.strength in ("certain", "likely")]
    reasons = "; ".join(f"{e.because} ({e.says})" for e in (strong or heard)[:2])
    if confidence == "contradictory":
        return f"the {_NAMES[about]} of this file contradicts itself: {reasons}"
    if confidence == "likely":
        return f"the {_NAMES[about]} is only likely {value}: {reasons}"
    return f"the {_NAMES[about]} is not known: {reasons or 'nothing in the file tells it'}"


def _way_out(verdict: Verdict, about: About) -> str:
    layout = verdict.layout
    known = [v if v in ("th", "tf") else "th" for v in (layout.dim_ordering, layout.kernels)]
    example = "/".join([*known, "chw"] if about == "dense_rows" else known)
    way = f"state it with --from (for example --from {example})"
    if about == "dense_rows":
        way += ", or pass the architecture with --architecture"
    return way + (", or take the risk with --accept likely" if verdict.confidence[about] == "likely" else "")


def _assumptions(verdict: Verdict, about: About, stated: bool) -> list[str]:
    value, confidence = getattr(verdict.layout, about), verdict.confidence[about]
    said = _WORDS.get((about, value), f"{_NAMES[about]}: {value}")
    heard = [e for e in verdict.evidence if e.about == about]
    lines = []
    proven = any(e.strength == "certain" and e.says == value and not e.because.startswith((FROM, NAME)) for e in heard)
    against = any(_against(e.says, value) and e.strength in ("certain", "likely") for e in heard)
    if stated and (not proven or against):
        by = next((who for who in (NAME, FROM) for e in heard if e.because.startswith(who)), FROM)
        lines.append(f"{said}, because {by} says so")
        lines += [f"{said}, though {e.because} ({e.says})" for e in heard if _against(e.says, value)
                  and e.strength in ("certain", "likely")]  # fmt: skip
    elif confidence == "likely":
        because = [e.because for e in heard if e.strength == "likely" and e.says == value]
        lines.append(f"{said}: {'; '.join(because[:2])}")
    shared = [e for e in heard if e.because.startswith(ASSUMED) and confidence == "certain"]
    return lines + [e.because.removeprefix(ASSUMED) for e in shared if not stated]


def _against(says: str, value: str) -> bool:
    return says in ("th", "tf") and says != value
