"""The optimizer's state for the written model: each array beside the weight it follows, with that weight's steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import h5py
import numpy as np

from dimorder.formats.keras2.training import STATES, Json
from dimorder.formats.keras2.weights import set_names
from dimorder.formats.keras3.network import Network
from dimorder.formats.keras3.weights import Read, as_keras
from dimorder.formats.slots import PLACEHOLDER
from dimorder.graph import Node, Tensor, joined
from dimorder.model import Slot
from dimorder.plan import Move
from dimorder.steps import ARITHMETIC, Array, Step, apply

STILL = ("mean", "statistic")
"""Roles of arrays that training does not move by gradients."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One array of state: read from `slot`, then taken along the steps of the weight that it follows."""

    slot: Tensor
    steps: tuple[Step, ...]
    owner: Node
    weight: Tensor


@dataclass(frozen=True, slots=True)
class State:
    """All of an optimizer's state: runs over the weights, one for each kind of moment.

    scalars: counters of the source, first the number of steps done.
    """

    optimizer: str
    scalars: tuple[Tensor, ...]
    runs: tuple[tuple[Moved, ...], ...]
    amsgrad: bool = False


def state(slots: tuple[Slot, ...], optimizer: Json, network: Network, moves: Mapping[str, Move]) -> State | None:
    """None where not every weight that is trained has all of its state, or where a weight was computed anew."""
    name, amsgrad = str(optimizer["class_name"]), bool(optimizer["config"].get("amsgrad"))
    count = STATES[name] + amsgrad
    by_weight: dict[str, list[Tensor]] = {}
    for slot in slots:
        if slot.follows:
            by_weight.setdefault(slot.follows, []).append(slot.tensor)
    trained = list(_trained(network))
    if not trained or not all(_is_whole(weight, by_weight, count, moves) for _, weight in trained):
        return None
    known = {part.address for _, weight in trained for part in weight.stored()}
    if set(by_weight) != known:
        return None
    runs = tuple(
        tuple(
            Moved(_slot(weight, by_weight, number), moves[weight.address].steps, owner, weight)
            for owner, weight in trained
        )
        for number in range(count)
    )
    scalars = tuple(slot.tensor for slot in slots if slot.tensor.shape == ())
    return State(name, scalars, runs, amsgrad)


def _trained(network: Network) -> Iterator[tuple[Node, Tensor]]:
    """Weights that gradients move, in the order in which Keras 2 lists them: by layer."""
    for layer in network.layers:
        if layer.owner is not None and layer.config.get("trainable", True):
            yield from ((layer.owner, tensor) for tensor in layer.owner.tensors if tensor.role not in STILL)


def _is_whole(weight: Tensor, by_weight: Mapping[str, list[Tensor]], count: int, moves: Mapping[str, Move]) -> bool:
    computed = any(isinstance(step, ARITHMETIC) for step in moves[weight.address].steps)
    return not computed and all(len(by_weight.get(part.address, ())) == count for part in weight.stored())


def _slot(weight: Tensor, by_weight: Mapping[str, list[Tensor]], number: int) -> Tensor:
    """The state of a weight as one array, also where the file keeps the weight in parts."""
    parts = tuple(by_weight[part.address][number] for part in weight.stored())
    return joined(parts, weight.axis, parts[0].name) if len(parts) > 1 else parts[0]


def write_state(group: h5py.Group, state: State, read: Read) -> None:
    """In the order that Keras 2.3.1's optimizers list their weights. read: arrays of the source as stored."""
    names: list[str] = []
    for name, array in _listed(state, read):
        names.append(f"{state.optimizer}/{name}:0")
        group.create_dataset(names[-1], data=array, track_times=False)
    set_names(group, "weight_names", names)


def _listed(state: State, read: Read) -> Iterator[tuple[str, Array]]:
    steps = read(state.scalars[0]) if state.scalars else 0  # RMSprop and its like did not save theirs until 2.3
    yield "iterations", np.asarray(int(steps), dtype=np.int64)
    if state.optimizer == "Nadam":
        schedule = read(state.scalars[1]) if len(state.scalars) > 1 else 1.0
        yield "m_schedule", np.asarray(schedule, dtype=np.float32)
    for kind, run in enumerate(state.runs):
        for number, moved in enumerate(run):
            yield f"state_{kind}_{number}", as_keras(moved.owner, moved.weight, apply(moved.steps, read(moved.slot)))
    if state.optimizer == "Adam" and not state.amsgrad:
        for number in range(len(state.runs[0])):
            yield f"vhat_{number}", np.zeros(PLACEHOLDER, dtype=np.float32)
