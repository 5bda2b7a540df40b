"""A file as read: where its arrays lie, what computes with them, where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from dimorder.graph import Graph, Tensor

Era = Literal["keras0", "keras1", "keras2", "keras3"]
Kind = Literal["weights", "model", "architecture"]


@dataclass(frozen=True, slots=True)
class Layer:
    """A named group of arrays as the file lists them; kind is the class name where an architecture tells it."""

    name: str
    kind: str
    tensors: tuple[Tensor, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """One array of the optimizer's state; `follows` is the address of the weight it belongs to, "" for none."""

    tensor: Tensor
    follows: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the `dimorder` attribute of a file that this tool wrote says.

    conv1d: axes that the source's Conv1D kernels had where the conversion changed them (OIL1 of Keras 1.0), else "".
    flatten: what all Flatten layers of the source did with channels, "first" or "last"; "" if none, or not all alike.
    dialect: in which the file is written; "" where an older version wrote it.
    """

    layout: str
    source_layout: str
    source_sha256: str
    version: str
    conv1d: str = ""
    flatten: str = ""
    dialect: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """One model file (with the architecture given beside it, if any), without data.

    keras_version: "" where the file does not say it. backend: likewise.
    graph:    operations with weights bound to them, None where no architecture is known; some fields may be unset.
    document: the architecture as parsed from its JSON or YAML, for writers; None where none is known.
    slots:    optimizer state. slots_known is False when some slot could not be matched with its weight.
    """

    path: str
    sha256: str
    era: Era
    keras_version: str
    backend: str
    kind: Kind
    layers: tuple[Layer, ...]
    graph: Graph | None = None
    document: dict[str, Any] | None = None
    provenance: Provenance | None = None
    slots: tuple[Slot, ...] = ()
    slots_known: bool = True

    def tensors(self) -> tuple[Tensor, ...]:
        """All weights in file order, without optimizer state."""
        return tuple(tensor for layer in self.layers for tensor in layer.tensors)
