"""Functional models: `Model(inputs, outputs)`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dimorder.program import BuiltModel, Place, Thing, Unknown
from dimorder.source.keras_api.applying import Applied, Node, called_on, own_name
from dimorder.source.keras_api.documents import Era, network_config
from dimorder.source.keras_api.model import assigned, built_model, model_attribute
from dimorder.source.keras_api.naming import Names
from dimorder.source.keras_api.order import Order
from dimorder.source.keras_api.rerun import rerun
from dimorder.source.keras_api.tensor import Tensor
from dimorder.source.told import told
from dimorder.source.values import Called, Session, Shape


@dataclass(eq=False)
class Network:
    """One functional model. Fields that all Applied have are told there; the first node is its own creation.

    layers: as Keras lists them; code may take some away. read_from: the file or text that tells the model.
    instance, begun: as in Layer. ended: asked once the code has run.
    """

    names: Names
    style: str
    place: Place
    inputs: list[Tensor]
    outputs: list[Tensor]
    order: Order
    layers: list[Applied]
    class_name: str = "Model"
    function: str = ""
    read_from: Any = None
    instance: Any = None
    begun: Callable[[Called], None] | None = None
    ended: Callable[[], None] | None = None
    stated: Shape | None = None
    dtype: str | None = None
    nodes: list[Node] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    refused: list[Unknown] = field(default_factory=list)
    trainable: Any = True
    kept_as: str = ""
    kind: str = "keras model"
    noun: str = "model"

    @property
    def name(self) -> str:
        """As the Keras that the code is written for gives it."""
        return own_name(self.names, self.style)

    def label(self) -> str:
        """How sentences call it."""
        return f"model {self.name!r}"

    def config(self, era: Era) -> Any:
        """Its configuration as that era writes it. Raises documents.NoForm."""
        return network_config(self, era)

    def is_input(self, layer: Applied, number: int) -> bool:
        """Whether the model begins with what a call yields."""
        return any(one.layer is layer and one.node == number for one in self.inputs)

    def outputs_of(self, shapes: list[Shape | None], session: Session) -> list[Shape | None]:
        """Shapes of what it yields for inputs of these shapes."""
        if shapes == [one.shape for one in self.inputs]:
            return [one.shape for one in self.outputs]
        if self.inputs and len(shapes) != len(self.inputs):
            session.refused.append(f"it reads {len(self.inputs)} values, not {len(shapes)}")
            return [None] * len(self.outputs)
        return rerun(self.order, self.inputs, self.outputs, shapes, session)

    def call(self, called: Called) -> Any:
        """What it yields for tensors."""
        return called_on(self, called)

    def attribute(self, name: str, session: Session) -> Any:
        """Its layers, tensors and methods."""
        return model_attribute(self, name)

    def assign(self, name: str, value: Any, session: Session) -> None:
        """Set an attribute."""
        assigned(self, name, value)

    def built(self, session: Session) -> BuiltModel:
        """What it has become by now."""
        if self.ended is not None:
            self.ended()
        return built_model(self, self.layers, {key: numbers[0] for key, numbers in self.order.nodes.items()})

    def record(self, session: Session) -> None:
        """Put what has become of it into the session."""
        session.models.append(self.built(session))

    def told(self) -> Thing:
        """What it is."""
        source = {} if self.read_from is None else {"read_from": told(self.read_from)}
        return Thing("keras model", self.kept_as or self.name, {"place": self.place, **source})
