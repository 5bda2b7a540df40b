"""From measured errors to findings: what makes two models different, what leaves it open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from dimorder.engine.proof.compare import Tally
from dimorder.engine.proof.measure import Measured
from dimorder.engine.proof.pair import Pair
from dimorder.graph import Graph
from dimorder.proof import DOUBT, RELATIVE_LIMIT, SQUASHED_LIMIT, Control, ProofVerdict
from dimorder.semantics import Opaque

Precision = Literal["float32", "float64"]


ROUNDED = 1e-6
"""Of an output's own size: what rounding some arrays anew can do to it."""
NEARLY_CONSTANT = "varies too little over the probes to tell a mistake from the rounding of numbers computed anew"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason against `equivalent`, and the verdict that it leads to."""

    verdict: Literal["different", "inconclusive"]
    because: str


def verdict_of(doubts: tuple[Doubt, ...]) -> tuple[ProofVerdict, str]:
    """The hardest verdict, and its reasons in one text."""
    for verdict in ("different", "inconclusive"):
        reasons = [doubt.because for doubt in doubts if doubt.verdict == verdict]
        if reasons:
            return verdict, "; ".join(reasons)
    return "equivalent", "every output lies within the limits"


def is_doubtful(measured: Measured) -> bool:
    """Above what float32 can show. NaN and other shapes stay what they are in float64."""
    before, final = measured.before.values(), measured.final.values()
    if not all(tally.comparable for tally in (*before, *final)):
        return False
    return any(tally.relative_l2 is None or tally.relative_l2 > DOUBT for tally in before) or any(
        measured.final[name].max_abs > SQUASHED_LIMIT for name in measured.squashed
    )


def limit_of(precision: Precision, float64_limit: float) -> float:
    """The limit on the centred relative L2 at this precision."""
    return float64_limit if precision == "float64" else RELATIVE_LIMIT


def doubts_of_outputs(pair: Pair, measured: Measured, limit: float) -> tuple[Doubt, ...]:
    """Both gates on every output."""
    found: list[Doubt] = []
    computed = not pair.plan.is_lossless()
    for name, other in pair.outputs():
        kind = pair.squashed(name, other)
        before = measured.before[name]
        if computed and before.exceeds(limit) and before.uncentred <= ROUNDED:
            found.append(Doubt("inconclusive", f"output '{name}' {NEARLY_CONSTANT}"))
            continue
        found += _first_gate(name, before, limit, f" before {kind}" if kind else "")
        if kind and measured.final[name].comparable and measured.before[name].comparable:
            found += _second_gate(name, measured.final[name], kind)
        elif kind:
            found += _uncomparable(name, measured.final[name])
    return tuple(dict.fromkeys(found))


def _first_gate(name: str, tally: Tally, limit: float, where: str) -> list[Doubt]:
    if not tally.comparable:
        return _uncomparable(name, tally)
    relative = tally.relative_l2
    if tally.exceeds(limit):
        size = f"relative L2 {relative:.2g}" if relative is not None else f"max abs {tally.max_abs:.2g}"
        return [Doubt("different", f"output '{name}'{where} moved: {size}, limit {limit:.0e}")]
    if relative is None:
        return [Doubt("inconclusive", f"output '{name}'{where} is the same for every probe")]
    return []


def _second_gate(name: str, tally: Tally, kind: str) -> list[Doubt]:
    if tally.max_abs <= SQUASHED_LIMIT:
        return []
    sizes = f"max abs {tally.max_abs:.2g}, limit {SQUASHED_LIMIT:.0e}"
    return [Doubt("different", f"output '{name}' moved after {kind}: {sizes}")]


def _uncomparable(name: str, tally: Tally) -> list[Doubt]:
    if not tally.original_finite:
        because = f"the original itself yields NaN or infinite numbers for output '{name}'"
        return [Doubt("inconclusive", because)]
    if not tally.same_shape:
        return [Doubt("different", f"output '{name}' has another shape")]
    if not tally.converted_finite:
        return [Doubt("different", f"the converted model yields NaN or infinite numbers for '{name}'")]
    return []


def doubts_of_controls(controls: tuple[Control, ...], uncovered: tuple[str, ...]) -> tuple[Doubt, ...]:
    """Mistakes that the probes would not have shown."""
    blind = [c.name for c in controls if c.scope == "global" and c.applicable and not c.told_apart]
    found = []
    if blind:
        found.append(Doubt("inconclusive", f"the probes do not tell these mistakes: {', '.join(blind)}"))
    if uncovered:
        arrays = _some(uncovered)
        found.append(Doubt("inconclusive", f"no probe tells whether these are moved rightly: {arrays}"))
    return tuple(found)


def doubts_of_arrays(miswritten: tuple[str, ...]) -> tuple[Doubt, ...]:
    """Arrays in the file that are not what the plan makes of the original's."""
    if not miswritten:
        return ()
    return (Doubt("different", f"not what the plan makes of the original: {_some(miswritten)}"),)


def doubts_of_numbers(nonfinite: tuple[str, ...]) -> tuple[Doubt, ...]:
    """Weights that are no numbers: a prediction that hides them, behind a maximum for one, shows nothing."""
    if not nonfinite:
        return ()
    return (Doubt("inconclusive", f"not comparable, for these hold NaN or infinite numbers: {_some(nonfinite)}"),)


def doubts_of_expectation(known: dict[str, Any] | None) -> tuple[Doubt, ...]:
    """Known answers that are not given: then the original is probably read wrongly."""
    if known is None or known["reproduced"] is not False:
        return ()
    return (Doubt("inconclusive", "the known answers for the samples are not reproduced"),)


def obstacle(original: Graph, converted: Graph) -> Doubt | None:
    """Why two graphs cannot be fed the same probes at all."""
    for graph in (original, converted):
        for node in graph.nodes:
            if isinstance(node.op, Opaque):
                because = f"what layer '{node.layer}' ({node.op.class_name}) computes is not known here"
                return Doubt("inconclusive", because)
    if len(original.inputs) != len(converted.inputs):
        return Doubt("different", "the models have different numbers of inputs")
    if len(original.outputs) != len(converted.outputs):
        return Doubt("different", "the models have different numbers of outputs")
    return None


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
