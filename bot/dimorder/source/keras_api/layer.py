"""Layers that code has made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dimorder.layout import Channels
from dimorder.program import Argument, BuiltLayer, ChannelsFrom, Place, Thing, Unknown
from dimorder.source.keras_api.applying import Applied, Node, called_on, own_name
from dimorder.source.keras_api.attributes import COMPUTING, OLD, TRAINING_ONLY, layer_attribute
from dimorder.source.keras_api.building import built_layer
from dimorder.source.keras_api.naming import Names, given
from dimorder.source.keras_api.own import weights_built
from dimorder.source.keras_api.shapes import shapes_of
from dimorder.source.keras_api.spec import LayerSpec
from dimorder.source.keras_api.variables import Variable
from dimorder.source.values import Called, Session, Shape, Sizes


@dataclass(eq=False)
class Layer:
    """One layer. Fields that all Applied have are told there.

    spec:     of its class. keras1: its class in Keras 1, "" where that had none.
    config:   as Keras 2 writes it, without name and what is stated of the input.
    inner:    the layer or model that a wrapper wraps.
    branches: what Keras 1's Merge merges at the head of a Sequential.
    instance: of a layer of the code's own class, the instance that it belongs to; the interpreter sets it.
    is_variant: whether that class inherits from one of Keras's layers, not from Layer itself.
    begun:    what that class's `super().__init__` does. inherited: settings that it hands to Keras's class that way.
    weights:  of a layer of the code's own class, shapes as its own code makes them; None where it does not tell.
    variables: what add_weight made, and whether it is trained. certain: conditions that held when it was built.
    """

    spec: LayerSpec
    keras1: str
    names: Names
    style: str
    place: Place
    config: dict[str, Any] = field(default_factory=dict)
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    channels: Channels | None = None
    channels_from: ChannelsFrom = "none"
    stated: Shape | None = None
    dtype: str | None = None
    inner: Applied | None = None
    branches: list[Applied] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    trainable: Any = True
    instance: Any = None
    is_variant: bool = False
    begun: Callable[[Called], None] | None = None
    inherited: dict[str, Any] = field(default_factory=dict)
    weights: tuple[Sizes, ...] | None = None
    variables: list[tuple[Variable, bool]] = field(default_factory=list)
    certain: int = 0
    kept_as: str = ""
    kind: str = "keras layer"
    noun: str = "layer"

    @property
    def class_name(self) -> str:
        """In Keras 2."""
        return self.spec.name

    @property
    def name(self) -> str:
        """As the Keras that the code is written for gives it."""
        return own_name(self.names, self.style)

    def label(self) -> str:
        """How sentences call it."""
        return f"layer {self.name!r}"

    def outputs_of(self, shapes: list[Shape | None], session: Session) -> list[Shape | None]:
        """Shapes of what it yields for inputs of these shapes."""
        return shapes_of(self, shapes, session)

    def build(self, shapes: list[Shape | None], place: Place, session: Session) -> None:
        """Before its first call: the code's own class makes its weights."""
        if not self.spec.known and not self.nodes:
            self.weights = weights_built(self, shapes, place, session)

    def call(self, called: Called) -> Any:
        """What it yields for tensors."""
        return called_on(self, called)

    def attribute(self, name: str, session: Session) -> Any:
        """Its settings, tensors and methods."""
        return layer_attribute(self, name)

    def assign(self, name: str, value: Any, session: Session) -> None:
        """Set an attribute: whether it is trained, its name, or what it computes, which is not followed."""
        if name == "trainable":
            self.trainable = value
        elif name in ("name", "_name") and isinstance(value, str):
            self.names = given(value)
        elif name in ("name", "_name"):
            self.unknown.append(Unknown(f"the name that {self.label()} is given is not known"))
        elif self._computes_with(name):
            self.unknown.append(Unknown(f"{name!r} of {self.label()} is set after it was made"))

    def _computes_with(self, name: str) -> bool:
        """Whether an attribute says what it computes; those of the code's own classes are theirs to read."""
        said = name in self.config or name in OLD or name in COMPUTING
        return self.spec.known and said and not name.endswith(TRAINING_ONLY)

    def record(self, session: Session) -> None:
        """Put what has become of it into the session."""
        session.layers.append(self.built())

    def built(self) -> BuiltLayer:
        """What has become of it."""
        return built_layer(self, self.nodes[0] if self.nodes else None)

    def told(self) -> Thing:
        """What it is."""
        return Thing("keras layer", self.class_name, {"name": self.name})
