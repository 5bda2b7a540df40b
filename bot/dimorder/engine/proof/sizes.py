"""Concrete sizes for a graph's inputs, and what one sample of these sizes costs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

from dimorder import semantics as ops
from dimorder.errors import Refused
from dimorder.graph import Graph, Node
from dimorder.mapping import innermost
from dimorder.semantics import Shape
from dimorder.shapes import output_shape
from dimorder.weights import weights_of
from dimorder.windows import effective, transposed_fits

Sizes = tuple[int, ...]
Inputs = Mapping[str, Sizes]
"""Shape of one sample (no batch axis, nothing unknown) by input name."""

LARGEST = 512
SMALLEST = 8


def input_sizes(graph: Graph) -> tuple[Inputs, ...]:
    """One set of input sizes, or two of different parity where the graph leaves sizes open.

    The second set is absent if the network accepts one size only.
    """
    if all(None not in _shape(graph, name) for name in graph.inputs):
        return ({name: _filled(_shape(graph, name), ()) for name in graph.inputs},)
    found = _search(graph, roomy=True) or _search(graph, roomy=False)
    if not found:
        raise Refused(
            "no input size up to 512 fits through this network",
            hint="give samples of a size that it accepts with --samples",
        )
    return found


def _search(graph: Graph, *, roomy: bool) -> tuple[Inputs, ...]:
    """The smallest sizes that fit, and the next ones of another parity.

    A U-Net takes multiples of 2**depth only: then parity is that of the multiple.
    """
    for step in (1, 2, 4, 8, 16, 32, 64):
        bases = [n for n in range(step, LARGEST, step) if n >= SMALLEST]
        first = next((n for n in bases if _passes(graph, n, step, roomy)), None)
        if first is None:
            continue
        odd = range(first + step, LARGEST, 2 * step)
        second = next((n for n in odd if _passes(graph, n, step, roomy)), None)
        bases = [first] if second is None else [first, second]
        return tuple(_sized(graph, base, step) for base in bases)
    return ()


def _passes(graph: Graph, base: int, step: int, roomy: bool) -> bool:
    shapes = shapes_for(graph, _sized(graph, base, step))
    return shapes is not None and (not roomy or _is_roomy(graph, shapes))


def _sized(graph: Graph, base: int, step: int) -> Inputs:
    """Unknown sizes are base, base+step, …: no two axes alike, neighbours of other parity."""
    return {name: _filled(_shape(graph, name), tuple(range(base, base + 8 * step, step))) for name in graph.inputs}


def _filled(shape: Shape, sizes: Sizes) -> Sizes:
    supply: Iterator[int] = iter(sizes)
    return tuple(next(supply) if size is None else size for size in shape)


def _shape(graph: Graph, name: str) -> Shape:
    return graph.by_name()[name].shape


def shapes_for(graph: Graph, inputs: Inputs) -> Mapping[str, Sizes] | None:
    """Shape of every value for these inputs; None if something does not fit."""
    shapes: dict[str, Sizes] = {}
    for node in graph.nodes:
        given = tuple(shapes[name] for name in node.inputs)
        if not isinstance(node.op, ops.Input) and not _accepts(node, given):
            return None
        shape = inputs[node.name] if node.name in inputs else output_shape(node.op, given)
        if any(size is None or size < 1 for size in shape):
            return None
        shapes[node.name] = tuple(size for size in shape if size is not None)
    return shapes


def _accepts(node: Node, given: tuple[Sizes, ...]) -> bool:
    """The node's arrays and its several inputs agree with these shapes."""
    if isinstance(node.op, ops.Mapped):
        slices = tuple(sizes[1:] for sizes in given)
        alike = len({sizes[:1] for sizes in given}) == 1 and all(slices)
        return alike and _accepts(replace(node, op=node.op.inner), slices)
    if isinstance(node.op, ops.ConvTranspose) and not _lengthens(node.op, given[0]):
        return False
    if isinstance(node.op, ops.Merge) and not _merges(node.op, given):
        return False
    if isinstance(node.op, ops.Reshape):
        stated = abs(math.prod(node.op.target))
        count = math.prod(given[0])
        return count % stated == 0 if -1 in node.op.target else count == stated
    stored = tuple(tensor.shape for tensor in node.tensors)
    wanted = tuple(weight.shape for weight in weights_of(node.op, given))
    return not stored or not wanted or stored == wanted


def _lengthens(op: ops.ConvTranspose, shape: Sizes) -> bool:
    """An output whose length is stated comes from inputs of one size only."""
    if not op.length:
        return True
    axes = zip(ops.spatial(op.rank, op.channels, shape), op.kernel_size, op.strides, op.length, strict=True)
    return all(
        n is not None
        and length is not None
        # Keras 1 on Theano cuts behind an even kernel.
        and (transposed_fits(n, k, stride, length, op.padding) or (k % 2 == 0 and length == -(-n // stride)))
        for n, k, stride, length in axes
    )


def _merges(op: ops.Merge, given: tuple[Sizes, ...]) -> bool:
    if op.mode in ("dot", "cos"):
        assert op.dot_axes is not None
        first, second = ([shape[a] for a in axes] for shape, axes in zip(given, op.dot_axes, strict=True))
        return first == second
    if len({len(shape) for shape in given}) > 1:
        return op.mode != "concat"
    columns = [set(column) for axis, column in enumerate(zip(*given, strict=True)) if axis != op.axis]
    return all(len(column) == 1 or (op.mode != "concat" and len(column - {1}) == 1) for column in columns)


def _is_roomy(graph: Graph, shapes: Mapping[str, Sizes]) -> bool:
    """Every window fits into its map: a 3×3 kernel on a 1×1 map shows its centre only."""
    for node in graph.nodes:
        op, depth = innermost(node.op)
        if isinstance(op, ops.Conv | ops.Depthwise | ops.Separable | ops.Pool):
            sizes = ops.spatial(op.rank, op.channels, shapes[node.inputs[0]][depth:])
            windows = _windows(op)
            if any(size is not None and size < w for size, w in zip(sizes, windows, strict=True)):
                return False
    return True


def _windows(op: ops.Conv | ops.Depthwise | ops.Separable | ops.Pool) -> Sizes:
    if isinstance(op, ops.Pool):
        return op.size
    return tuple(effective(k, d) for k, d in zip(op.kernel_size, op.dilation, strict=True))


def multiply_adds(graph: Graph, shapes: Mapping[str, Sizes]) -> int:
    """Multiplications of one sample in convolutions and Dense layers."""
    return sum(_node_cost(node, shapes) for node in graph.nodes)


def _node_cost(node: Node, shapes: Mapping[str, Sizes]) -> int:
    out = math.prod(shapes[node.name])
    op, depth = innermost(node.op)
    if isinstance(op, ops.Conv):
        inputs = ops.channel_count(op.channels, shapes[node.inputs[0]][depth:]) or 1
        return out * inputs * math.prod(op.kernel_size)
    if isinstance(op, ops.ConvTranspose):
        return math.prod(shapes[node.inputs[0]]) * op.filters * math.prod(op.kernel_size)
    if isinstance(op, ops.Depthwise | ops.Separable):
        mixed = op.filters if isinstance(op, ops.Separable) else 0
        return out * (math.prod(op.kernel_size) + mixed)
    return out * shapes[node.inputs[0]][-1] if isinstance(node.op, ops.Dense) else out


def elements(shapes: Mapping[str, Sizes]) -> int:
    """Numbers in all values of one sample."""
    return sum(math.prod(shape) for shape in shapes.values())
