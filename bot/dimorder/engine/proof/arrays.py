"""What the plan makes of the original's arrays, beside what stands in the converted file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dimorder.engine.proof.pair import Pair
from dimorder.graph import Node, Tensor
from dimorder.layout import permutation
from dimorder.mapping import innermost
from dimorder.semantics import Conv
from dimorder.steps import Array, Step, apply

Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Counterpart:
    """One array of the original and where the converted model keeps it.

    node:    the converted node that owns it; place: its position among the node's tensors.
    planned: axes (letters) that the plan's steps end in. stored: axes in the converted file.
             Both "" where arrays have no named axes, or where they agree.
    """

    original: Tensor
    converted: Tensor
    node: Node
    place: int
    steps: Steps
    planned: str = ""
    stored: str = ""


def counterparts(pair: Pair) -> tuple[Counterpart, ...]:
    """Every array of the converted model that the plan makes from one of the original's; shared arrays once per call.

    The plan may give an array to another node than the one that owned it: its address tells where it came from.
    """
    planned = pair.plan.graph.by_name() if pair.plan.graph else {}
    originals = {tensor.address: tensor for node in pair.original.graph.nodes for tensor in node.tensors}
    return tuple(
        _counterpart(pair, originals[tensor.address], node, place)
        for node in pair.converted.graph.nodes
        if node.name in planned
        for place, tensor in enumerate(planned[node.name].tensors[: len(node.tensors)])
        if tensor.address in originals
    )


def _counterpart(pair: Pair, tensor: Tensor, node: Node, place: int) -> Counterpart:
    move = pair.plan.moves.get(tensor.address)
    planned, stored = _axes(pair, node) if place == 0 else ("", "")
    steps = move.steps if move else ()
    return Counterpart(tensor, node.tensors[place], node, place, steps, planned, stored)


def _axes(pair: Pair, node: Node) -> tuple[str, str]:
    """Axes of a convolution's kernel as planned and as stored, "" where they need no moving."""
    planned = pair.plan.graph.by_name().get(node.name) if pair.plan.graph else None
    ours, theirs = (innermost(one.op)[0] if one else None for one in (planned, node))
    if not isinstance(ours, Conv) or not isinstance(theirs, Conv):
        return "", ""
    return ("", "") if ours.axes == theirs.axes else (ours.axes, theirs.axes)


def moved_array(pair: Pair, part: Counterpart, steps: Steps) -> Array:
    """The original's array after these steps, with the axes of the converted file."""
    return _respelled(apply(steps, pair.read_original(part.original)), part.planned, part.stored)


def _respelled(array: Array, planned: str, stored: str) -> Array:
    """The same numbers with axes `stored`; "1" is a dummy axis of length one (L1IO, LIO)."""
    if not planned or array.ndim != len(planned):
        return array
    if "1" in planned:
        array = array.squeeze(planned.index("1")) if array.shape[planned.index("1")] == 1 else array
    if array.ndim != len(planned.replace("1", "")):
        return array
    array = array.transpose(permutation(planned.replace("1", ""), stored.replace("1", "")))
    return np.expand_dims(array, stored.index("1")) if "1" in stored else array


def same_bits(first: Array, second: Array) -> bool:
    """Equal shape, type and bits: -0.0 is not 0.0, and a NaN equals itself."""
    if first.shape != second.shape or first.dtype != second.dtype:
        return False
    raw = np.dtype(f"u{first.dtype.itemsize}") if first.dtype.itemsize in (1, 2, 4, 8) else None
    if raw is None:
        return first.tobytes() == second.tobytes()
    ours, theirs = (np.ascontiguousarray(array).view(raw) for array in (first, second))
    return bool(np.array_equal(ours, theirs))


def nonfinite(parts: tuple[Counterpart, ...], pair: Pair) -> tuple[str, ...]:
    """Names of the original's arrays that hold NaN or infinite numbers."""
    found = {part.original.address: part.original for part in parts}
    return tuple(tensor.name for tensor in found.values() if not is_finite(pair.read_original(tensor)))


def is_finite(array: Array) -> bool:
    """Whether all of it are numbers to compute with."""
    return array.dtype.kind not in "fc" or bool(np.isfinite(array).all())


def miswritten(pair: Pair, parts: tuple[Counterpart, ...]) -> tuple[str, ...]:
    """Addresses in the original of arrays that are not bit for bit what the plan makes of them."""
    return tuple(
        dict.fromkeys(
            part.original.address
            for part in parts
            if not same_bits(moved_array(pair, part, part.steps), pair.read_converted(part.converted))
        )
    )
