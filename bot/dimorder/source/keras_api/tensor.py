"""Keras tensors: what one call of a layer yields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dimorder.program import Thing, Unknown
from dimorder.source.values import Called, External, Session, Shape

if TYPE_CHECKING:
    from dimorder.source.keras_api.applying import Applied

SHAPES = frozenset({"_keras_shape", "shape", "int_shape"})


@dataclass(eq=False)
class Tensor:
    """Output `index` of call `node` of a layer.

    shape: without batch; None where nobody knows it, and Unknown within for an axis that nobody knows.
    masked: whether a mask goes with it.
    """

    layer: Applied
    node: int
    index: int
    shape: Shape | None
    batch: int | Unknown | None = None
    masked: bool = False
    kind: str = "tensor"

    def attribute(self, name: str, session: Session) -> Any:
        """Its shape and where it comes from."""
        if name in SHAPES:
            return self.full_shape()
        if name == "get_shape":
            return Yielding(self.full_shape())
        if name in ("ndim", "rank"):
            return self._rank()
        if name == "_keras_history":
            return (self.layer, self.node, self.index)
        if name == "name":
            return Unknown("names of tensors differ between backends")
        return Unknown(f"{name!r} of a tensor is not known")

    def call(self, called: Called) -> Any:
        """Tensors are not called."""
        return Unknown("a tensor is not called", called.place)

    def full_shape(self) -> Any:
        """With the batch."""
        if self.shape is None:
            return Unknown(f"the shape of what {self.layer.label()} yields is not known")
        return full((self.batch, *self.shape))

    def _rank(self) -> Any:
        return Unknown("the rank of a tensor is not known") if self.shape is None else len(self.shape) + 1

    def told(self) -> Thing:
        """What it is."""
        shape = Unknown("not known") if self.shape is None else self.shape
        return Thing("tensor", self.layer.label(), {"shape": shape})


class FullShape(tuple[int | None, ...]):
    """A shape with its batch, which TensorFlow's code asks for a list of its numbers."""

    __slots__ = ()
    kind = "shape"

    def attribute(self, name: str, session: Session) -> Any:
        """TensorShape's methods that code calls."""
        if name in ("as_list", "dims"):
            return Yielding(list(self)) if name == "as_list" else list(self)
        return len(self) if name in ("ndims", "rank") else Unknown(f"{name!r} of a shape is not known")

    def call(self, called: Called) -> Any:
        """Shapes are not called."""
        return Unknown("a shape is not called", called.place)

    def told(self) -> tuple[int | None, ...]:
        """What it is."""
        return tuple(self)


def full(shape: Shape) -> Any:
    """A shape with its batch as code gets it: plain where an axis is not known, as plain data are asked for that."""
    known = tuple(one for one in shape if not isinstance(one, Unknown))
    return FullShape(known) if len(known) == len(shape) else shape


@dataclass(eq=False)
class Yielding:
    """A method that yields one value, whatever it is called with."""

    value: Any
    kind: str = "function"

    def attribute(self, name: str, session: Session) -> Any:
        """Methods have none."""
        return Unknown(f"{name!r} of a method is not known")

    def call(self, called: Called) -> Any:
        """The value."""
        return self.value


def tensors(value: Any) -> list[Tensor] | Unknown:
    """The tensors of an argument: one, or a list of them."""
    found = list(value) if isinstance(value, list | tuple) else [value]
    for one in found:
        if isinstance(one, Unknown):
            return one
        if isinstance(one, Thing | External) and one.name:
            where = "known here" if one.name.startswith("keras.") else "among the code that is read"
            return Unknown(f"{one.name} yields it, which is not {where}")
        if not isinstance(one, Tensor):
            return Unknown("what the layer reads is no tensor of Keras that is known here")
    return found or Unknown("the layer reads nothing")
