"""Locally connected layers: rows of the kernel follow the order of a window's elements, the bias its own reading.

Keras 3 has no such layer: its windows are laid out by a convolution with a constant kernel, and multiplied by an
EinsumDense. Source: layout-facts 2 and 4; traps 7.
"""

from __future__ import annotations

import math

import numpy as np

from dimorder.errors import Refused
from dimorder.graph import Node, Tensor
from dimorder.layout import SPATIAL, Channels, channel_view
from dimorder.plan import Edit
from dimorder.rules.tracing import NeedsOriginalOrder, Tracing
from dimorder.semantics import Einsum, LocallyConnected, Patches, Reshape, Shape, channel_count, spatial
from dimorder.shapes import positions
from dimorder.steps import Index, Permute, Regroup, Reorder, Step

ELEMENTS = "elements of a window run {}"
BIAS = "a channels-first bias is read as (filters, positions)"


def trace(tracing: Tracing, node: Node, op: LocallyConnected) -> None:
    """The same layer for the other channels, or its form in Keras 3."""
    assert op.channels != "unset"
    if tracing.goal.dialect == "keras3":
        _built(tracing, node, op, op.channels)
        return
    value, channels = tracing.in_channels(tracing.read(node), op.rank, op.channels, node)
    tensors = _moved(tracing, node, op, channels, flat=False)
    converted = LocallyConnected(op.rank, op.filters, op.kernel_size, op.strides, channels, op.use_bias)
    tracing.put(node, converted, (value,), value.order, tensors=tensors)


def trace_einsum(tracing: Tracing, node: Node, op: Einsum) -> None:
    """Its letters name axes of the original: nothing moves."""
    value = tracing.original(tracing.read(node), node)
    tensors = tuple(tracing.move(node, tensor, (), "") for tensor in node.tensors)
    tracing.put(node, op, (value,), tuple(range(len(node.shape))), tensors=tensors)


def _built(tracing: Tracing, node: Node, op: LocallyConnected, channels: Channels) -> None:
    value = tracing.read(node)
    if value.index:
        raise NeedsOriginalOrder(value.origins)
    value = tracing.arranged(value, channel_view(op.rank, channels, "last"), node)
    windows = tracing.add(f"{node.layer}_windows", Patches(op.rank, op.kernel_size, op.strides), (value,), node.layer)
    sizes = (math.prod(_places(tracing, node, op)), op.filters)
    product = Einsum("bpi,pio->bpo", sizes, "po" if op.use_bias else "")
    tensors = _moved(tracing, node, op, "last", flat=True)
    multiplied = tracing.heir(node, "product", product, (windows,), tensors)
    tracing.edits.append(Edit(node.layer, "built from windows and an EinsumDense: Keras 3 has no such layer"))
    whole = Reshape((*_places(tracing, node, op), op.filters))
    tracing.put(node, whole, (multiplied,), value.order, tensors=())


def _read(tracing: Tracing, node: Node) -> Shape:
    return tracing.source.by_name()[node.inputs[0]].shape


def _places(tracing: Tracing, node: Node, op: LocallyConnected) -> tuple[int, ...]:
    found = positions(op, spatial(op.rank, op.channels, _read(tracing, node)))
    known = tuple(size for size in found if size is not None)
    if len(known) != len(found):
        raise Refused(f"layer {node.layer!r}: the size of the map it reads is not known")
    return known


def _moved(
    tracing: Tracing, node: Node, op: LocallyConnected, channels: Channels, *, flat: bool
) -> tuple[Tensor, ...]:
    """Its arrays for `channels`; flat: the bias as (positions, filters)."""
    kernel, *bias = node.tensors
    count = channel_count(op.channels, _read(tracing, node))
    steps: tuple[Step, ...] = ()
    if channels != op.channels and count is not None:
        steps = (Reorder(1, window_order(op.kernel_size, count, channels), _says(op, channels)),)
    rows = tracing.move(node, kernel, steps, _says(op, channels))
    places = _places(tracing, node, op)
    moves = bias_steps(op, places, channels) + flattened(op, places, flat)
    return (rows, *(tracing.move(node, tensor, moves, BIAS) for tensor in bias))


def _says(op: LocallyConnected, channels: Channels) -> str:
    letters = SPATIAL[op.rank]
    return ELEMENTS.format(", ".join(letters + "C" if channels == "last" else "C" + letters))


def window_order(kernel: tuple[int, ...], count: int, channels: Channels) -> Index:
    """new element[i] = old element[index[i]] of a window that from now on has its channels `channels`."""
    numbers = np.arange(math.prod(kernel) * count)
    if channels == "last":
        return np.moveaxis(numbers.reshape(count, *kernel), 0, -1).ravel().astype(np.int64)
    return np.moveaxis(numbers.reshape(*kernel, count), -1, 0).ravel().astype(np.int64)


def bias_steps(op: LocallyConnected, places: tuple[int, ...], channels: Channels) -> tuple[Step, ...]:
    """The bias (positions.., filters) as the other channels' layer reads it."""
    if channels == op.channels:
        return ()
    letters = SPATIAL[op.rank]
    stored, read = (*places, op.filters), (op.filters, *places)
    if channels == "last":
        return Regroup(stored, read), Permute("O" + letters, letters + "O")
    return Permute(letters + "O", "O" + letters), Regroup(read, stored)


def flattened(op: LocallyConnected, places: tuple[int, ...], flat: bool) -> tuple[Step, ...]:
    """The bias as (positions, filters), if that is another shape."""
    if not flat or op.rank == 1:
        return ()
    return (Regroup((*places, op.filters), (math.prod(places), op.filters)),)
