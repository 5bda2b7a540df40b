"""Sequential models, which grow by `add`.

Source: keras/models.py at 1.2.2, keras/engine/sequential.py at 2.2.4.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dimorder.program import BuiltModel, Place, Thing, Unknown
from dimorder.source.keras_api.applying import Applied, Node, applied, as_applied, called_on, own_name
from dimorder.source.keras_api.documents import Era, sequential_config
from dimorder.source.keras_api.entrance import entrance
from dimorder.source.keras_api.inputs import shape as shape_of
from dimorder.source.keras_api.methods import Method
from dimorder.source.keras_api.model import assigned, built_model, model_attribute
from dimorder.source.keras_api.naming import Names, given, of_input
from dimorder.source.keras_api.nesting import bounded
from dimorder.source.keras_api.tensor import Tensor
from dimorder.source.values import Called, Session, Shape

NO_INPUT = "the shape of its input is not said"
EMPTY = "nothing is added to it that is seen here"


@dataclass(eq=False)
class Sequential:
    """One Sequential. Fields that all Applied have are told there; the first node is its own creation.

    under: the conditions that nobody knows under which it was made.
    own:   the layers as its own methods put them there; `layers` is the list that code gets hold of.
    """

    names: Names
    style: str
    place: Place
    layers: list[Applied] = field(default_factory=list)
    inputs: list[Tensor] = field(default_factory=list)
    outputs: list[Tensor] = field(default_factory=list)
    under: list[Unknown] = field(default_factory=list)
    own: list[Applied] = field(default_factory=list)
    class_name: str = "Sequential"
    function: str = ""
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
        return sequential_config(self, era)

    def add(self, one: Any, called: Called) -> None:
        """Put a layer at the end."""
        if isinstance(one, Tensor) and one.layer.class_name == "InputLayer" and self.style != "keras1":
            one = one.layer
        layer = bounded(as_applied(one), self)
        if isinstance(layer, Unknown):
            self.unknown.append(Unknown(f"a layer that is added is not known: {layer.because}", called.place))
            self._forget()
            return
        before = [one.shape for one in self.outputs]
        self._connect(layer, called)
        self._check(layer, called)
        if any(one is layer for one in self.layers):
            self.unknown.append(Unknown(f"{layer.label()} is added twice", called.place))
        self.layers.append(layer)
        self.own.append(layer)
        self.nodes[0].outputs = self.outputs
        doubt = self._doubt(called)
        if doubt is not None:
            self.unknown.append(Unknown(f"whether a layer is added is not known: {doubt.because}", called.place))
            if before != [one.shape for one in self.outputs]:
                self._forget()

    def _check(self, layer: Applied, called: Called) -> None:
        """What Keras refuses to put behind the layers that are there."""
        if layer.nodes and len(layer.nodes[-1].outputs) > 1:
            because = f"Keras refuses {layer.label()} in a Sequential: it yields several values"
            self.refused.append(Unknown(because, called.place))
        if any(one is not layer and one.name == layer.name for one in self.layers):
            self.refused.append(Unknown(f"Keras refuses two layers with the name {layer.name!r}", called.place))

    def _doubt(self, called: Called) -> Unknown | None:
        """The condition that nobody knows under which a layer is added and the model was not made."""
        conditions = called.session.uncertain
        return next((one for one in conditions if not any(one is old for old in self.under)), None)

    def _forget(self) -> None:
        """Nobody knows from here on what the next layer reads."""
        for one in self.outputs:
            one.shape = None

    def _connect(self, one: Applied, called: Called) -> None:
        if self.outputs:
            self.outputs = applied(one, self.outputs, called.place, called.session)[:1]
        elif not self.layers:
            self._begin(one, called)

    def _begin(self, one: Applied, called: Called) -> None:
        """With the first layer: an InputLayer, a layer that says what it reads, or a model."""
        if one.kind == "keras model" and self.style == "keras1":
            inside: Any = one
            self.inputs, self.outputs = list(inside.inputs), list(inside.outputs)
            return
        if one.nodes and one.kind == "keras layer":
            self.inputs = list(one.nodes[0].inputs or one.nodes[0].outputs)
            self.outputs = one.nodes[0].outputs[:1]
            return
        stated, dtype = _first_stated(one)
        if stated is not None:
            names = of_input(called.session, getattr(one, "keras1", one.class_name), one.names)
            self.inputs = [entrance(names, self.style, called, stated, dtype)]
            self.outputs = applied(one, self.inputs, called.place, called.session)[:1]

    def pop(self, called: Called) -> None:
        """Take the last layer away."""
        if not self.layers:
            self.unknown.append(Unknown("a layer is taken away where there is none", called.place))
            return
        self.layers.pop()
        self.own[len(self.layers) :] = []
        last = self.layers[-1] if self.layers else None
        if last is None or not last.nodes:
            self.outputs, self.inputs = [], [] if last is None else self.inputs
        else:
            self.outputs = last.nodes[-1].outputs[:1]

    def build(self, called: Called) -> None:
        """Say the shape of the input after the layers."""
        given_shape = called.positional[0] if called.positional else called.keywords.get("input_shape")
        stated = None if given_shape is None else given_shape.value
        if self.inputs or not isinstance(stated, list | tuple):
            return
        names = given(f"{self.name}_input")
        self.inputs = [entrance(names, self.style, called, shape_of(stated), "float32")]
        self.stated = shape_of(stated)
        self._say(self.stated)
        self.outputs = self.inputs
        for layer in self.layers:
            self.outputs = applied(layer, self.outputs, called.place, called.session)[:1]

    def _say(self, stated: Shape) -> None:
        """By its first layer, as readers of architectures look for it there; Keras 2.2.4 says it of the model."""
        first: Any = self.layers[0] if self.layers else None
        if first is not None and first.kind == "keras layer" and first.stated is None:
            first.stated, first.dtype = stated, "float32"

    def outputs_of(self, shapes: list[Shape | None], session: Session) -> list[Shape | None]:
        """Shapes of what it yields for inputs of these shapes."""
        if self.outputs and shapes == [one.shape for one in self.inputs]:
            return [one.shape for one in self.outputs]
        if len(shapes) != 1:
            session.refused.append(f"it reads one value, not {len(shapes)}")
            return [None]
        for layer in self.layers:
            shapes = layer.outputs_of(shapes, session)
        return shapes[:1]

    def call(self, called: Called) -> Any:
        """What it yields for tensors."""
        return called_on(self, called)

    def attribute(self, name: str, session: Session) -> Any:
        """Its layers, tensors and methods."""
        if name == "add":
            return Method(self, name, ("layer",), self._added)
        if name == "pop":
            return Method(self, name, (), self.pop)
        if name == "build":
            return Method(self, name, ("input_shape",), self.build)
        return model_attribute(self, name)

    def _added(self, called: Called) -> None:
        given = called.positional[0] if called.positional else called.keywords.get("layer")
        self.add(given.value if given is not None else Unknown("none is given"), called)

    def assign(self, name: str, value: Any, session: Session) -> None:
        """Set an attribute."""
        assigned(self, name, value)

    def built(self, session: Session) -> BuiltModel:
        """What it has become by now."""
        unsaid = bool(self.layers) and not self.inputs and not self.nodes[1:]
        if unsaid and not any(one.because == NO_INPUT for one in self.unknown):
            self.unknown.append(Unknown(NO_INPUT, self.place))
        if not self.layers and not self.unknown:
            self.unknown.append(Unknown(EMPTY, self.place))
        return built_model(self, self.layers, {id(layer): len(layer.nodes) - 1 for layer in self.layers if layer.nodes})

    def record(self, session: Session) -> None:
        """Put what has become of it into the session."""
        session.models.append(self.built(session))

    def told(self) -> Thing:
        """What it is."""
        return Thing("keras model", self.kept_as or self.name, {"place": self.place})


def _first_stated(one: Any) -> tuple[Shape | None, str]:
    """What the first of the layers says of its input, also inside models."""
    while one.kind == "keras model":
        if one.inputs:
            first = one.inputs[0]
            return (None if first.shape is None else (first.batch, *first.shape)), first.layer.dtype or "float32"
        if not one.layers:
            return None, "float32"
        one = one.layers[0]
    return one.stated, one.dtype or "float32"
