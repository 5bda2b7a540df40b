"""`Model`, `Container`, `Sequential`, and models that are read from elsewhere.

Source: keras/engine/topology.py and models.py at 1.2.2, engine/network.py at 2.2.4.
"""

from __future__ import annotations

from typing import Any, TypeVar

from dimorder.program import Place, Unknown
from dimorder.source.keras_api.applying import Node
from dimorder.source.keras_api.builtin import Given
from dimorder.source.keras_api.ill_formed import ill_formed
from dimorder.source.keras_api.naming import Names, automatic, style
from dimorder.source.keras_api.naming import given as given_name
from dimorder.source.keras_api.network import Network
from dimorder.source.keras_api.order import Order, order
from dimorder.source.keras_api.sequential import Sequential
from dimorder.source.keras_api.tensor import tensors

MODEL = ("inputs", "outputs", "name")
READ = {
    "load_model": "filepath", "model_from_json": "json_string", "model_from_yaml": "yaml_string",
    "model_from_config": "config",
}  # fmt: skip
"""Function that reads a model -> its parameter."""
SEQUENTIAL = ("layers", "name")
Kind = TypeVar("Kind", Network, Sequential)
NO_TENSORS = Unknown("neither its inputs nor its outputs are given: its own class says what it computes")


def functional(given: Given) -> Network:
    """A model of the tensors between its inputs and outputs."""
    model = empty(given, [])
    connect(model, given)
    return model


def empty(given: Given, unknown: list[Unknown]) -> Network:
    """A model of which nothing is known yet."""
    return _kept(given, Network(*_begun(given, "Model"), [], [], Order(), []), unknown)


def connect(model: Network, given: Given) -> None:
    """Make it the model of the tensors between its inputs and outputs."""
    read = tensors(given.value("inputs", "input", default=NO_TENSORS))
    yielded = tensors(given.value("outputs", "output", default=NO_TENSORS))
    unknown = [one for one in (read, yielded) if isinstance(one, Unknown)]
    if unknown or isinstance(read, Unknown) or isinstance(yielded, Unknown):
        model.unknown = [*unknown, *model.unknown]
        return
    model.inputs, model.outputs, model.order = read, yielded, order(yielded, read)
    model.layers = list(model.order.listed(model.style) or model.order.layers)
    model.nodes[0].outputs = list(yielded)
    model.refused = [Unknown(f"Keras refuses {model.label()}: {why}", model.place) for why in ill_formed(model)]
    model.unknown = [*_disconnected(model), *model.unknown]


def _disconnected(model: Network) -> list[Unknown]:
    known = {(id(one.layer), one.node) for one in model.inputs}
    loose = [
        layer
        for layer, number in model.order.calls
        if not layer.nodes[number].inputs and (id(layer), number) not in known
    ]
    return [Unknown(f"it reads {layer.label()}, which is none of its inputs", model.place) for layer in loose]


def container(given: Given) -> Network:
    """Keras 1's Container."""
    model = functional(given)
    model.class_name = "Container"
    return model


def from_elsewhere(given: Given) -> Network:
    """A model that a file or text tells."""
    because = "the code does not tell the layers of a model that is read from a file or text"
    model = Network(*_begun(given, "Model"), [], [], Order(), [])
    model.read_from = given.value(*READ.values())
    return _kept(given, model, [Unknown(because, given.called.place)])


def cloned(given: Given) -> Any:
    """A model with the same layers, whose weights are its own: it is another one as soon as either is changed."""
    because = "a model that is cloned is not followed"
    return _kept(given, Network(*_begun(given, "Model"), [], [], Order(), []), [Unknown(because, given.called.place)])


def graph(given: Given) -> Network:
    """Keras 0's Graph, which connects its layers by name."""
    because = "Keras 0's Graph is not read from code"
    return _kept(given, Network(*_begun(given, "Graph"), [], [], Order(), []), [Unknown(because, given.called.place)])


def published(given: Given) -> Network:
    """A model of keras.applications."""
    because = "the layers of keras.applications's models are not in the code"
    return _kept(given, Network(*_begun(given, "Model"), [], [], Order(), []), [Unknown(because, given.called.place)])


def sequential(given: Given) -> Sequential:
    """A Sequential, with the layers that it begins with."""
    model = Sequential(*_begun(given, "Sequential"), under=list(given.session.uncertain))
    _kept(given, model, [])
    layers = given.value("layers")
    if isinstance(layers, list | tuple):
        for layer in layers:
            model.add(layer, given.called)
    elif layers is not None:
        because = layers.because if isinstance(layers, Unknown) else "they are no list"
        model.unknown.append(Unknown(f"the layers that it begins with are not known: {because}", given.called.place))
    return model


def _begun(given: Given, class_name: str) -> tuple[Names, str, Place]:
    name = given.value("name")
    names = (
        given_name(name)
        if isinstance(name, str) and name
        else automatic(given.session, class_name, class_name, given.package)
    )
    return names, style(given.session, given.package), given.called.place


def _kept(given: Given, model: Kind, unknown: list[Unknown]) -> Kind:
    model.function = given.called.function
    model.unknown = unknown + ([given.called.rest] if given.called.rest is not None else [])
    model.nodes = [Node([], list(model.outputs), given.called.place)]
    given.session.growing.append(model)
    return model
