"""Classes of layers, as code calls them and inherits from them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from dimorder.program import Thing, Unknown
from dimorder.source.keras_api.binding import bind
from dimorder.source.keras_api.layer import Layer
from dimorder.source.keras_api.making import config_of, made
from dimorder.source.keras_api.spec import LayerSpec
from dimorder.source.keras_api.telling import tell, tell_arguments
from dimorder.source.values import Called, External, Session

KEPT = frozenset({"name", "trainable", "input_shape", "batch_input_shape", "input_dtype", "dtype"})
"""Parameters that classes of the code's own hand on to Layer."""


@dataclass(eq=False)
class LayerClass:
    """One class. package: keras or tf."""

    spec: LayerSpec
    package: str
    kind: str = "class"

    @property
    def callee(self) -> str:
        """What calls of it are told as."""
        return f"keras.layers.{self.spec.name}"

    def attribute(self, name: str, session: Session) -> Any:
        """Its own name, else something of Keras that is not known here."""
        return self.spec.name if name == "__name__" else External(f"{self.callee}.{name}")

    def call(self, called: Called) -> Layer:
        """A layer."""
        layer = made(self.spec, called, self.package)
        tell_arguments(called, self.callee, layer.arguments)
        return layer

    def derived(self, name: str, called: Called) -> Layer:
        """A layer of a class of the code's own."""
        layer = own_layer(name, called, self.package)
        layer.is_variant = True
        layer.begun = lambda by: begun(layer, self.spec, by)
        return layer

    def told(self) -> Thing:
        """What it is."""
        return Thing("class", self.callee)


@dataclass(eq=False)
class AnyLayer:
    """Layer itself, which code inherits from."""

    package: str
    callee: str = "keras.layers.Layer"
    kind: str = "class"

    def attribute(self, name: str, session: Session) -> Any:
        """Something of Keras that is not known here."""
        return External(f"{self.callee}.{name}")

    def call(self, called: Called) -> Layer:
        """A layer of which nobody knows what it does."""
        tell(called, self.callee)
        return own_layer("Layer", called, self.package)

    def derived(self, name: str, called: Called) -> Layer:
        """A layer of a class of the code's own."""
        return own_layer(name, called, self.package)

    def told(self) -> Thing:
        """What it is."""
        return Thing("class", self.callee)


def own_layer(name: str, called: Called, package: str) -> Layer:
    """A layer of a class of the code's own: it has a name and perhaps an input, the rest only its code tells."""
    spec = LayerSpec(name, name, known=False)
    keywords = {key: value for key, value in called.keywords.items() if key in KEPT}
    layer = made(spec, replace(called, positional=(), keywords=keywords), package)
    layer.unknown.append(Unknown(f"{name} is a class of the code's own", called.place))
    return layer


def begun(layer: Layer, spec: LayerSpec, called: Called) -> None:
    """`super().__init__(…)` of a class that inherits from one of Keras's layers: the settings that it passes on."""
    if called.rest is not None or called.session.uncertain:
        return
    bound = bind(spec, called, layer.style)
    layer.inherited = config_of(spec, bound, layer.style)
    stated = bound.own.get("data_format")
    unsure = called.session.settings.doubt is not None or (stated is not None and isinstance(stated.value, Unknown))
    if spec.ordered and layer.inherited.get("data_format") is None and not unsure:
        layer.inherited["data_format"] = f"channels_{called.session.channels}"
