"""Plans: the exact moves of numbers and the changes of architecture that a conversion consists of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from dimorder.graph import Graph, Tensor
from dimorder.layout import Layout, inverse
from dimorder.planned import Edit as Edit
from dimorder.planned import Port as Port
from dimorder.planned import Refusal as Refusal
from dimorder.steps import ARITHMETIC, Array, Index, Multiply, Regroup, Step


@dataclass(frozen=True, slots=True)
class Move:
    """What happens to one array, and why. No steps: copied as it is."""

    tensor: str
    address: str
    steps: tuple[Step, ...]
    because: str


@dataclass(frozen=True, slots=True)
class View:
    """How a value of the converted graph is the value of the original graph.

    new = old.transpose(order), then along each new axis in `index`: new[i] = moved[index[axis][i]].
    """

    order: tuple[int, ...]
    index: Mapping[int, Index] = field(default_factory=dict)

    def apply(self, batch: Array) -> Array:
        """The original's batch (N, …) as the converted model holds it."""
        batch = batch.transpose((0, *(axis + 1 for axis in self.order)))
        for axis, picked in self.index.items():
            batch = batch.take(picked, axis=axis + 1)
        return batch

    def undo(self, batch: Array) -> Array:
        """The converted model's batch (N, …) as the original holds it."""
        for axis, picked in self.index.items():
            batch = batch.take(np.argsort(picked, kind="stable"), axis=axis + 1)
        return batch.transpose((0, *(axis + 1 for axis in inverse(self.order))))


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole conversion as a value.

    moves:   one for every array, by address.
    graph:   the converted model's operations (None for weights without architecture); nodes that the conversion
             added own no arrays; converted nodes keep their names.
    views:   for nodes of both graphs: how the converted value shows the original one.
    edits:   changes of architecture beyond spelling the same layers for the other layout.
    kept:    layers copied as they are on the user's word (`--keep`): stated as unproven.
    heirs:   layers that the conversion added, and of which original layer they take over the training-time settings.
    """

    source: Layout
    target: Layout
    moves: Mapping[str, Move]
    graph: Graph | None
    views: Mapping[str, View]
    edits: tuple[Edit, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    kept: tuple[str, ...] = ()
    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()
    heirs: Mapping[str, str] = field(default_factory=dict)

    def moved(self) -> tuple[Move, ...]:
        """Only the arrays that change."""
        return tuple(move for move in self.moves.values() if move.steps)

    def is_lossless(self) -> bool:
        """Every array comes back bit for bit."""
        return not any(isinstance(step, ARITHMETIC) for move in self.moves.values() for step in move.steps)

    def is_identity(self) -> bool:
        """Nothing changes: neither a number nor the architecture."""
        return not self.moved() and not self.edits


def expanded(moves: Mapping[str, Move], tensors: Iterable[Tensor]) -> dict[str, Move]:
    """Moves of the arrays as the file keeps them: parts take the steps of the array that they make up.

    Right for steps that treat all parts alike; a Multiply of some gates only is for dialects that store them joined.
    """
    found = dict(moves)
    for tensor in tensors:
        move = moves.get(tensor.address)
        if tensor.parts and move is not None:
            assert not any(isinstance(step, Multiply | Regroup) for step in move.steps), move
            found |= {part.address: Move(part.name, part.address, move.steps, move.because) for part in tensor.parts}
    return found
