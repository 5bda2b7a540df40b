"""A file of any kind becomes a model whose layout is settled, or an error that says why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from dimorder.errors import CannotTell, UsageError
from dimorder.flow.expressions import Expressions, check_expressions, expressed, sentences
from dimorder.flow.forms import Form
from dimorder.flow.options import Options
from dimorder.formats import keras3, published
from dimorder.formats.document import parse, parsed_or_nothing
from dimorder.formats.foreign import refuse_foreign
from dimorder.formats.hdf5 import Hdf5Store, attribute
from dimorder.formats.reader import (
    HDF5_MAGIC,
    ZIP_MAGIC,
    read_architecture,
    read_hdf5,
    sha256,
    with_architecture,
)  # fmt: skip
from dimorder.graph import Graph, Tensor
from dimorder.infer import UserWord, admit, infer, settle, statistic_assumptions, what_matters
from dimorder.infer.unsaid import unsaid_strides
from dimorder.infer.word import FROM, NAME
from dimorder.layout import Channels
from dimorder.mapping import innermost
from dimorder.model import Model
from dimorder.plan import Array
from dimorder.semantics import Conv, Flatten
from dimorder.verdict import About, Verdict

Read = Callable[[Tensor], Array]


def no_arrays(tensor: Tensor) -> Array:
    """The reader of a file that has none."""
    raise AssertionError(tensor)


@dataclass(frozen=True, slots=True)
class Opened:
    """A model as read, with the reader of its arrays.

    store:  where arrays lie under their layers' names (HDF5 of Keras 0 to 2, which can be written again in that form).
    stored: of Keras 3's `.weights.h5`, which says nothing of how its layers are connected.
    form:   the container that the file is.
    expressions: what the user says of Lambda layers; told: the same as sentences, of those that the model has.
    """

    model: Model
    read: Read
    store: Hdf5Store | None
    stored: keras3.Weights | None = None
    expressions: Expressions = ()
    told: tuple[str, ...] = ()
    form: Form = "h5"

    def is_compiled(self) -> bool:
        """Whether the file says how the model was trained."""
        return self.store is not None and attribute(self.store.root, "training_config") is not None

    def training(self) -> dict[str, Any] | None:
        """What the file says of how the model was trained, None where it says nothing."""
        text = attribute(self.store.root, "training_config") if self.store is not None else None
        return parsed_or_nothing(text) if text else None


@dataclass(frozen=True, slots=True)
class Settled:
    """A model with its verdict; graph is None where no architecture is known.

    keras_version: as which it was read, "" where nobody says it.
    """

    opened: Opened
    verdict: Verdict
    graph: Graph | None
    assumptions: tuple[str, ...]
    keras_version: str = ""

    @property
    def model(self) -> Model:
        return self.opened.model

    def arrays(self) -> tuple[Tensor, ...]:
        """Every weight as its operation owns it; where no architecture is known, as the file lists it."""
        owned = [tensor for node in self.graph.nodes for tensor in node.tensors] if self.graph else []
        known = {part.address for tensor in owned for part in tensor.stored()}
        return (*owned, *(tensor for tensor in self.model.tensors() if tensor.address not in known))


def open_model(
    files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Options, role: str = "source",
    architecture: str = "architecture",
) -> Opened:  # fmt: skip
    """The model in the file of this role, recognised by its content, with the architecture given beside it."""
    opened = open_bare(files[role], names[role], options, shards(files, role))
    if architecture in files:
        opened = joined(opened, files[architecture], names[architecture], options)
    elif role == "source":
        opened = published_joined(opened, options)
    if role == "source":
        check_expressions(opened.model.graph, options.expressions)
    return told_by_expressions(opened, options)


def told_by_expressions(opened: Opened, options: Options) -> Opened:
    """The model with what --lambda says of its Lambda layers."""
    before, expressions = opened.model.graph, options.expressions
    if before is None or not expressions:
        return opened
    after = expressed(before, expressions)
    model = replace(opened.model, graph=after)
    return replace(opened, model=model, expressions=expressions, told=tuple(sentences(before, after, expressions)))


def shards(files: Mapping[str, BinaryIO], role: str) -> dict[str, BinaryIO]:
    """The files beside the one of this role that its index names, by name."""
    return {key.removeprefix(f"{role}:"): file for key, file in files.items() if key.startswith(f"{role}:")}


def open_bare(
    file: BinaryIO, path: str, options: Options, beside: Mapping[str, BinaryIO] | None = None
) -> Opened:
    """The model in a file, with no more architecture than it carries itself. beside: the shards that it names."""
    default = default_channels(options)
    start = file.read(64)
    file.seek(0)
    if start.startswith(ZIP_MAGIC):
        model, stored = keras3.read(file, path, sha256(file))
        return Opened(model, stored.read_array, None, form="keras")
    if start.startswith(HDF5_MAGIC):
        stored = keras3.Stored(file, path)
        if keras3.holds_layers(stored):
            model = keras3.read_weights(stored, path, sha256(file))
            return Opened(model, stored.read_array, None, stored, form="weights.h5")
        model, store = read_hdf5(file, path, default)
        return Opened(model, store.read, None if model.era == "keras3" else store)
    refuse_foreign(start, path)
    if keras3.shard_names(file, path):
        parts = keras3.Sharded(file, beside or {}, path)
        model = keras3.read_weights(parts, path, sha256(file))
        return Opened(model, parts.read_array, None, parts, form="weights.json")
    return Opened(read_architecture(file, path, default), no_arrays, None, form="json")


def joined(opened: Opened, architecture: BinaryIO, path: str, options: Options) -> Opened:
    """Weights with the architecture that the user gives; a file that carries its own takes no other."""
    given = parse(architecture.read(), path)
    own = opened.model.document
    if own is not None and all(own.get(key) == given.get(key) for key in ("class_name", "config")):
        return opened
    if opened.model.kind != "weights":
        raise UsageError(
            f"--architecture: {opened.model.path} carries another architecture itself", hint="leave --architecture out"
        )
    if opened.stored is not None:
        return replace(opened, model=keras3.with_architecture(opened.model, opened.stored, given))
    return replace(opened, model=with_architecture(opened.model, given, default_channels(options)))


def published_joined(opened: Opened, options: Options) -> Opened:
    """Weights with the published architecture that the user names; as they are if none is named."""
    if not options.app:
        return opened
    if opened.model.kind != "weights":
        raise UsageError(f"--architecture: {opened.model.path} carries its own", hint="leave --architecture out")
    document = published.document(options.app, opened.model, default_channels(options))
    joined_up = with_architecture(opened.model, document)
    # The version whose code is followed is no evidence of who saved the file.
    return replace(opened, model=replace(joined_up, keras_version=opened.model.keras_version))


def as_released(options: Options, path: str) -> Options:
    """The published files state their layout in their names; --from overrules them."""
    layout = published.released_layout(path) if options.app and options.stated is None else None
    return replace(options, stated=layout, released=True) if layout else options


def default_channels(options: Options) -> Channels | None:
    """What --from says of layers that leave their ordering to a keras.json."""
    if options.stated is None:
        return None
    return "first" if options.stated.dim_ordering == "th" else "last"


def word(options: Options) -> UserWord | None:
    """The user's word as inference takes it."""
    if options.stated is None and not options.layers and not options.keras_version:
        return None
    return UserWord(options.stated, options.layers, options.keras_version, NAME if options.released else FROM)


def judge(opened: Opened, options: Options) -> Verdict:
    """The verdict on a model's layout."""
    return infer(opened.model, user=word(options))


def settled(opened: Opened, options: Options, verdict: Verdict | None = None) -> Settled:
    """The model ready to be planned or computed; raises CannotTell where the policy forbids it."""
    verdict = verdict or judge(opened, options)
    stated = word(options)
    said: frozenset[About] = stated.stated() if stated else frozenset()
    matters = what_matters(opened.model, verdict)
    # Rows that no move depends on need not be known.
    if options.target.dim_ordering == verdict.layout.dim_ordering:
        matters -= {"dense_rows"}
    graph = opened.model.graph
    version = options.keras_version or opened.model.keras_version
    if options.app:
        version = version or published.VERSIONS[opened.model.era]
    app = (published.sentence(options.app, opened.model),) if options.app else ()
    try:
        assumptions = admit(verdict, stated=said, accept=options.accept, matters=matters)
    except CannotTell as doubt:
        if graph is None and not options.unproven:
            raise CannotTell(doubt.sentence, hint=f"{doubt.hint}; then add --architecture, or --unproven") from None
        raise
    if graph is not None:
        graph = settle(graph, verdict, keras_version=version)
    read = statistic_assumptions(opened.model, graph, version, stated=bool(options.keras_version))
    read += unsaid_strides(opened.model, graph)
    return Settled(opened, verdict, graph, (*assumptions, *read, *app, *opened.told), version)


def conv1d_axes(graph: Graph | None) -> str:
    """Axes of Keras 1's Conv1D kernels, "" where there are none."""
    ops = [innermost(node.op)[0] for node in graph.nodes] if graph else []
    return next((op.axes for op in ops if isinstance(op, Conv) and "1" in op.axes), "")


def flatten_channels(graph: Graph | None) -> str:
    """What all Flatten layers do with channels; "" where there are none, or they differ."""
    nodes = graph.by_name() if graph else {}
    found = {
        op.channels
        for node in nodes.values()
        for op, depth in (innermost(node.op),)
        if isinstance(op, Flatten) and len(nodes[node.inputs[0]].shape) > 1 + depth
    }
    return found.pop() if len(found) == 1 else ""


def require_weights(model: Model) -> None:
    """An architecture alone computes nothing."""
    if model.kind == "architecture":
        raise UsageError(
            f"{model.path}: an architecture has no arrays to convert",
            hint="name the weights, and pass this file with --architecture (and --architecture-out for the new one)",
        )
