"""Plans: the exact moves of numbers and the changes of architecture that a conversion consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from dimorder.graph import Graph
from dimorder.layout import Layout, inverse, permutation
from dimorder.semantics import Shape

Array = npt.NDArray[Any]
Index = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Permute:
    """Axes moved: source and target letters, for example OIHW to HWIO."""

    source: str
    target: str

    @property
    def inverse(self) -> Permute:
        return Permute(self.target, self.source)

    def apply(self, array: Array) -> Array:
        return array.transpose(permutation(self.source, self.target))

    def __str__(self) -> str:
        return f"permute {self.source} to {self.target}"


@dataclass(frozen=True, slots=True)
class Flip:
    """The named axes of an array (letters of `axes`) reversed: convolution becomes correlation and back."""

    axes: str
    reversed_axes: str

    @property
    def inverse(self) -> Flip:
        return self

    def apply(self, array: Array) -> Array:
        return np.flip(array, tuple(self.axes.index(letter) for letter in self.reversed_axes))

    def __str__(self) -> str:
        return f"flip {' and '.join(self.reversed_axes)}"


@dataclass(frozen=True, slots=True, eq=False)
class Reorder:
    """Elements along one axis picked by index: new[i] = old[index[i]]. `because` says in words what the order is."""

    axis: int
    index: Index
    because: str = ""

    @property
    def inverse(self) -> Reorder:
        return Reorder(self.axis, np.argsort(self.index, kind="stable"), f"undo: {self.because}")

    def apply(self, array: Array) -> Array:
        return array.take(self.index, axis=self.axis)

    def __str__(self) -> str:
        what = {0: "rows", 1: "columns"}.get(self.axis, f"axis {self.axis}")
        return f"reorder {len(self.index)} {what}" + (f" ({self.because})" if self.because else "")


Step = Permute | Flip | Reorder


def apply(steps: tuple[Step, ...], array: Array) -> Array:
    """The array after all steps."""
    for step in steps:
        array = step.apply(array)
    return array


def undo(steps: tuple[Step, ...], array: Array) -> Array:
    """The array that `steps` turned into this one."""
    for step in reversed(steps):
        array = step.inverse.apply(array)
    return array


def axis_permute(order: tuple[int, ...]) -> Permute:
    """A Permute by positions, for arrays whose axes have no names of their own."""
    letters = "abcdefgh"[: len(order)]
    return Permute(letters, "".join(letters[axis] for axis in order))


@dataclass(frozen=True, slots=True)
class Move:
    """What happens to one array, and why. No steps: copied as it is."""

    tensor: str
    address: str
    steps: tuple[Step, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of the architecture, in words, on the layer it happens at."""

    layer: str
    says: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A layer that is not converted, and why."""

    layer: str
    because: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output of the model; target = source transposed by `permutation` (batch left out)."""

    name: str
    source_shape: Shape
    target_shape: Shape
    permutation: tuple[int, ...]


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

    def moved(self) -> tuple[Move, ...]:
        """Only the arrays that change."""
        return tuple(move for move in self.moves.values() if move.steps)

    def is_identity(self) -> bool:
        """Nothing changes: neither a number nor the architecture."""
        return not self.moved() and not self.edits
