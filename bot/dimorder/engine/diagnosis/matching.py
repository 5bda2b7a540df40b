"""Which array of a converted file was made from which of the original, even where names and order have changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from dimorder.plan import Array


@dataclass(frozen=True, slots=True)
class Found:
    """An array that can be read when it is needed."""

    name: str
    address: str
    shape: tuple[int, ...]
    read: Callable[[], Array]


@dataclass(frozen=True, slots=True)
class Match:
    """Addresses of two arrays that belong together; found is "" where the converted file has none."""

    original: str
    found: str


def fingerprint(array: Array) -> str:
    """Of the numbers whatever their order: every conversion that only moves them keeps it."""
    return hashlib.sha256(np.sort(np.ascontiguousarray(array), axis=None).tobytes()).hexdigest()


def matched(originals: Sequence[Found], found: Sequence[Found]) -> tuple[Match, ...]:
    """By name, then by numbers, then in order among arrays of one size.

    originals: read() gives what the converted file should hold.
    """
    left = {one.address: one for one in found}
    pairs: dict[str, str] = {}
    for by in (_by_name, _by_numbers, _in_order):
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
