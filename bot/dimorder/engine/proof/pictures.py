"""What a proof has to show: predictions of both sides, the first kernels, labelled samples by class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np

from dimorder.engine.proof.arrays import Counterpart
from dimorder.engine.proof.classes import class_axis
from dimorder.engine.proof.expectation import as_labels
from dimorder.engine.proof.measure import Measured
from dimorder.engine.proof.pair import Pair
from dimorder.engine.proof.probes import Batch
from dimorder.engine.proof.sampled import shortened
from dimorder.graph import Graph
from dimorder.mapping import innermost
from dimorder.pictures import Confusion, Counts, Grid, Kernels, Points
from dimorder.semantics import Conv
from dimorder.steps import Array

MOST_OUTPUTS = 4
MOST_FILTERS = 8
LARGEST = 11
"""Rows or columns of a kernel that still makes a picture."""
MOST_CLASSES = 12


def points(pair: Pair, measured: Measured) -> tuple[Points, ...]:
    """Values of the first outputs, before the squashing that both sides share."""
    return tuple(
        measured.points[name].points(name, pair.squashed(name, other) or "")
        for name, other in pair.outputs()[:MOST_OUTPUTS]
        if measured.points[name].furthest is not None
    )


def kernels(pair: Pair, parts: Iterable[Counterpart]) -> Kernels | None:
    """The first convolution over one or two axes as both files hold it; None where there is none to show."""
    known = pair.original.graph.by_name()
    for part in parts:
        ours, theirs = (innermost(node.op)[0] if node else None for node in (known.get(part.node.name), part.node))
        if part.place == 0 and isinstance(ours, Conv) and isinstance(theirs, Conv) and ours.rank <= 2:
            return _kernels(pair, part, (ours.axes, theirs.axes))
    return None


def _kernels(pair: Pair, part: Counterpart, axes: tuple[str, str]) -> Kernels | None:
    arrays = pair.read_original(part.original), pair.read_converted(part.converted)
    if any(not letters or array.ndim != len(letters) for array, letters in zip(arrays, axes, strict=True)):
        return None
    stacks = [_stack(array, letters) for array, letters in zip(arrays, axes, strict=True)]
    if any(max(stack.shape[1:]) > LARGEST or not np.isfinite(stack).all() for stack in stacks):
        return None
    ours, theirs = (tuple(_grid(image) for image in stack[:MOST_FILTERS]) for stack in stacks)
    return Kernels(part.original.name, axes, tuple(str(step) for step in part.steps), ours, theirs, len(stacks[0]))


def _stack(array: Array, letters: str) -> Array:
    """The first input channel of every filter, (O, rows, columns); a kernel over one axis has one row."""
    present = [letter for letter in letters if letter in "OHWL"]
    image = array[tuple(slice(None) if letter in "OHWL" else 0 for letter in letters)]
    stack = image.transpose([present.index(letter) for letter in "OHWL" if letter in present])
    return stack[:, None, :] if stack.ndim == 2 else stack


def _grid(image: Array) -> Grid:
    return tuple(tuple(shortened(float(value)) for value in row) for row in image)


def confusions(graph: Graph, known: Batch, original: Batch, converted: Batch) -> tuple[Confusion, ...]:
    """For outputs whose labels are known: (N, …) by name, of samples that both models computed."""
    found = []
    for name, told in known.items():
        axis = class_axis(graph, name)
        labels = as_labels(np.asarray(told), original[name], axis)
        if labels is not None:
            named = [_named(side[name], axis) for side in (original, converted)]
            found.append(_confusion(name, labels, named))
    return tuple(found)


def _named(output: Array, axis: int) -> Array:
    single = output.shape[axis + 1] == 1
    named: Array = (output.take(0, axis + 1) > 0.5).astype(np.int64) if single else output.argmax(axis + 1)
    return named.reshape(-1)


def _confusion(name: str, labels: Array, sides: list[Array]) -> Confusion:
    """The commonest classes; of equally common ones those with smaller numbers."""
    labels = labels.reshape(-1)
    common = Counter(int(one) for side in (labels, *sides) for one in side)
    ranked = sorted(common, key=lambda one: (-common[one], one))
    shown = tuple(sorted(ranked[:MOST_CLASSES]))
    rest = len(ranked) > MOST_CLASSES
    ours, theirs = (_counts(labels, side, shown, rest) for side in sides)
    return Confusion(name, shown, rest, ours, theirs)


def _counts(labels: Array, named: Array, shown: tuple[int, ...], rest: bool) -> Counts:
    place = {number: at for at, number in enumerate(shown)}
    size = len(shown) + rest
    table = np.zeros((size, size), np.int64)
    for true, said in zip(labels, named, strict=True):
        table[place.get(int(true), size - 1), place.get(int(said), size - 1)] += 1
    return tuple(tuple(int(number) for number in row) for row in table)
