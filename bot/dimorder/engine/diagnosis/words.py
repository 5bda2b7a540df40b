"""The words for what a conversion did wrong to one array, and why that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Wrong:
    """One mistake made on one array. word: as documents spell it. because: what was found, in a sentence's part."""

    word: str
    because: str


@dataclass(frozen=True, slots=True)
class Form:
    """The letters of an array's axes in the original and in the right conversion, and which of them are spatial.

    gates: how many blocks lie side by side in the last axis (an LSTM's four), 1 where it has none.
    """

    source: str
    target: str
    spatial: str = ""
    gates: int = 1


OfAxes = Literal["not-flipped", "flipped-twice", "partly-flipped", "channels-reversed"]
_OF_AXES: Mapping[OfAxes, str] = {
    "not-flipped": "not reversed: still the kernel of Theano's convolution",
    "flipped-twice": "reversed though the kernel already was one of a correlation",
    "partly-flipped": "not reversed, the others are",
    "channels-reversed": "reversed: a flip took channels for rows and columns",
}


def of_axes(word: OfAxes, letters: str) -> Wrong:
    """Axes that run the wrong way."""
    return Wrong(word, f"{' and '.join(letters)} {_OF_AXES[word]}")


def not_transposed(form: Form) -> Wrong:
    return Wrong("not-transposed", f"axes still {form.source}, the target stores {form.target}")


def reshaped(form: Form) -> Wrong:
    return Wrong("reshaped", f"poured into another shape where {form.source} had to be transposed to {form.target}")


def transposed(form: Form, order: tuple[int, ...]) -> Wrong:
    """Axes moved to where they do not belong. order: positions of the original's axes that were taken."""
    right = tuple(form.source.index(letter) for letter in form.target)
    said = f"transposed by {_tuple(order)} instead of {_tuple(right)}"
    got = "".join(form.source[axis] for axis in order)
    exchanged = {letter for letter, other in zip(got, form.target, strict=True) if letter != other}
    if exchanged <= set(form.spatial):
        what = "rows and columns swapped" if len(exchanged) == 2 else "spatial axes in another order"
        return Wrong("rows-columns-swapped", f"{said}: {what}")
    if exchanged == {"I", "O"}:
        return Wrong("inputs-outputs-swapped", f"{said}: inputs and outputs swapped")
    return Wrong("wrongly-transposed", f"{said}: {got} where {form.target} belongs")


def reordered(axis: int, ndim: int, how: str, count: int, because: str) -> Wrong:
    """Elements along an axis that lie otherwise than the map in front demands. how: unpermuted, …"""
    what, unit = {
        (0, 2): ("dense-rows", "rows"),
        (1, 2): ("dense-columns", "columns"),
        (0, 1): ("vector", "numbers"),
    }.get((axis, ndim), ("elements", "elements"))
    told = {
        "unpermuted": f"{count} {unit} left in the original's order",
        "inverse-permuted": f"{count} {unit} reordered the wrong way round",
        "permuted-twice": f"{count} {unit} reordered twice",
        "reordered": f"{count} {unit} in an order that is neither the original's nor the right one",
        "permuted": f"{count} {unit} reordered, though no flattened map stands in front",
    }[how]
    return Wrong(f"{what}-{how}", told + (f" ({because})" if because else ""))


def gates_reordered(order: tuple[int, ...]) -> Wrong:
    return Wrong("gates-reordered", f"gates {_tuple(order)} where {_tuple(tuple(range(len(order))))} belong")


def exchanged(with_: str) -> Wrong:
    return Wrong("exchanged", f"holds the numbers of {with_}")


NOT_COMPUTED = Wrong("not-computed", "moved, but not made into what the target stores")
NOT_COPIED = Wrong("not-copied", "holds numbers that are not the original's in any order")
EXTRA = Wrong("extra", "the original has no array for it")
MISSING = Wrong("missing", "no array of the converted file holds its numbers")


def altered(share: float) -> Wrong:
    return Wrong("altered", f"in the right order, but the numbers are {share:.2g} of their size away")


def _tuple(order: tuple[int, ...]) -> str:
    return f"({','.join(map(str, order))})"
