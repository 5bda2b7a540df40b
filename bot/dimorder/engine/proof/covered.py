"""All negative controls, with those too faint for float32 tried again in float64."""

from __future__ import annotations

from dataclasses import dataclass

from dimorder.engine.proof.arrays import Counterpart
from dimorder.engine.proof.controls import global_controls
from dimorder.engine.proof.local import Trial, best, local_controls, trials
from dimorder.engine.proof.mistakes import NUMBERS_LEFT, STATISTIC_DOUBLED
from dimorder.engine.proof.pair import FLOAT32, FLOAT64, Pair, Step
from dimorder.engine.proof.probes import Batch
from dimorder.proof import RELATIVE_LIMIT, Control


@dataclass(frozen=True, slots=True)
class Coverage:
    """controls: as reported. uncovered: addresses of moved arrays that no control tells apart.

    in_float64: some global mistake shows in float64 only: the models must be compared there too.
    """

    controls: tuple[Control, ...]
    uncovered: tuple[str, ...]
    in_float64: bool


NOTHING = Coverage((), (), in_float64=False)
"""No control was run."""


def coverage(
    pair: Pair,
    parts: tuple[Counterpart, ...],
    batch: Batch,
    float64_limit: float,
    told_global: Step,
    told_local: Step,
) -> Coverage:
    """Run every control on these probes.

    A bias that one training step moved by 1e-4 lies below what float32 tells apart, not float64.
    """
    whole, in_float64 = _global(pair, parts, batch, float64_limit, told_global)
    alone = _local(pair, trials(pair, parts), batch, float64_limit, told_local)
    missing = {control.scope for control in alone if not control.told_apart} - _seen(alone) | _lonely(pair, parts)
    uncovered = tuple(move.address for move in pair.plan.moved() if move.address in missing)
    return Coverage((*whole, *alone), uncovered, in_float64)


def _seen(alone: tuple[Control, ...]) -> set[str]:
    """Arrays that the output shows, though what was computed of them differs by next to nothing.

    Left as it was, such an array either moves the output beyond the limit, and the comparison tells, or it does not
    matter: Keras 1.0.7's sqrt(v) + 1e-6 moves it by about 1e-6.
    """
    faint = {control.scope for control in alone if not control.told_apart and control.name == NUMBERS_LEFT}
    others = {control.scope for control in alone if not control.told_apart and control.name != NUMBERS_LEFT}
    doubled = {control.scope for control in alone if control.told_apart and control.name == STATISTIC_DOUBLED}
    return faint & doubled - others


def _global(
    pair: Pair, parts: tuple[Counterpart, ...], batch: Batch, float64_limit: float, told: Step
) -> tuple[tuple[Control, ...], bool]:
    if not any(part.steps for part in parts):
        return (), False
    first = global_controls(pair, parts, batch, FLOAT32, RELATIVE_LIMIT, told)
    faint = tuple(control.name for control in first if control.applicable and not control.told_apart)
    if not faint:
        return first, False
    again = global_controls(pair, parts, batch, FLOAT64, float64_limit, told, faint)
    table = {control.name: control for control in again}
    return tuple(table.get(control.name, control) for control in first), True


def _local(pair: Pair, tried: tuple[Trial, ...], batch: Batch, float64_limit: float, told: Step) -> tuple[Control, ...]:
    first = local_controls(pair, tried, batch, FLOAT32, RELATIVE_LIMIT, told)
    faint = {(control.scope, control.name) for control in first if not control.told_apart}
    if not faint:
        return first
    rest = tuple(one for one in tried if (one.part.original.address, one.name) in faint)
    return best((*first, *local_controls(pair, rest, batch, FLOAT64, float64_limit, told)))


def _lonely(pair: Pair, parts: tuple[Counterpart, ...]) -> set[str]:
    """Arrays of the original's layers for which the converted model has no layer of that name."""
    paired = {part.original.address for part in parts}
    owned = {tensor.address for node in pair.original.graph.nodes for tensor in node.tensors}
    return owned - paired
