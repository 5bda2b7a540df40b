"""Arithmetic, comparisons and truth, within bounds; of what is not known the outcome is not known."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from dimorder.program import Thing, Unknown
from dimorder.source.bounds import LONGEST, MOST_ITEMS, unknown_in, within
from dimorder.source.formatting import percent
from dimorder.source.objects import Class, Function, Instance, Namespace, Native
from dimorder.source.python2 import ClassicDivision
from dimorder.source.values import External


def _classic(left: Any, right: Any) -> Any:
    """`/` as Python 2 divides."""
    return left // right if isinstance(left, int) and isinstance(right, int) else left / right


BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow, ast.LShift: operator.lshift,
    ast.RShift: operator.rshift, ast.BitAnd: operator.and_, ast.BitOr: operator.or_, ast.BitXor: operator.xor,
    ClassicDivision: _classic,
}  # fmt: skip
SIGNS = {
    ast.Add: "__add__", ast.Sub: "__sub__", ast.Mult: "__mul__", ast.Div: "__truediv__", ast.FloorDiv: "__floordiv__",
    ast.Mod: "__mod__", ast.Pow: "__pow__", ast.MatMult: "__matmul__", ClassicDivision: "__truediv__",
}  # fmt: skip
ORDER: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}  # fmt: skip
NUMBERS = (int, float)
COLLECTIONS = (list, tuple, str, bytes)
SIMPLE = (bool, int, float, str, bytes, type(None))


def computed(sign: type[ast.operator], left: Any, right: Any) -> Any:
    """`left sign right` of plain data."""
    unknown = next((one for one in (left, right) if isinstance(one, Unknown)), None)
    if unknown is not None and not (sign is ast.Mod and isinstance(left, str)):
        return unknown
    if sign is ast.Mod and isinstance(left, str):
        return percent(left, right)
    if sign not in BINARY or _too_large(sign, left, right):
        return Unknown("a result larger than is held here" if sign in BINARY else "@ of what is no array")
    try:
        return within(BINARY[sign](left, right))
    except ZeroDivisionError:
        return Unknown("a division by zero")
    except (TypeError, ValueError, OverflowError):
        return Unknown(f"{type(left).__name__} and {type(right).__name__} do not go together")


def _too_large(sign: type[ast.operator], left: Any, right: Any) -> bool:
    """Before it is computed: afterwards is too late."""
    if sign is ast.Mult:
        for many, times in ((left, right), (right, left)):
            if isinstance(many, COLLECTIONS) and isinstance(times, int):
                return len(many) * max(times, 0) > (LONGEST if isinstance(many, (str, bytes)) else MOST_ITEMS)
    if sign is ast.Add and isinstance(left, COLLECTIONS) and isinstance(right, COLLECTIONS):
        return len(left) + len(right) > (LONGEST if isinstance(left, (str, bytes)) else MOST_ITEMS)
    if sign is ast.Pow and isinstance(left, int) and isinstance(right, int):
        return abs(right) * max(abs(left).bit_length(), 1) > 1024
    return sign is ast.LShift and isinstance(right, int) and right > 64


def negated(sign: ast.unaryop, value: Any) -> Any:
    """`-x`, `+x`, `~x`."""
    if not isinstance(value, NUMBERS):
        return value if isinstance(value, Unknown) else Unknown(f"{type(value).__name__} has no sign")
    if isinstance(sign, ast.Invert):
        return ~value if isinstance(value, int) else Unknown("~ of what is no whole number")
    return -value if isinstance(sign, ast.USub) else +value


def truth(value: Any) -> bool | Unknown:
    """Whether a condition holds."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, (*SIMPLE, list, tuple, dict, set, frozenset, range)):
        return bool(value)
    if isinstance(value, Thing):
        return Unknown(f"whether {value.name or value.kind} holds")
    if isinstance(value, External):
        return Unknown(f"whether {value.name} holds")
    if isinstance(value, Instance) and _decides(value, ("__bool__", "__nonzero__", "__len__")):
        return Unknown(f"whether a {value.cls.name} holds")
    if isinstance(value, (Function, Class, Native, Namespace, Instance)) or hasattr(value, "attribute"):
        return True
    return Unknown(f"whether a {type(value).__name__} holds")


def _decides(value: Instance, methods: tuple[str, ...]) -> bool:
    """Whether its class says itself what it is like."""
    return any(value.cls.find(one) is not None for one in methods)


def compared(sign: ast.cmpop, left: Any, right: Any) -> Any:
    """`left sign right`."""
    if isinstance(sign, (ast.Is, ast.IsNot)):
        found = _identical(left, right)
        return found if isinstance(found, Unknown) else found is isinstance(sign, ast.Is)
    if isinstance(sign, (ast.In, ast.NotIn)):
        found = contains(right, left)
        return found if isinstance(found, Unknown) else found is isinstance(sign, ast.In)
    for one, other in ((left, right), (right, left)):
        judged = getattr(one, "compared", None)
        if callable(judged):
            return judged(ORDER[type(sign)], other, one is right)
    unknown = _incomparable(sign, left) or _incomparable(sign, right)
    if unknown is not None:
        return unknown
    try:
        return bool(ORDER[type(sign)](left, right))
    except (TypeError, ValueError):
        return Unknown(f"{type(left).__name__} and {type(right).__name__} cannot be compared")


def _incomparable(sign: ast.cmpop, value: Any) -> Unknown | None:
    if isinstance(value, SIMPLE):
        return None
    if isinstance(value, (Thing, External)):
        return Unknown(f"{value.name or 'it'} is not known before running")
    if isinstance(value, Instance) and _decides(value, ("__eq__", "__ne__", "__cmp__")):
        return Unknown(f"what equals a {value.cls.name}")
    equality = isinstance(sign, (ast.Eq, ast.NotEq))
    if not equality and not isinstance(value, (list, tuple, set, frozenset)):
        return value if isinstance(value, Unknown) else Unknown(f"{type(value).__name__} has no order")
    return unknown_in(value)


def _identical(left: Any, right: Any) -> bool | Unknown:
    for one in (left, right):
        if isinstance(one, Unknown):
            return one
    if isinstance(left, SIMPLE) and isinstance(right, SIMPLE):
        return type(left) is type(right) and left == right
    for one in (left, right):
        if isinstance(one, External):
            return Unknown(f"{one.name} is not known before running")
        if isinstance(one, Thing) and one.kind == "result":
            return Unknown(f"{one.name} is not known before running")
    return left is right


def contains(held: Any, item: Any) -> bool | Unknown:
    """`item in held`."""
    unknown = unknown_in(item, 10_000)
    if unknown is not None:
        return unknown
    if callable(getattr(item, "compared", None)):
        return Unknown("what it is equal to is not known")
    if isinstance(item, (Thing, External)):
        return Unknown(f"{item.name or 'what is looked for'} is not known before running")
    if isinstance(held, str) and isinstance(item, str):
        return item in held
    if not isinstance(held, (list, tuple, set, frozenset, dict, range)):
        return held if isinstance(held, Unknown) else Unknown("what is in it is not known")
    try:
        if isinstance(held, (list, tuple)):
            return _among(held, item)
        return item in held or _unknown_key(held)
    except TypeError:
        return Unknown("a key that cannot be one")


def _among(held: list[Any] | tuple[Any, ...], item: Any) -> bool | Unknown:
    unknown = unknown_in(held)
    if unknown is not None and unknown.because.startswith("data that unfold"):
        return unknown
    return item in [one for one in held if not isinstance(one, (Thing, Unknown))] or unknown or _vague(held)


def _vague(held: list[Any] | tuple[Any, ...]) -> bool | Unknown:
    thing = next((one for one in held if isinstance(one, Thing)), None)
    return False if thing is None else Unknown(f"{thing.name or thing.kind} is not known before running")


def _unknown_key(held: Any) -> bool | Unknown:
    if isinstance(held, range):
        return False
    return next((key for key in held if isinstance(key, Unknown)), False)


