"""A model as read from a file, and as settled: what every flow hands on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dimorder.flow.expressions import Expressions
from dimorder.flow.forms import Form
from dimorder.formats import keras3
from dimorder.formats.document import parsed_or_nothing
from dimorder.formats.hdf5 import Hdf5Store, attribute
from dimorder.graph import Graph, Tensor
from dimorder.model import Model
from dimorder.steps import Array
from dimorder.verdict import Verdict

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
