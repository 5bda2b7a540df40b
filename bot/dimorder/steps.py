"""Steps: what can be done to the numbers of one array, each with the step that takes it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dimorder.layout import permutation

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


def axis_permute(order: tuple[int, ...]) -> Permute:
    """A Permute by positions, for arrays whose axes have no names of their own."""
    letters = "abcdefgh"[: len(order)]
    return Permute(letters, "".join(letters[axis] for axis in order))
