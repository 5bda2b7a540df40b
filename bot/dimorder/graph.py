"""A model as a flat sequence of operations: the form that is traced, computed and compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dimorder.semantics import Op, Shape


@dataclass(frozen=True, slots=True)
class Tensor:
    """One stored array: what it is called, where it lies, how large it is. No data.

    name:    as the file spells it (`convolution2d_1_W`, `conv2d_1/kernel:0`).
    address: its path inside the file; unique there.
    role:    kernel, bias, gamma, beta, mean, statistic, alpha, embeddings; "" where no architecture says.
    parts:   of an array that the file keeps in pieces (Keras 1 stores each gate of an LSTM apart): those pieces, in
             the order in which they are joined along `axis`. Its address then names the first piece.
    """

    name: str
    address: str
    shape: tuple[int, ...]
    dtype: str
    role: str = ""
    parts: tuple[Tensor, ...] = ()
    axis: int = 0

    def stored(self) -> tuple[Tensor, ...]:
        """The arrays as the file keeps them: its parts, or the array itself."""
        return self.parts or (self,)


def joined(parts: tuple[Tensor, ...], axis: int, name: str, role: str = "") -> Tensor:
    """One array made of several that lie side by side along `axis`."""
    shape = list(parts[0].shape)
    shape[axis] = sum(part.shape[axis] for part in parts)
    return Tensor(name, parts[0].address, tuple(shape), parts[0].dtype, role, parts, axis)


@dataclass(frozen=True, slots=True)
class Node:
    """One operation on values; its own name is the name of the value it yields.

    name:    unique: the layer's name, `NAME/activation` for a fused activation, `NAME@1` for a second call.
    layer:   the layer's path: container names and its own, joined by "/"; shared layers yield several nodes.
    inputs:  names of the nodes whose values it reads.
    tensors: arrays in the order the operation states (see `weights_of`).
    shape:   of the value, without batch.
    call:    which call of a shared layer this is, from 0.
    """

    name: str
    layer: str
    op: Op
    inputs: tuple[str, ...]
    shape: Shape
    tensors: tuple[Tensor, ...] = ()
    call: int = 0


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes in an order in which they can be computed; inputs and outputs name nodes."""

    nodes: tuple[Node, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    def by_name(self) -> Mapping[str, Node]:
        """Nodes by name."""
        return {node.name: node for node in self.nodes}

    def readers(self) -> Mapping[str, tuple[Node, ...]]:
        """For every value the nodes that read it."""
        table: dict[str, list[Node]] = {node.name: [] for node in self.nodes}
        for node in self.nodes:
            for name in node.inputs:
                table[name].append(node)
        return {name: tuple(nodes) for name, nodes in table.items()}


def unique_name(wanted: str, taken: Iterable[str]) -> str:
    """`wanted`, or `wanted_2`, `wanted_3`, … if it is taken."""
    names = set(taken)
    candidates = (wanted if n == 1 else f"{wanted}_{n}" for n in range(1, len(names) + 2))
    return next(name for name in candidates if name not in names)
