"""Pooling: Theano's 'same' is built from stock layers where TensorFlow's differs, never approximated.

Maximum: the edge is repeated in front of a 'valid' pooling, since every padded window contains the edge.
Average: one axis after the other; windows that reach over the edge are cropped to their true size.
Source: layout-facts 8 and section 5; traps 27 to 29.
"""

from __future__ import annotations

from dataclasses import replace

from dimorder.errors import Refused
from dimorder.graph import Graph, Node
from dimorder.layout import Channels
from dimorder.plan import Edit
from dimorder.rules.tracing import Traced, Tracing
from dimorder.semantics import Activate, Crop, Identity, Merge, Padding, Pool, Size, UpSample, ZeroPad, spatial
from dimorder.windows import pool_pads, window_count

Pads = tuple[tuple[int, int], ...]
NEVER_NEGATIVE = ("relu", "sigmoid", "softmax", "hard_sigmoid", "softplus", "exponential")


def trace(tracing: Tracing, node: Node, op: Pool) -> None:
    """Rewrite one pooling layer."""
    assert op.channels != "unset"
    value, channels = tracing.in_channels(tracing.read(node), op.rank, op.channels, node)
    op = replace(op, channels=channels)
    sizes = spatial(op.rank, channels, value.shape)
    same: Padding = op.theano_same if tracing.goal.orientation == "convolution" else "tf-same"
    if op.padding == "valid" or op.padding == same or _modes_agree(op, sizes, same):
        padding: Padding = "valid" if op.padding == "valid" else same
        tracing.put(node, replace(op, padding=padding, counts_padding=False), (value,), value.order)
        return
    if op.padding == "tf-same":
        raise Refused(f"layer {node.layer!r}: Theano's 'same' pooling pads other places than TensorFlow's")
    known = [size for size in sizes if size is not None]
    if len(known) != len(sizes):
        raise Refused(
            f"layer {node.layer!r}: 'same' pooling as Theano computes it needs the size of its input",
            hint="pass an architecture with a fixed input shape",
        )
    pads = tuple(pool_pads(n, k, s, op.padding) for n, k, s in zip(known, op.size, op.strides, strict=True))
    if op.kind == "max" and not _never_negative(tracing.source, node.inputs[0]):
        _repeat_edges(tracing, node, op, value, pads)
    elif op.kind == "max" or op.counts_padding:
        _pad_with_zeros(tracing, node, op, value, pads)
    else:
        _average(tracing, node, op, value, pads)


def _modes_agree(op: Pool, sizes: tuple[Size, ...], same: Padding) -> bool:
    """Whether `same` has the very windows that the layer has."""
    if op.counts_padding:
        return False
    axes = zip(sizes, op.size, op.strides, strict=True)
    return all(
        window == 1
        or (size is not None and _windows(size, window, stride, op.padding) == _windows(size, window, stride, same))
        for size, window, stride in axes
    )


def _windows(size: int, window: int, stride: int, padding: Padding) -> tuple[int, Size]:
    """Where the first window begins in front of the axis, and how many there are."""
    return pool_pads(size, window, stride, padding)[0], window_count(size, window, stride, padding)


def _never_negative(graph: Graph, name: str) -> bool:
    """Whether padding with zeros can never win over a real maximum."""
    nodes = graph.by_name()
    while isinstance(nodes[name].op, Identity | Pool | UpSample | Crop | ZeroPad):
        name = nodes[name].inputs[0]
    op = nodes[name].op
    return isinstance(op, Activate) and op.kind in NEVER_NEGATIVE


def _pad_with_zeros(tracing: Tracing, node: Node, op: Pool, value: Traced, pads: Pads) -> None:
    pad = ZeroPad(op.rank, pads, _channels(op))
    padded = tracing.add(f"{node.layer}_padding", pad, (value,), node.layer, "padding made explicit")
    tracing.put(node, replace(op, padding="valid", counts_padding=False), (padded,), value.order)


def _repeat_edges(tracing: Tracing, node: Node, op: Pool, value: Traced, pads: Pads) -> None:
    tracing.edits.append(Edit(node.layer, "edges repeated in front of the pooling, which becomes 'valid'"))
    for axis, (before, after) in enumerate(pads):
        first = _cut(tracing, node, op, value, axis, 0, 1) if before else value
        last = _cut(tracing, node, op, value, axis, _size(op, value, axis) - 1, 1) if after else value
        value = _joined(tracing, node, op, axis, [first] * before + [value] + [last] * after)
    tracing.put(node, replace(op, padding="valid"), (value,), value.order)


def _average(tracing: Tracing, node: Node, op: Pool, value: Traced, pads: Pads) -> None:
    """A mean over a rectangle is the mean of means along its axes, so each axis is pooled on its own."""
    tracing.edits.append(Edit(node.layer, "edge windows averaged at their true size"))
    for axis, (before, _) in enumerate(pads):
        size, window, stride = _size(op, value, axis), op.size[axis], op.strides[axis]
        starts = [number * stride - before for number in range(window_count(size, window, stride, op.padding) or 0)]
        parts = [_pooled(tracing, node, op, value, axis, run, window, stride) for run in _runs(starts, window, size)]
        value = _joined(tracing, node, op, axis, parts)
    # The layer's own name goes to a pooling of single elements, so that what reads it stays as it is.
    ones = (1,) * op.rank
    tracing.put(node, replace(op, size=ones, strides=ones, padding="valid"), (value,), value.order)


def _runs(starts: list[int], window: int, size: int) -> list[list[int]]:
    """Windows that lie whole inside the axis are pooled together, each one that does not alone."""
    runs: list[list[int]] = []
    for start in starts:
        whole = start >= 0 and start + window <= size
        if whole and runs and runs[-1][0] >= 0 and runs[-1][-1] + window <= size:
            runs[-1].append(start)
        else:
            runs.append([start])
    return runs


def _pooled(
    tracing: Tracing, node: Node, op: Pool, value: Traced, axis: int, run: list[int], window: int, stride: int
) -> Traced:
    begin, end = max(run[0], 0), min(run[-1] + window, _size(op, value, axis))
    length = min(window, end - begin) if len(run) == 1 else window
    piece = _cut(tracing, node, op, value, axis, begin, end - begin)
    sizes = tuple(length if a == axis else 1 for a in range(op.rank))
    strides = tuple(stride if a == axis else 1 for a in range(op.rank))
    pool = Pool(op.rank, "ave", sizes, strides, "valid", op.channels)
    return tracing.add(f"{node.layer}_mean", pool, (piece,), node.layer)


def _cut(tracing: Tracing, node: Node, op: Pool, value: Traced, axis: int, begin: int, length: int) -> Traced:
    """`length` elements of one spatial axis from `begin` on."""
    rest = _size(op, value, axis) - begin - length
    if begin == 0 and rest == 0:
        return value
    amounts = tuple((begin, rest) if a == axis else (0, 0) for a in range(op.rank))
    return tracing.add(f"{node.layer}_edge", Crop(op.rank, amounts, _channels(op)), (value,), node.layer)


def _joined(tracing: Tracing, node: Node, op: Pool, axis: int, parts: list[Traced]) -> Traced:
    if len(parts) == 1:
        return parts[0]
    position = axis + 1 if op.channels == "first" else axis
    return tracing.add(f"{node.layer}_joined", Merge("concat", axis=position), tuple(parts), node.layer)


def _size(op: Pool, value: Traced, axis: int) -> int:
    size = spatial(op.rank, _channels(op), value.shape)[axis]
    assert size is not None
    return size


def _channels(op: Pool) -> Channels:
    assert op.channels != "unset"
    return op.channels
