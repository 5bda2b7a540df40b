"""A tree of Keras 3 layers becomes a flat graph, every array bound to its operation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from dimorder.errors import UnreadableFile, WeightsDoNotFit
from dimorder.formats.keras3.operations import operations
from dimorder.formats.keras3.order import Use, computable_order
from dimorder.formats.keras3.tree import Level, Ref, Spec
from dimorder.formats.keras3.written import Written
from dimorder.graph import Graph, Node, Tensor
from dimorder.semantics import Input, Op, Opaque, Shape
from dimorder.shapes import output_shape, weights_of

Arrays = Mapping[str, tuple[Tensor, ...]]
"""By layer path."""


def graph(level: Level, arrays: Arrays, slope: float) -> Graph:
    """The whole model. slope: of hard_sigmoid in the Keras that wrote it."""
    work = _Lowering(arrays, slope)
    inputs = [work.entrance(_spec(level, ref), ref) for ref in level.inputs]
    outputs = work.model(level, "", inputs, 0)
    return Graph(tuple(work.nodes.values()), tuple(inputs), tuple(outputs))


def _spec(level: Level, ref: Ref) -> Spec:
    return next(spec for spec in level.layers if spec.name == ref[0])


@dataclass(slots=True)
class _Lowering:
    arrays: Arrays
    slope: float
    nodes: dict[str, Node] = field(default_factory=dict)

    def model(self, level: Level, path: str, fed: Sequence[str], call: int) -> list[str]:
        """Names of its outputs; fed: names of the values that it reads; call: of the whole."""
        if len(fed) != len(level.inputs):
            raise UnreadableFile(f"model {path or level.name!r} is called with {len(fed)} inputs")
        values: dict[Use, list[str]] = {ref[:2]: [value] for ref, value in zip(level.inputs, fed, strict=True)}
        specs = {spec.name: spec for spec in level.layers}
        for use in computable_order(level.parents(), [ref[:2] for ref in level.outputs]):
            if use not in values:
                spec = specs[use[0]]
                inputs = [_pick(values, ref) for ref in spec.calls[use[1]]]
                number = call * len(spec.calls) + use[1]
                stated = level.shapes.get((*use, 0))
                values[use] = self.layer(spec, path + spec.name, inputs, number, stated)
        return [_pick(values, ref) for ref in level.outputs]

    def layer(self, spec: Spec, place: str, inputs: list[str], call: int, stated: Shape | None) -> list[str]:
        if spec.inner is not None:
            return self.model(spec.inner, place + "/", inputs, call)
        if not inputs:
            raise UnreadableFile(f"layer {place!r} reads nothing")
        shapes = tuple(self.nodes[name].shape for name in inputs)
        name = f"{place}@{call}" if call else place
        written = Written(spec.class_name, spec.config, shapes, self.slope)
        for op in operations(spec, written):
            shape = stated if isinstance(op, Opaque) and stated else _shape(place, op, shapes)
            tensors = self.arrays.get(place, ()) if name not in self.nodes else ()
            node = Node(name, place, op, tuple(inputs), shape, (), call)
            self.add(replace(node, tensors=_bound(node, tensors, shapes)))
            inputs, shapes, name = [name], (shape,), f"{name}/activation"
        return inputs

    def entrance(self, spec: Spec, ref: Ref) -> str:
        stated = spec.config.get("batch_shape") or spec.config.get("batch_input_shape")
        if spec.class_name != "InputLayer" or not isinstance(stated, list):
            raise UnreadableFile(f"the model does not say the shape of its input {ref[0]!r}")
        shape = tuple(None if size is None else int(size) for size in stated[1:])
        op = Input(shape, str(spec.config.get("dtype") or "float32"))
        self.add(Node(spec.name, spec.name, op, (), shape))
        return spec.name

    def add(self, node: Node) -> None:
        if node.name in self.nodes:
            raise UnreadableFile(f"two values are called {node.name!r}")
        self.nodes[node.name] = node


def _pick(values: Mapping[Use, list[str]], ref: Ref) -> str:
    found = values[ref[:2]]
    if ref[2] >= len(found):
        raise UnreadableFile(f"layer {ref[0]!r} has several outputs, which is not read")
    return found[ref[2]]


def _shape(place: str, op: Op, shapes: tuple[Shape, ...]) -> Shape:
    try:
        return output_shape(op, shapes)
    except (AssertionError, IndexError, ValueError, TypeError, ZeroDivisionError) as problem:
        raise UnreadableFile(f"layer {place!r} cannot read shapes {list(shapes)}") from problem


Tensors = tuple[Tensor, ...]


def _bound(node: Node, tensors: Tensors, shapes: tuple[Shape, ...]) -> Tensors:
    """The layer's arrays with their roles, compared with what the operation owns."""
    if isinstance(node.op, Opaque):
        return tensors
    owned = weights_of(node.op, shapes)
    if not owned:
        return ()
    if len(owned) != len(tensors):
        raise WeightsDoNotFit(f"layer {node.layer!r} owns {len(owned)} arrays, the file has {len(tensors)} for it")
    for tensor, weight in zip(tensors, owned, strict=True):
        pairs = list(zip(tensor.shape, weight.shape, strict=False))
        if len(tensor.shape) != len(weight.shape) or any(b not in (None, a) for a, b in pairs):
            raise WeightsDoNotFit(f"layer {node.layer!r}: {weight.role} has shape {tensor.shape}, not {weight.shape}")
    return tuple(
        replace(tensor, name=f"{node.layer}/{weight.role}", role=weight.role)
        for tensor, weight in zip(tensors, owned, strict=True)
    )
