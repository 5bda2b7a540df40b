"""Layers of the code's own classes: their own code tells which weights they have and what shape they yield.

Source: Layer.add_weight, build and weights in keras/engine/topology.py at 1.2.2, engine/base_layer.py at 2.2.4.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from dimorder.program import Argument, Unknown
from dimorder.source.keras_api.lambdas import called_with
from dimorder.source.keras_api.tensor import full
from dimorder.source.keras_api.variables import Known, Variable, known_shape, shape_given
from dimorder.source.values import Called, Session, Shape

if TYPE_CHECKING:
    from dimorder.program import Place
    from dimorder.source.keras_api.layer import Layer

MAKING = frozenset({
    "add_weight", "add_variable", "trainable_weights", "_trainable_weights", "Variable", "get_variable",
})  # fmt: skip
LISTS = ("trainable_weights", "non_trainable_weights")
SHAPES = ("compute_output_shape", "get_output_shape_for")


def added(layer: Layer, called: Called) -> Variable:
    """`self.add_weight(…)`."""
    shape = known_shape(shape_given(called))
    trained = called.keywords["trainable"].value if "trainable" in called.keywords else True
    known = isinstance(trained, bool) and len(called.session.uncertain) == layer.certain
    made = Variable(shape)
    layer.variables.append((made if known else Variable(None), trained is not False))
    return made


def weights_built(layer: Layer, inputs: list[Shape | None], place: Place, session: Session) -> tuple[Known, ...] | None:
    """The shapes of a layer's weights when it is first called; None where its code does not tell them."""
    cls = getattr(layer.instance, "cls", None)
    if cls is None or (layer.is_variant and cls.find("build") is None) or _makes_elsewhere(cls):
        return None
    build = cls.find("build")
    if build is not None and not _built(layer, build, inputs, place, session):
        return None
    holds_layers = any(_is_layer(one) for one in layer.instance.attributes.values())
    return None if holds_layers else _collected(layer)


def _built(layer: Layer, build: Any, inputs: list[Shape | None], place: Place, session: Session) -> bool:
    """Whether its build could be carried out."""
    if not callable(getattr(build, "call", None)):
        return False
    read: list[Any] = [Unknown("the shape of its input") if one is None else full((None, *one)) for one in inputs]
    layer.certain = len(session.uncertain)
    build.call(Called((Argument(layer.instance), Argument(read[0] if len(read) == 1 else read)), {}, place, session))
    return True


def _makes_elsewhere(cls: Any) -> bool:
    """Whether methods other than `build` make weights, which they may do or not."""
    others = [one for level in cls.lineage() for name, one in level.attributes.items() if name != "build"]
    nodes = [getattr(getattr(one, "function", one), "node", None) for one in others]
    return any(_word(inner) in MAKING for node in nodes if isinstance(node, ast.AST) for inner in ast.walk(node))


def _word(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else ""


def _is_layer(value: Any) -> bool:
    held = value if isinstance(value, list | tuple) else [value]
    return any(getattr(getattr(one, "delegate", None) or one, "kind", "").startswith("keras ") for one in held)


def _collected(layer: Layer) -> tuple[Known, ...] | None:
    """Those that are trained come first, as Keras lists them."""
    found: list[Any] = []
    for name, trained in zip(LISTS, (True, False), strict=True):
        given = layer.instance.attributes.get(name)
        if given is not None and not isinstance(given, list | tuple):
            return None
        found += given if given is not None else [one for one, is_trained in layer.variables if is_trained is trained]
    shapes = [one.shape if isinstance(one, Variable) else None for one in found]
    return None if None in shapes else tuple(one for one in shapes if one is not None)


def shape_yielded(layer: Layer, inputs: list[Shape | None], session: Session) -> Shape | None:
    """As its own code says it; a class that says nothing has, in Keras, the shape of its input."""
    cls = getattr(layer.instance, "cls", None)
    if cls is None or len(inputs) != 1 or inputs[0] is None or layer.style == "tf":
        return None
    for name in SHAPES:
        found = cls.find(name)
        if found is not None:
            return called_with(found, (layer.instance,), inputs[0], layer.place, session)
    return None if layer.is_variant else inputs[0]
