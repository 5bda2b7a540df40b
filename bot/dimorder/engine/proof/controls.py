"""Global negative controls: the same probes through each classic mistake, made everywhere."""

from __future__ import annotations

from collections.abc import Mapping

from dimorder.engine.proof.arrays import Counterpart, Steps, moved_array, same_bits
from dimorder.engine.proof.measure import outputs_apart
from dimorder.engine.proof.mistakes import MISTAKES
from dimorder.engine.proof.pair import (
    DType,
    Pair,
    Step,
    run_converted,
    run_original,
    wanted,
)
from dimorder.engine.proof.probes import Batch
from dimorder.engine.run import Reader
from dimorder.graph import Tensor
from dimorder.proof import TOLD_APART, Control
from dimorder.steps import Array

Wrong = Mapping[str, tuple[Counterpart, Steps]]
"""By address in the converted file: arrays that the mistake alters, and its steps."""


def global_controls(
    pair: Pair,
    parts: tuple[Counterpart, ...],
    batch: Batch,
    dtype: DType,
    limit: float,
    told: Step,
    names: tuple[str, ...] = tuple(MISTAKES),
) -> tuple[Control, ...]:
    """One Control for each mistake; those that cannot happen here say why."""
    ours = run_original(pair, batch, wanted(pair, 0), dtype)
    seen: dict[str, Wrong] = {}
    controls = []
    for done, name in enumerate(names, 1):
        wrong = _wrong(parts, name)
        because = _inapplicable(pair, wrong, seen)
        seen[name] = wrong
        controls.append(
            Control(name, "global", None, None, told_apart=False, applicable=False, because=because)
            if because
            else _tried(pair, name, wrong, ours, batch, dtype, limit)
        )
        told(done, len(names))
    return tuple(controls)


def _wrong(parts: tuple[Counterpart, ...], name: str) -> Wrong:
    """Arrays whose steps the mistake changes."""
    altered = {part.converted.address: (part, MISTAKES[name](part.steps)) for part in parts}
    return {address: (part, steps) for address, (part, steps) in altered.items() if steps != part.steps}


def _inapplicable(pair: Pair, wrong: Wrong, seen: Mapping[str, Wrong]) -> str:
    """Why this mistake cannot be told from no mistake, or cannot happen; "" if it can happen."""
    if not wrong:
        return "no array here is moved in this way"
    twin = next((name for name, other in seen.items() if _alike(other, wrong)), None)
    if twin:
        return f"the same here as '{twin}'"
    changes = False
    for part, steps in wrong.values():
        array, right = moved_array(pair, part, steps), pair.read_converted(part.converted)
        if array.shape != right.shape:
            shapes = f"{part.original.name} has shape {array.shape}, not {right.shape}"
            return f"would raise on loading: {shapes}"
        changes = changes or not same_bits(array, right)
    return "" if changes else "changes nothing: every array stays the same bit for bit"


def _alike(first: Wrong, second: Wrong) -> bool:
    return {key: steps for key, (_, steps) in first.items()} == {key: steps for key, (_, steps) in second.items()}


def _tried(
    pair: Pair,
    name: str,
    wrong: Wrong,
    ours: Mapping[str, Array],
    batch: Batch,
    dtype: DType,
    limit: float,
) -> Control:
    theirs = run_converted(pair, batch, wanted(pair, 1), dtype, _misread(pair, wrong))
    tally, ranking, points = outputs_apart(pair, ours, theirs)
    apart = tally.exceeds(TOLD_APART * limit)
    return Control(name, "global", tally.relative_l2, ranking.top1, told_apart=apart, points=points)


def _misread(pair: Pair, wrong: Wrong) -> Reader:
    """The converted file as the mistake would have written it."""

    def read(tensor: Tensor) -> Array:
        if tensor.address not in wrong:
            return pair.read_converted(tensor)
        part, steps = wrong[tensor.address]
        return moved_array(pair, part, steps)

    return read
