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
from dimorder.mapping import times_mapped
from dimorder.semantics import Input, Op, Opaque, Shape
from dimorder.shapes import output_shape
from dimorder.weights import weights_of

Tensors = tuple[Tensor, ...]
Arrays = Mapping[str, Tensors]
"""By layer path."""
BEHIND_UNKNOWN = "it reads what a layer yields that is not known here"
Owned = Arrays | None
"""None for an architecture alone."""


def graph(level: Level, arrays: Owned, slope: float) -> Graph:
    """The whole model. slope: of hard_sigmoid in the Keras that wrote it."""
    work = _Lowering(arrays, slope)
    inputs = [work.entrance(_spec(level, ref), ref) for ref in level.inputs]
    outputs = work.model(level, "", inputs, 0)
    return Graph(tuple(work.nodes.values()), tuple(inputs), tuple(outputs))


def _spec(level: Level, ref: Ref) -> Spec:
    return next(spec for spec in level.layers if spec.name == ref[0])


@dataclass(slots=True)
class _Lowering:
    arrays: Owned
    slope: float
    nodes: dict[str, Node] = field(default_factory=dict)
    guessed: bool = False
    depth: int = 0

    def model(self, level: Level, path: str, fed: Sequence[str], call: int) -> list[str]:
        """Names of its outputs; fed: names of the values that it reads; call: of the whole."""
        if len(fed) != len(level.inputs):
            raise UnreadableFile(f"model {path or level.name!r} is called with {len(fed)} inputs")
        for ref in level.inputs:
            _check_none(path + ref[0], self.stored(path + ref[0]))
        values: dict[Use, list[str]] = {ref[:2]: [value] for ref, value in zip(level.inputs, fed, strict=True)}
        specs = {spec.name: spec for spec in level.layers}
        for use in computable_order(level.parents(), [ref[:2] for ref in level.outputs]):
            if use not in values:
                spec = specs[use[0]]
                inputs = [self.picked(values, ref) for ref in spec.calls[use[1]]]
                number = call * len(spec.calls) + use[1]
                stated = level.shapes.get((*use, 0))
                values[use] = self.layer(spec, path + spec.name, inputs, number, stated)
        return [self.picked(values, ref) for ref in level.outputs]

    def picked(self, values: Mapping[Use, list[str]], ref: Ref) -> str:
        """The value that is read; whatever a layer yields that nobody knows, it is one value here."""
        found = values[ref[:2]]
        if ref[2] < len(found):
            return found[ref[2]]
        if not isinstance(self.nodes[found[0]].op, Opaque):
            raise UnreadableFile(f"layer {ref[0]!r} has several outputs, which is not read")
        self.guessed = True
        return found[0]

    def layer(self, spec: Spec, place: str, inputs: list[str], call: int, stated: Shape | None) -> list[str]:
        if spec.inner is not None and not spec.odd:
            self.depth += spec.mapped
            outputs = self.model(spec.inner, place + "/", inputs, call)
            self.depth -= spec.mapped
            return outputs
        if not inputs:
            raise UnreadableFile(f"layer {place!r} reads nothing")
        shapes = tuple(self.nodes[name].shape for name in inputs)
        name = f"{place}@{call}" if call else place
        written = Written(spec.class_name, spec.config, self.slices(shapes), self.slope)
        stated = (*shapes[0][: self.depth], *stated) if stated else None
        tensors, owned = self.stored(place), False
        for found in self._operations(spec, written):
            found = times_mapped(found, self.slices(shapes), self.depth)
            op, shape = self._shaped(place, found, shapes, stated)
            node = Node(name, place, op, tuple(inputs), shape, (), call)
            if self.arrays is not None:
                node = replace(node, tensors=_bound(node, tensors, shapes, exact=not self.guessed))
            owned |= bool(node.tensors)
            self.add(node)
            inputs, shapes, name = [name], (shape,), f"{name}/activation"
        if not owned:
            _check_none(place, tensors)
        return inputs

    def stored(self, place: str) -> Tensors:
        """The arrays that the file has for a layer."""
        return self.arrays.get(place, ()) if self.arrays is not None else ()

    def _operations(self, spec: Spec, written: Written) -> tuple[Op, ...]:
        try:
            return operations(spec, written)
        except UnreadableFile:
            if not self.guessed:
                raise
            return (Opaque(spec.class_name, BEHIND_UNKNOWN),)

    def _shaped(self, place: str, op: Op, shapes: tuple[Shape, ...], stated: Shape | None) -> tuple[Op, Shape]:
        """The operation and the shape of its value; behind a layer that nobody knows, shapes are guesses."""
        if isinstance(op, Opaque):
            self.guessed |= stated is None
            return op, stated or shapes[0]
        try:
            return op, _shape(place, op, shapes)
        except UnreadableFile:
            if not self.guessed:
                raise
            return Opaque(type(op).__name__, BEHIND_UNKNOWN), stated or shapes[0]

    def slices(self, shapes: tuple[Shape, ...]) -> tuple[Shape, ...]:
        """Shapes as they are inside the TimeDistributed around the models that are being read."""
        return tuple(shape[self.depth :] for shape in shapes)

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


def _shape(place: str, op: Op, shapes: tuple[Shape, ...]) -> Shape:
    try:
        return output_shape(op, shapes)
    except (AssertionError, IndexError, ValueError, TypeError, ZeroDivisionError) as problem:
        raise UnreadableFile(f"layer {place!r} cannot read shapes {list(shapes)}") from problem


def _check_none(place: str, tensors: Tensors) -> None:
    """Keras opens no file that has arrays for a layer that owns none: load_own_variables in layers/layer.py."""
    if tensors:
        raise WeightsDoNotFit(f"layer {place!r} owns no arrays, the file has {len(tensors)} for it")


def _bound(node: Node, tensors: Tensors, shapes: tuple[Shape, ...], *, exact: bool) -> Tensors:
    """The layer's arrays with their roles, compared with what the operation owns (exact: sizes, too)."""
    if isinstance(node.op, Opaque):
        return tensors
    owned = weights_of(node.op, shapes)
    if not owned:
        return ()
    if len(owned) != len(tensors):
        raise WeightsDoNotFit(f"layer {node.layer!r} owns {len(owned)} arrays, the file has {len(tensors)} for it")
    for tensor, weight in zip(tensors, owned, strict=True):
        pairs = list(zip(tensor.shape, weight.shape, strict=False))
        unlike = len(tensor.shape) != len(weight.shape) or any(b not in (None, a) for a, b in pairs)
        if exact and unlike:
            raise WeightsDoNotFit(f"layer {node.layer!r}: {weight.role} has shape {tensor.shape}, not {weight.shape}")
    return tuple(
        replace(tensor, name=f"{node.layer}/{weight.role}", role=weight.role)
        for tensor, weight in zip(tensors, owned, strict=True)
    )
