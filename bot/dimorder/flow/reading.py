"""A file of any kind becomes a model whose layout is settled, or an error that says why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import BinaryIO

from dimorder.errors import CannotTell, UnreadableFile, UsageError
from dimorder.flow.options import Options
from dimorder.formats import keras3
from dimorder.formats.document import parse
from dimorder.formats.hdf5 import Hdf5Store, attribute
from dimorder.formats.reader import (
    HDF5_MAGIC,
    LFS_MAGIC,
    ZIP_MAGIC,
    read_architecture,
    read_hdf5,
    sha256,
    with_architecture,
)  # fmt: skip
from dimorder.graph import Graph, Tensor
from dimorder.infer import UserWord, admit, infer, settle, what_matters
from dimorder.layout import Channels
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
    """A model as read, with the reader of its arrays; store is the HDF5 store of Keras 1 and 2 files."""

    model: Model
    read: Read
    store: Hdf5Store | None

    def is_compiled(self) -> bool:
        """Whether the file says how the model was trained."""
        return self.store is not None and attribute(self.store.root, "training_config") is not None


@dataclass(frozen=True, slots=True)
class Settled:
    """A model with its verdict; graph is None where no architecture is known."""

    opened: Opened
    verdict: Verdict
    graph: Graph | None
    assumptions: tuple[str, ...]

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
    opened = open_bare(files[role], names[role], options)
    if architecture not in files:
        return opened
    return joined(opened, files[architecture], names[architecture], options)


def open_bare(file: BinaryIO, path: str, options: Options) -> Opened:
    """The model in a file, with no more architecture than it carries itself."""
    default = default_channels(options)
    start = file.read(64)
    file.seek(0)
    if not start:
        raise UnreadableFile(f"{path}: is empty")
    if start.startswith(LFS_MAGIC):
        raise UnreadableFile(f"{path}: a Git LFS pointer, not the file itself", hint="git lfs pull, then run again")
    if start.startswith(ZIP_MAGIC):
        model, stored = keras3.read(file, path, sha256(file))
        return Opened(model, stored.read_array, None)
    if start.startswith(HDF5_MAGIC):
        model, store = read_hdf5(file, path, default)
        return Opened(model, store.read, store)
    if start.lstrip()[:1] in (b"<", b"\x1f") or b"\0" in start:
        raise UnreadableFile(f"{path}: neither HDF5 nor a Keras archive nor an architecture")
    return Opened(read_architecture(file, path, default), no_arrays, None)


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
    return replace(opened, model=with_architecture(opened.model, given, default_channels(options)))


def default_channels(options: Options) -> Channels | None:
    """What --from says of layers that leave their ordering to a keras.json."""
    if options.stated is None:
        return None
    return "first" if options.stated.dim_ordering == "th" else "last"


def word(options: Options) -> UserWord | None:
    """The user's word as inference takes it."""
    if options.stated is None and not options.layers and not options.keras_version:
        return None
    return UserWord(options.stated, options.layers, options.keras_version)


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
    try:
        assumptions = admit(verdict, stated=said, accept=options.accept, matters=matters)
    except CannotTell as doubt:
        if graph is None and not options.unproven:
            raise CannotTell(doubt.sentence, hint=f"{doubt.hint}; then add --architecture, or --unproven") from None
        raise
    if graph is not None:
        graph = settle(graph, verdict, keras_version=options.keras_version or opened.model.keras_version)
    return Settled(opened, verdict, graph, assumptions)


def conv1d_axes(graph: Graph | None) -> str:
    """Axes of Keras 1's Conv1D kernels, "" where there are none."""
    ops = [node.op for node in graph.nodes] if graph else []
    return next((op.axes for op in ops if isinstance(op, Conv) and "1" in op.axes), "")


def flatten_channels(graph: Graph | None) -> str:
    """What all Flatten layers do with channels; "" where there are none, or they differ."""
    nodes = graph.by_name() if graph else {}
    found = {
        node.op.channels
        for node in nodes.values()
        if isinstance(node.op, Flatten) and len(nodes[node.inputs[0]].shape) > 1
    }
    return found.pop() if len(found) == 1 else ""


def require_weights(model: Model) -> None:
    """An architecture alone computes nothing."""
    if model.kind == "architecture":
        raise UsageError(
            f"{model.path}: an architecture has no arrays to convert",
            hint="name the weights, and pass this file with --architecture (and --architecture-out for the new one)",
        )
