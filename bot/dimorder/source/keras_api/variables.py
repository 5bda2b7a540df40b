"""Arrays of weights that code makes itself: `K.variable(…)`, `self.add_weight(…)`, what an initializer yields.

Source: keras/engine/topology.py and initializations.py at 1.2.2; engine/base_layer.py and initializers.py at 2.2.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dimorder.program import Thing, Unknown
from dimorder.source.keras_api.builtin import Builtin, Given
from dimorder.source.values import Called, Session

Known = tuple[int, ...]


@dataclass(eq=False)
class Variable:
    """One array. shape: None where nobody knows it."""

    shape: Known | None
    kind: str = "variable"

    def attribute(self, name: str, session: Session) -> Any:
        """Its shape."""
        if name in ("shape", "_keras_shape") and self.shape is not None:
            return self.shape
        return Unknown(f"{name!r} of a variable is not known")

    def call(self, called: Called) -> Any:
        """Variables are not called."""
        return Unknown("a variable is not called", called.place)


@dataclass(eq=False)
class Initializer:
    """What `initializations.get` yields: called with a shape it fills an array."""

    kind: str = "function"
    callee: str = "keras initializer"

    def attribute(self, name: str, session: Session) -> Any:
        """Nobody asks for them."""
        return Unknown(f"{name!r} of an initializer is not known")

    def call(self, called: Called) -> Any:
        """The array."""
        return Variable(known_shape(shape_given(called)))


def shape_given(called: Called) -> Any:
    """The shape that a call gives: by name, else the first sequence, as Keras 1 and 2 disagree on the order."""
    if "shape" in called.keywords:
        return called.keywords["shape"].value
    if called.rest is not None:
        return called.rest
    return next((one.value for one in called.positional if not isinstance(one.value, str)), None)


def known_shape(value: Any) -> Known | None:
    """A shape of plain numbers; None from anything else."""
    if not isinstance(value, list | tuple) or not all(type(one) is int and one >= 0 for one in value):
        return None
    return tuple(value)


def variable(given: Given) -> Variable:
    """`K.variable(value)`."""
    return Variable(shape_of(given.value("value", "0")))


def shape_of(value: Any, depth: int = 8) -> Known | None:
    """The shape of the array that Keras makes of a value."""
    if isinstance(value, Variable):
        return value.shape
    if isinstance(value, Thing):
        return known_shape(value.of.get("shape")) if value.kind == "array" else None
    if isinstance(value, int | float):
        return ()
    if not isinstance(value, list | tuple) or not value or not depth:
        return None
    inside = {shape_of(one, depth - 1) for one in value}
    first = inside.pop()
    return None if inside or first is None else (len(value), *first)


def filled(given: Given) -> Variable:
    """`K.zeros(shape)`."""
    return Variable(known_shape(given.value("shape", "0")))


def initializer(given: Given) -> Any:
    """`initializers.get(word)`; the code's own functions stay themselves."""
    asked = given.value("identifier", "0")
    return asked if callable(getattr(asked, "calling", None)) else Initializer()


_FILLED = ("zeros", "ones", "random_uniform_variable", "random_normal_variable")
FUNCTIONS = {
    "variable": Builtin("keras.backend.variable", ("value",), variable),
    **{name: Builtin(f"keras.backend.{name}", ("shape",), filled) for name in _FILLED},
}
"""Of keras.backend."""
GET = Builtin("keras.initializers.get", ("identifier",), initializer)
