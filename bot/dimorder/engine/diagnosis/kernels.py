"""Which transpose and which reversals turn one array into another: every one of them is tried."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations

import numpy as np

from dimorder.engine.diagnosis.words import (
    Form,
    Wrong,
    not_transposed,
    of_axes,
    reshaped,
    transposed,
)  # fmt: skip
from dimorder.steps import Array

_SAMPLES = 64
_MOST_AXES = 5


def moved_axes(original: Array, found: Array, form: Form, flips: str) -> tuple[Wrong, ...] | None:
    """The fewest mistakes that explain an array as the original transposed and reversed; None if none do.

    flips: letters that the right conversion reverses.
    """
    if not 2 <= original.ndim <= _MOST_AXES or sorted(original.shape) != sorted(found.shape):
        return None
    told = [
        _mistakes(form, order, reverse, flips)
        for order, reverse in _candidates(original, found, form)
        if np.array_equal(_turned(original, form, order, reverse), found)
    ]
    if told:
        return min(told, key=len)
    poured = found.shape != original.shape and np.array_equal(original.reshape(found.shape), found)
    return (reshaped(form), *([of_axes("not-flipped", flips)] if flips else [])) if poured else None


def _candidates(original: Array, found: Array, form: Form) -> Iterator[tuple[tuple[int, ...], str]]:
    """Those that agree at some positions: looking at a few numbers rules nearly all of them out."""
    rng = np.random.default_rng(0)
    places = tuple(rng.integers(0, size, _SAMPLES) for size in found.shape)
    seen = found[places]
    for order in permutations(range(original.ndim)):
        if tuple(original.shape[axis] for axis in order) != found.shape:
            continue
        for reverse in _subsets(form, original):
            if np.array_equal(_turned(original, form, order, reverse)[places], seen):
                yield order, reverse


def _subsets(form: Form, original: Array) -> Iterator[str]:
    """Letters to reverse: of kernels only; an axis of length one has no direction."""
    if not form.spatial:
        yield ""
        return
    long = [letter for letter, size in zip(form.source, original.shape, strict=True) if size > 1]
    for count in range(len(long) + 1):
        yield from ("".join(chosen) for chosen in combinations(long, count))


def _turned(original: Array, form: Form, order: tuple[int, ...], reverse: str) -> Array:
    return np.flip(original, tuple(form.source.index(letter) for letter in reverse)).transpose(order)


def _mistakes(form: Form, order: tuple[int, ...], reverse: str, flips: str) -> tuple[Wrong, ...]:
    right = tuple(form.source.index(letter) for letter in form.target)
    found: list[Wrong] = []
    if order != right:
        stayed = order == tuple(range(len(order)))
        found.append(not_transposed(form) if stayed else transposed(form, order))
    return (*found, *_flips(form, reverse, flips))


def _flips(form: Form, reverse: str, flips: str) -> Iterator[Wrong]:
    spatial = {letter for letter in reverse if letter in form.spatial}
    channels = [letter for letter in reverse if letter not in form.spatial]
    missing = [letter for letter in flips if letter not in spatial]
    if missing:
        yield of_axes("not-flipped" if len(missing) == len(flips) else "partly-flipped", "".join(missing))
    needless = [letter for letter in reverse if letter in spatial and letter not in flips]
    if needless:
        yield of_axes("flipped-twice", "".join(needless))
    if channels:
        yield of_axes("channels-reversed", "".join(channels))
