"""Models of the code's own classes: functional where they hand their tensors to Model, else only their code tells.

Source: Container.__init__ in keras/engine/topology.py at 1.2.2, Network.__init__ in engine/network.py at 2.2.4.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from dimorder.program import Unknown
from dimorder.source.keras_api.builtin import Given
from dimorder.source.keras_api.models import MODEL, connect, empty, sequential
from dimorder.source.keras_api.naming import given as given_name
from dimorder.source.keras_api.network import Network
from dimorder.source.keras_api.sequential import Sequential
from dimorder.source.keras_api.telling import by_parameter
from dimorder.source.values import Called

ENDS = frozenset({"inputs", "input", "outputs", "output"})


def own_model(name: str, called: Called, package: str) -> Network:
    """A model of a class of the code's own."""
    given = Given(replace(called, positional=(), keywords={}), {}, package)
    own = Unknown(f"{name} is a class of the code's own, which says what it computes", called.place)
    model = empty(given, [own])
    model.begun = lambda by: _begun(model, own, Given(by, by_parameter(by, MODEL), package))
    model.ended = lambda: _ended(model, own, name)
    return model


def own_sequential(name: str, called: Called, package: str) -> Sequential:
    """A Sequential of a class of the code's own, which adds its layers itself."""
    return sequential(Given(replace(called, positional=(), keywords={}), {}, package))


def _begun(model: Network, own: Unknown, given: Given) -> None:
    """`super().__init__(inputs, outputs)`."""
    name = given.value("name")
    if isinstance(name, str) and name:
        model.names = given_name(name)
    cls = getattr(model.instance, "cls", None)
    if not ENDS & set(given.arguments) or given.session.uncertain or cls is None or cls.find("call") is not None:
        return
    model.unknown = [one for one in model.unknown if one is not own]
    connect(model, given)


def _ended(model: Network, own: Unknown, name: str) -> None:
    """Of a class that never speaks to Model's constructor: Keras knows of no model then, and refuses what asks for one.

    Such classes stand around other models, to train them.
    """
    cls = getattr(model.instance, "cls", None)
    if cls is None or cls.find("call") is not None or _speaks(cls):
        return
    because = f"{name} never becomes a model of Keras: it hands no tensors to Model"
    model.unknown = [Unknown(because, one.place) if one is own else one for one in model.unknown]


def _speaks(cls: object) -> bool:
    """Whether any `__init__` is named in the class or in those that it inherits from."""
    held = [one for level in cls.lineage() for one in level.attributes.values()]  # type: ignore[attr-defined]
    nodes = [getattr(getattr(one, "function", one), "node", None) for one in held]
    inside = (inner for node in nodes if isinstance(node, ast.AST) for inner in ast.walk(node))
    return any(isinstance(one, ast.Attribute) and one.attr == "__init__" for one in inside)
