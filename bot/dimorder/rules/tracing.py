"""Index tracing: the converted graph grows node by node, each value with its view of the original."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from dimorder.errors import Refused
from dimorder.graph import Graph, Node, Tensor, unique_name
from dimorder.layout import Channels, Orientation, channel_view
from dimorder.mapping import times_mapped
from dimorder.plan import Edit, Move, Refusal, View
from dimorder.semantics import Crop, Op, Shape
from dimorder.semantics import Permute as PermuteOp
from dimorder.shapes import output_shape
from dimorder.steps import Fold, Grow, Index, Permute, Regroup, Reorder, Step

NO_INDEX: Mapping[int, Index] = {}


@dataclass(frozen=True, slots=True)
class Traced:
    """A value of the converted graph: its name there, its shape, and how it shows the original value.

    origins: the nodes whose choice put elements into another order (Flatten, or Dense ahead of a Reshape);
             asking them to keep the old order is always possible.
    """

    name: str
    shape: Shape
    order: tuple[int, ...]
    index: Mapping[int, Index] = field(default_factory=dict)
    origins: frozenset[str] = frozenset()

    @property
    def is_original(self) -> bool:
        return self.order == tuple(range(len(self.order))) and not self.index

    def picked(self, axis: int) -> Index | None:
        """The order of elements along one axis of the converted value, None if it is the original one."""
        return self.index.get(axis)


class NeedsOriginalOrder(Exception):
    """Some reader cannot take the new order of elements; these nodes must keep the old one."""

    def __init__(self, origins: frozenset[str]) -> None:
        super().__init__(sorted(origins))
        self.origins = origins


class WantsColumns(Exception):
    """A Reshape would be free if this Dense yielded its columns in another order."""

    def __init__(self, dense: str, index: Index) -> None:
        super().__init__(dense)
        self.dense = dense
        self.index = index


@dataclass(frozen=True, slots=True)
class Goal:
    """Where a conversion leads.

    source_channels: what inputs are taken for that only a Flatten reads.
    flatten: what a Flatten of a map says afterwards ("first" only where Keras 2.2's channels-first form is wanted).
    kernels_follow_channels: Keras 1 stores OIHW or HWIO with the layer's ordering, Keras 2 always HWIO.
    conv1d: axes for Keras 1's Conv1D kernels, "" leaves them. OIL1 and L1IO both open in 1.1 and later.
    dialect: "same" keeps every layer's own class; "keras2" and "keras3" have no class for some old layers, and rules
             build these from others.
    least_epsilon: to which the target raises a smaller epsilon of a BatchNormalization of maps.
    """

    channels: Channels
    orientation: Orientation
    source_channels: Channels
    flatten: Channels = "last"
    kernels_follow_channels: bool = True
    conv1d: str = ""
    dialect: Literal["same", "keras2", "keras3"] = "same"
    least_epsilon: float = 0.0
    keep: tuple[str, ...] = ()
    keep_inputs: tuple[str, ...] = ()


@dataclass
class Tracing:
    """The state of one pass through the original graph."""

    source: Graph
    goal: Goal
    kept_order: frozenset[str] = frozenset()
    columns: Mapping[str, Index] = field(default_factory=dict)
    refused_columns: frozenset[str] = frozenset()
    nodes: list[Node] = field(default_factory=list)
    values: dict[str, Traced] = field(default_factory=dict)
    moves: dict[str, Move] = field(default_factory=dict)
    edits: list[Edit] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    heirs: dict[str, str] = field(default_factory=dict)
    margins: dict[str, tuple[Node, Crop]] = field(default_factory=dict)
    wider: set[str] = field(default_factory=set)

    def read(self, node: Node, number: int = 0) -> Traced:
        """The converted value that stands for an input of an original node."""
        return self.values[node.inputs[number]]

    def arranged(self, value: Traced, order: tuple[int, ...], node: Node) -> Traced:
        """The value with its axes in `order` of the original's; a Permute is put in front of `node` if need be."""
        if value.order == order:
            return value
        if value.index:
            raise NeedsOriginalOrder(value.origins)
        moved = PermuteOp(tuple(value.order.index(axis) for axis in order))
        name = self.add(f"{node.layer}_permute", moved, (value,), node.layer, "Permute inserted in front")
        return Traced(name.name, name.shape, order)

    def in_channels(self, value: Traced, rank: int, channels: Channels, node: Node) -> tuple[Traced, Channels]:
        """A map as a layer of the converted model reads it: rank spatial axes, `channels` in the original."""
        target = self.channels(rank)
        if value.index:
            raise NeedsOriginalOrder(value.origins)
        return self.arranged(value, channel_view(rank, channels, target), node), target

    def channels(self, rank: int) -> Channels:
        """Sequences are channels-last in either ordering."""
        return "last" if rank == 1 else self.goal.channels

    def original(self, value: Traced, node: Node) -> Traced:
        """The value exactly as in the original."""
        if value.index:
            raise NeedsOriginalOrder(value.origins)
        return self.arranged(value, tuple(range(len(value.order))), node)

    def add(self, wanted: str, op: Op, inputs: tuple[Traced, ...], at: str, says: str = "") -> Traced:
        """A node that the original has not; it owns no arrays. Its order is the first input's: callers correct it."""
        name = unique_name(wanted, [node.name for node in (*self.nodes, *self.source.nodes)])
        shape = output_shape(op, tuple(value.shape for value in inputs))
        self.nodes.append(Node(name, name, op, tuple(value.name for value in inputs), shape))
        if says:
            self.edits.append(Edit(at, says))
        return Traced(name, shape, inputs[0].order, inputs[0].index, inputs[0].origins)

    def heir(
        self, node: Node, part: str, op: Op, inputs: tuple[Traced, ...], tensors: tuple[Tensor, ...]
    ) -> Traced:
        """A layer that takes over arrays and training-time settings of `node`, which is rewritten as several.

        Calls of a shared layer share their heirs too, so the name is not made unique: it must be free.
        """
        layer = f"{node.layer}_{part}"
        if layer in {other.layer for other in self.source.nodes}:
            raise Refused(f"layer {node.layer!r} is rewritten with a layer {layer!r}, and there is one of this name")
        name = f"{layer}@{node.call}" if node.call else layer
        shape = output_shape(op, tuple(value.shape for value in inputs))
        self.nodes.append(Node(name, layer, op, tuple(value.name for value in inputs), shape, tensors, node.call))
        self.heirs[layer] = node.layer
        return Traced(name, shape, tuple(range(len(shape))))

    def put(
        self,
        node: Node,
        op: Op,
        inputs: tuple[Traced, ...],
        order: tuple[int, ...],
        index: Mapping[int, Index] = NO_INDEX,
        origins: frozenset[str] = frozenset(),
        tensors: tuple[Tensor, ...] | None = None,
    ) -> None:
        """The converted form of an original node, under the same name."""
        shape = output_shape(op, tuple(value.shape for value in inputs))
        names = tuple(value.name for value in inputs)
        owned = node.tensors if tensors is None else tensors
        self.nodes.append(Node(node.name, node.layer, op, names, shape, owned, node.call))
        index = {axis: picked for axis, picked in index.items() if not is_identity(picked)}
        origins = origins if index else frozenset()
        self.values[node.name] = Traced(node.name, shape, order, index, origins)

    def crop_behind(self, node: Node, crop: Crop) -> None:
        """What was put for `node` has margins that the original has not: they are cropped behind the activation that
        belongs to the same layer, since Keras knows nothing between the two. `wider` values show no original one.
        """
        fused = f"{node.name}/activation"
        last = fused if fused in self.source.by_name() else node.name
        self.margins[last] = (node, crop)
        self.wider |= {node.name, last}

    def crop_margins(self, node: Node) -> None:
        """Once `node` is traced: its value is the cropped one from now on."""
        if node.name not in self.margins:
            return
        owner, crop = self.margins[node.name]
        wide = self.values[node.name]
        says = "padding made explicit: the margin is cropped behind"
        sliced = times_mapped(crop, (), len(wide.shape) - crop.rank - 1)
        self.values[node.name] = self.add(f"{owner.layer}_crop", sliced, (wide,), owner.layer, says)

    def move(self, node: Node, tensor: Tensor, steps: tuple[Step, ...], because: str) -> Tensor:
        """State what happens to an array; shared layers must ask for the same every time. Gives its new description."""
        steps = tuple(step for step in steps if not _does_nothing(step))
        before = self.moves.get(tensor.address)
        if before is not None and not _same_steps(before.steps, steps):
            raise Refused(f"layer {node.layer!r} is shared, and its calls need different orders of its arrays")
        self.moves[tensor.address] = Move(tensor.name, tensor.address, steps, because if steps else "")
        return replace(tensor, shape=_moved_shape(tensor, steps))


def along(axis: int, index: Index | None, because: str) -> tuple[Step, ...]:
    """A Reorder, or nothing."""
    return () if index is None else (Reorder(axis, index, because),)


def is_identity(index: Index) -> bool:
    """Whether an index picks every element where it already is."""
    return bool(np.array_equal(index, np.arange(len(index))))


def same_index(first: Mapping[int, Index], second: Mapping[int, Index]) -> bool:
    """Whether two values have their elements in the same order."""
    return first.keys() == second.keys() and all(np.array_equal(first[a], second[a]) for a in first)


def view(value: Traced) -> View:
    """The noun that plans carry."""
    return View(value.order, dict(value.index))


def _does_nothing(step: Step) -> bool:
    if isinstance(step, Reorder):
        return is_identity(step.index)
    return isinstance(step, Permute) and step.source == step.target


def _same_steps(first: tuple[Step, ...], second: tuple[Step, ...]) -> bool:
    if len(first) != len(second):
        return False
    return all(
        np.array_equal(a.index, b.index) and a.axis == b.axis
        if isinstance(a, Reorder) and isinstance(b, Reorder)
        else a == b
        for a, b in zip(first, second, strict=True)
    )


def _moved_shape(tensor: Tensor, steps: tuple[Step, ...]) -> tuple[int, ...]:
    shape = list(tensor.shape)
    for step in steps:
        if isinstance(step, Permute):
            shape = [shape[step.source.index(letter)] for letter in step.target]
        elif isinstance(step, Regroup):
            shape = list(step.target)
        elif isinstance(step, Grow):
            for axis, count in step.zeros:
                shape[axis] += count
        elif isinstance(step, Fold):
            shape[0] = step.length
    return tuple(shape)
