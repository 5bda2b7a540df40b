"""Which array of a converted file was made from which of the original, even where names and order have changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from dimorder.steps import Array


@dataclass(frozen=True, slots=True)
class Found:
    """An array that can be read when it is needed.

    home: its layer, "" where the right conversion has no such layer, and which of that layer's arrays it is.
    """

    name: str
    address: str
    shape: tuple[int, ...]
    read: Callable[[], Array]
    home: tuple[str, int] = ("", 0)


@dataclass(frozen=True, slots=True)
class Match:
    """Addresses of two arrays that belong together; found is "" where the converted file has none."""

    original: str
    found: str


def fingerprint(array: Array) -> str:
    """Of the numbers whatever their order: every conversion that only moves them keeps it."""
    return hashlib.sha256(np.sort(np.ascontiguousarray(array), axis=None).tobytes()).hexdigest()


def matched(originals: Sequence[Found], found: Sequence[Found], *, listed: bool) -> tuple[Match, ...]:
    """By name, by layer, by place, then by numbers, then in order among arrays of one size.

    originals: in the order of their file; read() gives what the converted file should hold.
    listed: Keras would load `found` in the order in which they stand.
    """
    left = {one.address: one for one in found}
    pairs: dict[str, str] = {}
    for by in (_by_name, _by_layer, *([_by_place] if listed else []), _by_numbers, _in_order):
        open_ = [one for one in originals if one.address not in pairs]
        for ours, theirs in by(open_, list(left.values())):
            pairs[ours] = theirs
            del left[theirs]
    return tuple(Match(one.address, pairs.get(one.address, "")) for one in originals)


Pairs = list[tuple[str, str]]


def _by_name(originals: Sequence[Found], found: Sequence[Found]) -> Pairs:
    """The same name on both sides, and as many numbers; names that stand twice say nothing."""
    ours, theirs = (_unique(side) for side in (originals, found))
    names = [name for name in ours if name in theirs and prod(ours[name].shape) == prod(theirs[name].shape)]
    return [(ours[name].address, theirs[name].address) for name in names]


def _by_layer(originals: Sequence[Found], found: Sequence[Found]) -> Pairs:
    """Arrays are spelled otherwise, but every layer has its name and as many arrays of the same sizes."""
    ours, theirs = (_homes([one for one in side if one.home[0]]) for side in (originals, found))
    if not all(theirs.get(layer, []) and _sizes(theirs[layer]) == _sizes(ours[layer]) for layer in ours):
        return []
    return [(a.address, b.address) for layer in ours for a, b in zip(ours[layer], theirs[layer], strict=True)]


def _homes(side: Sequence[Found]) -> dict[str, list[Found]]:
    found: dict[str, list[Found]] = {}
    for one in sorted(side, key=lambda one: one.home[1]):
        found.setdefault(one.home[0], []).append(one)
    return found


def _by_place(originals: Sequence[Found], found: Sequence[Found]) -> Pairs:
    """Names tell nothing, but all sizes follow each other as in the original: so Keras would load them."""
    if _sizes(originals) != _sizes(found):
        return []
    return [(ours.address, theirs.address) for ours, theirs in zip(originals, found, strict=True)]


def _sizes(side: Sequence[Found]) -> list[int]:
    return [prod(one.shape) for one in side]


def _unique(side: Sequence[Found]) -> dict[str, Found]:
    names = [one.name for one in side]
    return {one.name: one for one in side if names.count(one.name) == 1}


def _by_numbers(originals: Sequence[Found], found: Sequence[Found]) -> Pairs:
    """The same numbers in any order; of several such (biases of zeros) the first that is left."""
    marks: dict[str, list[str]] = {}
    sizes = {prod(one.shape) for one in originals}
    for one in found:
        if prod(one.shape) in sizes:
            marks.setdefault(fingerprint(one.read()), []).append(one.address)
    pairs = []
    for one in originals:
        same = marks.get(fingerprint(one.read()), [])
        if same:
            pairs.append((one.address, same.pop(0)))
    return pairs


def _in_order(originals: Sequence[Found], found: Sequence[Found]) -> Pairs:
    left = list(found)
    pairs = []
    for one in originals:
        match = next((other for other in left if prod(other.shape) == prod(one.shape)), None)
        if match is not None:
            left.remove(match)
            pairs.append((one.address, match.address))
    return pairs
