"""Plans: the exact moves of numbers and the changes of architecture that a conversion consists of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from dimorder.graph import Graph, Tensor
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


@dataclass(frozen=True, slots=True)
class Regroup:
    """The same numbers in the same order under another shape (numpy.reshape)."""

    source: tuple[int, ...]
    target: tuple[int, ...]

    @property
    def inverse(self) -> Regroup:
        return Regroup(self.target, self.source)

    def apply(self, array: Array) -> Array:
        assert array.shape == self.source, (array.shape, self.source)
        return array.reshape(self.target)

    def __str__(self) -> str:
        return f"reshape {_sizes(self.source)} to {_sizes(self.target)}"


@dataclass(frozen=True, slots=True)
class Grow:
    """Zeros added at the end of axes: (axis, how many). A larger kernel that computes the same."""

    zeros: tuple[tuple[int, int], ...]

    @property
    def inverse(self) -> Grow:
        return Grow(tuple((axis, -count) for axis, count in self.zeros))

    def apply(self, array: Array) -> Array:
        for axis, count in self.zeros:
            if count < 0:
                array = array.take(np.arange(array.shape[axis] + count), axis=axis)
            else:
                widths = [(0, count if a == axis else 0) for a in range(array.ndim)]
                array = np.pad(array, widths)
        return array

    def __str__(self) -> str:
        return " and ".join(f"{count} zeros behind axis {axis}" for axis, count in self.zeros)


@dataclass(frozen=True, slots=True)
class Multiply:
    """Arithmetic: the elements `spans` (start, stop) along one axis multiplied by a factor.

    Rounding: each number once, to half a unit in its last place.
    """

    axis: int
    spans: tuple[tuple[int, int], ...]
    factor: float

    @property
    def inverse(self) -> Multiply:
        return Multiply(self.axis, self.spans, 1 / self.factor)

    def apply(self, array: Array) -> Array:
        scaled = np.array(array)
        for start, stop in self.spans:
            place = (slice(None),) * self.axis + (slice(start, stop),)
            scaled[place] = (array[place].astype(np.float64) * self.factor).astype(array.dtype)
        return scaled

    def __str__(self) -> str:
        listed = ", ".join(f"{start}:{stop}" for start, stop in self.spans)
        return f"multiply {listed} of axis {self.axis} by {self.factor:.12g}"


@dataclass(frozen=True, slots=True)
class Square:
    """Arithmetic: a standard deviation s, used as s + before, becomes the variance v of sqrt(v + after).

    v = (s + before)² - after. With after = before² it is never negative where s is not. of_variance: the array holds
    a variance u used as sqrt(u) + before (Keras 1.0.7 on Theano); s is then sqrt(u).
    Rounding: computed in float64, rounded once. Source: layout-facts 2a.
    """

    before: float
    after: float
    of_variance: bool = False

    @property
    def inverse(self) -> Root:
        return Root(self.before, self.after, self.of_variance)

    def apply(self, array: Array) -> Array:
        deviation = np.sqrt(array.astype(np.float64)) if self.of_variance else array.astype(np.float64)
        return ((deviation + self.before) ** 2 - self.after).astype(array.dtype)

    def __str__(self) -> str:
        what = "sqrt(v)" if self.of_variance else "s"
        return f"variance ({what} + {self.before:g})² - {self.after:g}"


@dataclass(frozen=True, slots=True)
class Root:
    """Arithmetic: what undoes `Square`."""

    before: float
    after: float
    of_variance: bool = False

    @property
    def inverse(self) -> Square:
        return Square(self.before, self.after, self.of_variance)

    def apply(self, array: Array) -> Array:
        deviation = np.sqrt(array.astype(np.float64) + self.after) - self.before
        return (deviation**2 if self.of_variance else deviation).astype(array.dtype)

    def __str__(self) -> str:
        return f"undo: {self.inverse}"


@dataclass(frozen=True, slots=True)
class Fold:
    """Arithmetic: the second half of a vector added to the first: two biases become one.

    Rounding: each sum once.
    """

    length: int

    @property
    def inverse(self) -> Unfold:
        return Unfold(self.length)

    def apply(self, array: Array) -> Array:
        wide = array.astype(np.float64)
        folded: Array = (wide[: self.length] + wide[self.length :]).astype(array.dtype)
        return folded

    def __str__(self) -> str:
        return f"add elements {self.length}:{2 * self.length} to the first {self.length}"


@dataclass(frozen=True, slots=True)
class Unfold:
    """Arithmetic: zeros behind a vector: of two biases the second is nothing. Undoes `Fold` as far as they add up."""

    length: int

    @property
    def inverse(self) -> Fold:
        return Fold(self.length)

    def apply(self, array: Array) -> Array:
        return np.concatenate([array, np.zeros_like(array)])

    def __str__(self) -> str:
        return f"{self.length} zeros behind"


def _sizes(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))


Step = Permute | Flip | Reorder | Regroup | Grow | Multiply | Square | Root | Fold | Unfold
ARITHMETIC = Multiply | Square | Root | Fold | Unfold
"""Steps that compute new numbers: they do not come back bit for bit, and a proof allows for their rounding."""


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
