"""Arithmetic expressions as Keras 3 layers: Rescaling, activations, products and sums."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from dimorder.formats.keras3.call import Call, Place
from dimorder.semantics import Formula, Term

WORDS = {
    "relu": "relu", "tanh": "tanh", "sigmoid": "sigmoid", "softplus": "softplus", "exp": "exponential",
}  # fmt: skip
"""Functions that an activation states."""
_SIGNS = {"add": 1.0, "sub": -1.0}


@dataclass(frozen=True, slots=True)
class Line:
    """factor * core + offset; without a core a plain number."""

    core: Call | str | None
    factor: float
    offset: float


def formula(op: Formula, place: Place) -> Call:
    """The layers that compute the expression; the last yields the node's value."""
    work = _Spelling(place, count(1))
    line = work.line(op.term)
    if isinstance(line.core, Call) and (line.factor, line.offset) == (1.0, 0.0):
        return replace(line.core, suffix="")
    assert line.core is not None, op
    return Call("Rescaling", _affine(line), (line.core,), place.shape)


def _affine(line: Line) -> dict[str, Any]:
    return {"scale": line.factor, "offset": line.offset}


@dataclass(frozen=True, slots=True)
class _Spelling:
    place: Place
    numbers: Iterator[int]

    def line(self, term: Term) -> Line:
        """The term, with additions of and products with numbers left for one Rescaling."""
        match term:
            case ("x",):
                return Line(self.place.inputs[0], 1.0, 0.0)
            case ("number", float(value)):
                return Line(None, 0.0, value)
            case ("add" | "sub" as operator, tuple(left), tuple(right)):
                return self._sum(self.line(left), self.line(right), _SIGNS[operator])
            case ("mul", tuple(left), tuple(right)):
                return self._product(self.line(left), self.line(right))
            case ("div", tuple(left), ("number", float(value))):
                return self._product(self.line(left), Line(None, 0.0, 1 / value))
            case ("square", tuple(base)):
                return self._power(self.line(base), 2)
            case ("pow", tuple(base), float(exponent)):
                return self._power(self.line(base), int(exponent))
            case ("abs", tuple(inner)):
                return self._absolute(self.line(inner))
            case ("maximum" | "minimum" as kind, tuple(inner), float(bound)):
                return self._bounded(self.line(inner), bound, 1.0 if kind == "maximum" else -1.0)
            case (str(name), tuple(inner)):
                return self._activated(WORDS[name], self.line(inner))
        raise AssertionError(term)

    def _sum(self, left: Line, right: Line, sign: float) -> Line:
        if right.core is None:
            return replace(left, offset=left.offset + sign * right.offset)
        if left.core is None:
            return Line(right.core, sign * right.factor, left.offset + sign * right.offset)
        pair = self._value(left), self._value(right)
        return self._new("Add" if sign > 0 else "Subtract", pair)

    def _product(self, left: Line, right: Line) -> Line:
        if left.core is None:
            left, right = right, left
        if right.core is None:
            return replace(left, factor=left.factor * right.offset, offset=left.offset * right.offset)
        return self._new("Multiply", (self._value(left), self._value(right)))

    def _power(self, base: Line, exponent: int) -> Line:
        return self._new("Multiply", (self._value(base),) * exponent)

    def _activated(self, word: str, line: Line) -> Line:
        return self._new("Activation", (self._value(line),), activation=word)

    def _absolute(self, line: Line) -> Line:
        """relu(x) + relu(-x)."""
        turned = replace(line, factor=-line.factor, offset=-line.offset)
        parts = self._activated("relu", line), self._activated("relu", turned)
        return self._new("Add", tuple(self._value(part) for part in parts))

    def _bounded(self, line: Line, bound: float, sign: float) -> Line:
        """relu(x - bound) + bound is the larger one, bound - relu(bound - x) the smaller."""
        apart = replace(line, factor=sign * line.factor, offset=sign * (line.offset - bound))
        over = self._activated("relu", apart)
        return replace(over, factor=sign, offset=bound)

    def _value(self, line: Line) -> Call | str:
        """A layer that yields the line."""
        assert line.core is not None, line
        if (line.factor, line.offset) == (1.0, 0.0):
            return line.core
        made = self._new("Rescaling", (line.core,), **_affine(line)).core
        assert made is not None
        return made

    def _new(self, class_name: str, inputs: tuple[Call | str, ...], **config: Any) -> Line:
        suffix = f"step{next(self.numbers)}"
        return Line(Call(class_name, config, inputs, self.place.shape, suffix), 1.0, 0.0)
