"""Local controls: each moved array alone left wrong, its layer fed with the original's values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from dimorder.engine.masks import mask_for, steps_that_count
from dimorder.engine.proof.arrays import Counterpart, Steps, moved_array, same_bits
from dimorder.engine.proof.compare import Tally
from dimorder.engine.proof.mistakes import ALONE
from dimorder.engine.proof.pair import DType, Pair, Step, run_converted, run_original
from dimorder.engine.proof.probes import Batch
from dimorder.engine.run import compute
from dimorder.graph import Graph, Node
from dimorder.masks import carried, heeds
from dimorder.proof import TOLD_APART, Control
from dimorder.steps import Array

Values = Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Trial:
    """One moved array with one mistake that would load."""

    name: str
    part: Counterpart
    steps: Steps


def trials(pair: Pair, parts: tuple[Counterpart, ...]) -> tuple[Trial, ...]:
    """Mistakes that keep an array's shape and change its bits; shared arrays once for each call."""
    return tuple(
        Trial(name, part, steps)
        for part in parts
        if part.steps
        for name, steps in _mistaken(part.steps)
        if _loads_wrongly(pair, part, steps)
    )


def _mistaken(right: Steps) -> Iterator[tuple[str, Steps]]:
    seen = [right]
    for name, mistake in ALONE.items():
        steps = mistake(right)
        if steps not in seen:
            seen.append(steps)
            yield name, steps


def _loads_wrongly(pair: Pair, part: Counterpart, steps: Steps) -> bool:
    array, right = moved_array(pair, part, steps), pair.read_converted(part.converted)
    return array.shape == right.shape and not same_bits(array, right)


def local_controls(
    pair: Pair, tried: tuple[Trial, ...], batch: Batch, dtype: DType, limit: float, told: Step
) -> tuple[Control, ...]:
    """One Control for each array and mistake, in the order of trials.

    Told apart: the layer's output before activation moves by 100 × the limit, while the right
    array yields the original's own value within the limit.
    """
    shown = _shown(pair, tried, batch, dtype)
    right: dict[str, Array] = {}
    controls = []
    for done, trial in enumerate(tried, 1):
        node = trial.part.node
        if node.name not in right:
            right = {node.name: _output(pair, trial, None, shown, dtype)}
        wrong = Tally()
        wrong.add(right[node.name], _output(pair, trial, trial.steps, shown, dtype))
        apart = wrong.exceeds(TOLD_APART * limit) and _is_right(shown, trial, right[node.name], limit)
        scope = trial.part.original.address
        controls.append(Control(trial.name, scope, wrong.relative_l2, None, told_apart=apart))
        told(done, len(tried))
    return best(controls)


def _shown(pair: Pair, tried: tuple[Trial, ...], batch: Batch, dtype: DType) -> Values:
    """Inputs and outputs of the layers tried: the original's, as the converted model holds them.

    What the original does not have (a padding that the conversion put in) is the converted's own.
    """
    needed = {name for trial in tried for name in trial.part.node.inputs}
    nodes = [trial.part.node for trial in tried]
    needed |= {maker.inputs[0] for node in nodes for maker in _makers(pair.converted.graph, node)}
    outputs = {trial.part.node.name for trial in tried}
    known = {node.name for node in pair.original.graph.nodes} & pair.plan.views.keys()
    ours = run_original(pair, batch, (needed | outputs) & known, dtype)
    own = run_converted(pair, batch, needed - known, dtype) if needed - known else {}
    return {**{name: pair.plan.views[name].apply(value) for name, value in ours.items()}, **own}


def _output(pair: Pair, trial: Trial, steps: Steps | None, shown: Values, dtype: DType) -> Array:
    """What the layer yields with the trial's array moved by `steps`, or (None) with the file's."""
    node, place = trial.part.node, trial.part.place
    weights = [pair.read_converted(tensor) for tensor in node.tensors]
    if steps is not None:
        weights[place] = moved_array(pair, trial.part, steps)
    cast = [np.asarray(weight, dtype) for weight in weights]
    mask = _mask(pair, node, shown)
    return compute(node.op, [shown[name] for name in node.inputs], cast, mask)


def _mask(pair: Pair, node: Node, shown: Values) -> Array | None:
    """What the layer heeds, made of the values that are shown."""
    makers = _makers(pair.converted.graph, node)
    masks = {maker.name: steps_that_count(maker.op, shown[maker.inputs[0]]) for maker in makers}
    return mask_for(node, carried(pair.converted.graph), masks)


def _makers(graph: Graph, node: Node) -> tuple[Node, ...]:
    """The node that makes the mask that this one heeds, if it heeds one."""
    origin = carried(graph).get(node.inputs[0]) if heeds(node.op) else None
    return tuple(maker for maker in graph.nodes if maker.name == origin)


def _is_right(shown: Values, trial: Trial, right: Array, limit: float) -> bool:
    """The file's array yields the original's own value; taken for granted where no view maps it."""
    if trial.part.node.name not in shown:
        return True
    tally = Tally()
    tally.add(shown[trial.part.node.name], right)
    return not tally.exceeds(limit)


def best(controls: Iterable[Control]) -> tuple[Control, ...]:
    """One Control for each array and mistake: of a shared layer's calls, one that tells apart."""
    table: dict[tuple[str, str], Control] = {}
    for control in controls:
        key = (control.scope, control.name)
        if key not in table or not table[key].told_apart:
            table[key] = control
    return tuple(table.values())
