"""Trees of layers become flat graphs of operations; remembers where each node stands in the document."""

from __future__ import annotations

from dataclasses import dataclass, field

from dimorder.errors import CannotTell, UnreadableFile
from dimorder.formats.containers import Container, Ref, Spec
from dimorder.formats.layers.table import read_layer
from dimorder.formats.layers.written import Written, stated_channels
from dimorder.graph import Graph, Node
from dimorder.layout import Channels
from dimorder.mapping import times_mapped
from dimorder.model import Era
from dimorder.semantics import Activate, Identity, Input, Op, Opaque, Shape
from dimorder.shapes import output_shape

Value = str
BEHIND_UNKNOWN = "it reads what a layer yields that is not known here"


@dataclass
class Lowered:
    """A graph and where it came from.

    specs:    every layer that yields nodes, by path.
    declared: (layer path, value) of each configuration that states the shape of its input.
    refs:     per container path and value, the output of which layer it is there.
    depths:   by layer path, how many TimeDistributed are wrapped around the models that the layer stands in.
    """

    nodes: list[Node] = field(default_factory=list)
    inputs: list[Value] = field(default_factory=list)
    outputs: list[Value] = field(default_factory=list)
    specs: dict[str, Spec] = field(default_factory=dict)
    declared: list[tuple[str, Value]] = field(default_factory=list)
    refs: dict[tuple[str, Value], Ref] = field(default_factory=dict)
    depths: dict[str, int] = field(default_factory=dict)

    def graph(self) -> Graph:
        return Graph(tuple(self.nodes), tuple(self.inputs), tuple(self.outputs))


@dataclass(frozen=True, slots=True)
class Spoken:
    """Which Keras wrote the document, and the channels of layers that do not state theirs."""

    era: Era
    version: tuple[int, ...]
    default: Channels | None


def stated_in(tree: Container) -> Channels | None:
    """The channels that all layers of the tree that state any agree on; None if none does, or they differ."""
    found = {channels for spec in leaves(tree) if (channels := stated_channels(spec.held()[1]))}
    return found.pop() if len(found) == 1 else None


def leaves(tree: Container) -> list[Spec]:
    """All layers that are not containers, in order."""
    found: list[Spec] = []
    for spec in tree.layers:
        found += [leaf for inner in spec.containers() for leaf in leaves(inner)]
        found += [] if spec.inner else [spec]
    return found


def lower(tree: Container, spoken: Spoken) -> Lowered:
    """The flat graph of a whole model, weights not yet bound."""
    work = _Lowering(spoken, Lowered())
    outputs = work.container(tree, "", None)
    work.result.outputs = outputs
    return work.result


@dataclass
class _Lowering:
    spoken: Spoken
    result: Lowered
    shapes: dict[Value, Shape] = field(default_factory=dict)
    depth: int = 0
    guessed: bool = False
    kinds: dict[Value, Op] = field(default_factory=dict)
    calls: dict[str, set[int]] = field(default_factory=dict)

    def container(self, tree: Container, path: str, fed: list[Value] | None) -> list[Value]:
        """Outputs of a container; `fed` are the values it reads, None for the model itself."""
        run = self.sequential if tree.sequential else self.functional
        return run(tree, path, fed)

    def sequential(self, tree: Container, path: str, fed: list[Value] | None) -> list[Value]:
        values = fed
        for spec in tree.layers:
            values = self.layer(spec, path, values, 0)
        return values or []

    def functional(self, tree: Container, path: str, fed: list[Value] | None) -> list[Value]:
        known: dict[Ref, Value] = {}
        supplied = dict(zip(tree.inputs, fed, strict=True)) if fed is not None else {}
        waiting = [(spec, call) for spec in tree.layers for call in range(len(spec.calls))]
        offsets = _first_nodes(tree)
        while waiting:
            later = []
            for spec, call in waiting:
                sources = spec.calls[call]
                if not all(ref in known for ref in sources):
                    later.append((spec, call))
                    continue
                made = Ref(spec.name, call + offsets.get(spec.name, 0))
                given = [known[ref] for ref in sources] if sources else None
                if not sources and made in supplied:
                    given = [supplied[made]]
                values = self.layer(spec, path, given, call)
                for number, value in enumerate(values * self._yielded(tree, made, values)):
                    ref = Ref(made.layer, made.node, number)
                    known[ref] = value
                    self.result.refs.setdefault((path, value), ref)
            if len(later) == len(waiting):
                raise UnreadableFile(f"layer {later[0][0].name!r} reads something that no layer yields")
            waiting = later
        if fed is None:
            self.result.inputs = [self._entered(known[ref]) for ref in tree.inputs]
        return [known[ref] for ref in tree.outputs]

    def _entered(self, value: Value) -> Value:
        """The entrance behind what a document calls an input.

        A layer of Keras 1 that changes nothing yields the very tensor that it was given, and the tensor knows only its
        last layer: Activation("linear") behind an InputLayer is then written as the input.
        Source: keras/engine/topology.py create_node at 1.2.2.
        """
        reads = {node.name: node.inputs for node in self.result.nodes}
        while not isinstance(self.kinds[value], Input):
            if len(reads[value]) != 1 or not _passes_on(self.kinds[value]):
                raise UnreadableFile(f"the input {value!r} of the model is no InputLayer")
            (value,) = reads[value]
        return value

    def _yielded(self, tree: Container, made: Ref, values: list[Value]) -> int:
        """How often a value stands for all that a layer yields: more than once only if nobody knows the layer."""
        if len(values) != 1 or not isinstance(self.kinds.get(values[0]), Opaque):
            return 1
        read = [ref for spec in tree.layers for call in spec.calls for ref in call] + list(tree.outputs)
        return max((ref.tensor + 1 for ref in read if (ref.layer, ref.node) == (made.layer, made.node)), default=1)

    def layer(self, spec: Spec, path: str, values: list[Value] | None, call: int) -> list[Value]:
        place = f"{path}/{spec.name}" if path else spec.name
        self.result.specs.setdefault(place, spec)
        self.result.depths[place] = self.depth
        if spec.branches and values is None:
            values = [v for branch in spec.branches for v in self.container(branch, f"{place}/{branch.name}", None)]
        if spec.inner is not None and spec.odd:
            raise UnreadableFile(f"model {place!r} inside the model: {spec.odd}")
        if spec.inner is not None and not spec.mapped:
            return self.container(spec.inner, place, values)
        if values is None:
            values = [self.entrance(spec, place)]
        if _stated_shape(spec) is not None:
            self.result.declared.append((place, values[0]))
        if spec.inner is not None:
            return self.distributed(spec.inner, place, values, spec.mapped)
        if spec.class_name == "InputLayer":
            return values
        return [self.operations(spec, place, tuple(values), call)]

    def distributed(self, tree: Container, place: str, values: list[Value], mapped: int) -> list[Value]:
        """Outputs of a model inside so many TimeDistributed."""
        if any(len(self.shapes[value]) <= mapped for value in values):
            raise UnreadableFile(f"layer {place!r} distributes a model over an axis that is not there")
        self.depth += mapped
        try:
            return self.container(tree, place, values)
        finally:
            self.depth -= mapped

    def entrance(self, spec: Spec, place: str) -> Value:
        shape = _stated_shape(spec)
        if shape is None:
            raise CannotTell(
                f"the architecture does not say the shape of its input (layer {spec.name!r})",
                hint="save the architecture of the built model, with its input shape",
            )
        name = place if spec.class_name == "InputLayer" else f"{place}/input"
        dtype = spec.config.get("input_dtype") or spec.config.get("dtype") or "float32"
        self.add(Node(name, place, Input(shape, str(dtype)), (), shape))
        self.result.inputs.append(name)
        return name

    def _check_name(self, place: str) -> None:
        if place.endswith("/activation"):
            raise UnreadableFile(
                f"layer {place!r}: inside a nested model this name cannot be told from a fused activation",
                hint="rename the layer",
            )

    def operations(self, spec: Spec, place: str, values: tuple[Value, ...], call: int) -> Value:
        self._check_name(place)
        inputs = tuple(self.shapes[value] for value in values)
        spoken = self.spoken
        slices = tuple(shape[self.depth :] for shape in inputs)
        written = Written(spec.name, spec.class_name, spec.config, spoken.era, spoken.version, slices, spoken.default)
        call = self._free_call(place, call, len(spec.calls))
        name = f"{place}@{call}" if call else place
        while name in self.shapes:
            name += "'"
        for number, found in enumerate(self._read(spec, written)):
            full = name if number == 0 else f"{name}/activation"
            op, shape = self._shaped(spec, found, inputs)
            self.add(Node(full, place, op, values, shape, call=call))
            values, inputs = (full,), (shape,)
            if isinstance(op, Opaque):
                break
        return values[0]

    def _free_call(self, place: str, call: int, count: int) -> int:
        """The number of a call in the whole model: of a model that is called twice, each layer is called anew.

        count: of the calls that are written; the remainder of the number by it is the place among them.
        """
        taken = self.calls.setdefault(place, set())
        while call in taken:
            call += count
        taken.add(call)
        return call

    def _read(self, spec: Spec, written: Written) -> tuple[Op, ...]:
        if spec.odd:
            return (Opaque(spec.class_name, spec.odd),)
        try:
            return read_layer(written)
        except UnreadableFile:
            if not self.guessed:
                raise
            return (Opaque(spec.class_name, BEHIND_UNKNOWN),)

    def _shaped(self, spec: Spec, op: Op, inputs: tuple[Shape, ...]) -> tuple[Op, Shape]:
        """The operation and the shape of its value; behind a layer that nobody knows, shapes are guesses."""
        try:
            op = times_mapped(op, tuple(shape[self.depth :] for shape in inputs), self.depth)
            shape = output_shape(op, inputs)
        except (AssertionError, IndexError, ValueError, TypeError) as problem:
            if not self.guessed:
                raise UnreadableFile(f"layer {spec.name!r} cannot read shapes {list(inputs)}") from problem
            op, shape = Opaque(spec.class_name, BEHIND_UNKNOWN), inputs[0]
        self.guessed |= isinstance(op, Opaque)
        return op, shape

    def add(self, node: Node) -> None:
        self.result.nodes.append(node)
        self.shapes[node.name] = node.shape
        self.kinds[node.name] = node.op


def _passes_on(op: Op) -> bool:
    return isinstance(op, Identity) or (isinstance(op, Activate) and op.kind == "linear")


def _first_nodes(tree: Container) -> dict[str, int]:
    """Nested containers count their calls from 1: node 0 is their own creation (traps 38)."""
    nested = {spec.name for spec in tree.layers if spec.inner is not None and not spec.mapped}
    refs = [ref for spec in tree.layers for call in spec.calls for ref in call] + list(tree.outputs)
    counted_from_zero = {ref.layer for ref in refs if ref.node == 0}
    return {name: 0 if name in counted_from_zero else 1 for name in nested}


def _stated_shape(spec: Spec) -> Shape | None:
    written = spec.config.get("batch_input_shape") or spec.config.get("batch_shape")
    if written is None:
        return None
    try:
        return tuple(None if size is None else int(size) for size in written[1:])
    except (TypeError, ValueError, OverflowError) as problem:
        raise UnreadableFile(f"layer {spec.name!r}: no shape of an input ({problem})", code="config.type") from problem
