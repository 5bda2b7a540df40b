"""In which order elements along an axis lie: rows behind a Flatten, columns ahead of a Reshape, gates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import permutations, product

import numpy as np

from dimorder.engine.diagnosis.words import Wrong, gates_reordered, reordered
from dimorder.steps import Array, Index, Reorder


def moved_elements(original: Array, found: Array, right: tuple[Reorder, ...]) -> tuple[Wrong, ...] | None:
    """Mistakes in the order along the axes that `right` reorders, or along any one axis; None if none explain it."""
    if original.shape != found.shape:
        return None
    by_axis = {step.axis: step for step in right}
    for told, array in _classic(original, by_axis):
        if np.array_equal(array, found):
            return told
    for axis in range(original.ndim):
        rest = original
        for other, step in by_axis.items():
            rest = rest if other == axis else rest.take(step.index, axis=other)
        index = order_along(rest, found, axis)
        if index is not None:
            return (_named(axis, original.ndim, index, by_axis.get(axis)),)
    return None


def _classic(original: Array, right: Mapping[int, Reorder]) -> Iterator[tuple[tuple[Wrong, ...], Array]]:
    """What is usually done to each axis: nothing, the right thing, or the right thing the wrong way round."""
    ways = [[(how, step) for how in ("", "unpermuted", "inverse-permuted")] for step in right.values()]
    for chosen in product(*ways):
        array, told = original, []
        for how, step in chosen:
            array = array.take(_index(how, step), axis=step.axis)
            if how:
                told.append(reordered(step.axis, original.ndim, how, len(step.index), step.because))
        if told:
            yield tuple(told), array


def _index(how: str, step: Reorder) -> Index:
    if how == "unpermuted":
        return np.arange(len(step.index))
    return step.inverse.index if how else step.index


def order_along(original: Array, found: Array, axis: int) -> Index | None:
    """index with found = original.take(index, axis); None if there is none, or several (slices alike)."""
    before, after = ([np.ascontiguousarray(part).tobytes() for part in np.moveaxis(array, axis, 0)]
                     for array in (original, found))  # fmt: skip
    places = {part: place for place, part in enumerate(before)}
    if len(places) != len(before) or not places.keys() >= set(after) or len(set(after)) != len(after):
        return None
    return np.array([places[part] for part in after], np.int64)


def _named(axis: int, ndim: int, index: Index, right: Reorder | None) -> Wrong:
    if right is None:
        return reordered(axis, ndim, "permuted", len(index), "")
    twice = np.array_equal(index, right.index[right.index])
    return reordered(axis, ndim, "permuted-twice" if twice else "reordered", len(index), right.because)


def moved_gates(right: Array, found: Array, gates: int) -> tuple[Wrong, ...] | None:
    """Blocks of the last axis in another order than the target's."""
    if gates < 2 or right.shape != found.shape or right.shape[-1] % gates:
        return None
    blocks = np.split(right, gates, axis=-1)
    for order in permutations(range(gates)):
        if np.array_equal(np.concatenate([blocks[gate] for gate in order], axis=-1), found):
            return (gates_reordered(order),)
    return None
