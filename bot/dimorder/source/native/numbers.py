"""Arithmetic and paths of Python's library, and numpy's functions of plain numbers."""

from __future__ import annotations

import math
import posixpath
from collections.abc import Callable
from typing import Any

from dimorder.program import Argument, Unknown
from dimorder.source.arrays import result_of
from dimorder.source.bounds import unknown_in
from dimorder.source.evaluation import Arguments, Evaluation
from dimorder.source.native.table import BUILTINS
from dimorder.source.objects import Native

CONSTANTS = {
    "math.pi": math.pi, "math.e": math.e, "numpy.pi": math.pi, "numpy.e": math.e, "numpy.newaxis": None,
    "math.inf": math.inf, "numpy.inf": math.inf, "os.sep": "/", "os.path.sep": "/",
}  # fmt: skip
_ONE = "sqrt exp log log2 log10 sin cos tan floor ceil fabs"
STRICT: dict[str, Callable[..., Any]] = {
    **{f"math.{name}": getattr(math, name) for name in _ONE.split()},
    "math.pow": math.pow, "math.gcd": math.gcd, "math.trunc": math.trunc, "os.path.basename": posixpath.basename,
    "os.path.dirname": posixpath.dirname, "os.path.splitext": posixpath.splitext,
    "os.path.normpath": posixpath.normpath, "os.path.split": posixpath.split,
}  # fmt: skip
"""Known for plain data only; of others nobody knows the outcome."""


def _product(value: Any) -> Any:
    flat = list(value) if isinstance(value, (list, tuple)) else [value]
    if any(not isinstance(one, (int, float)) for one in flat):
        raise TypeError("no plain numbers")
    return math.prod(flat) if len(flat) <= 100 else math.prod(float(one) for one in flat)


def _joined(*parts: Any) -> Any:
    if not all(isinstance(one, str) for one in parts):
        raise TypeError("no plain texts")
    return posixpath.join(*parts)


def _number(function: Callable[..., Any]) -> Callable[..., Any]:
    def of_numbers(*values: Any, **settings: Any) -> Any:
        if settings or not values or any(not isinstance(one, (int, float)) for one in values):
            raise TypeError("no plain numbers")
        return function(*values)

    return of_numbers


def _sum(value: Any) -> Any:
    if not isinstance(value, (list, tuple)) or any(not isinstance(one, (int, float)) for one in value):
        raise TypeError("no plain numbers")
    return sum(value)


def _float(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda value: float(function(value))


PLAIN_ONLY: dict[str, Callable[..., Any]] = {
    "numpy.prod": _product, "numpy.product": _product, "numpy.sum": _sum, "os.path.join": _joined,
    **{f"numpy.{name}": _number(getattr(math, name)) for name in ("sqrt", "exp", "log", "log2", "log10")},
    "numpy.floor": _number(_float(math.floor)), "numpy.ceil": _number(_float(math.ceil)), "numpy.abs": _number(abs),
    "numpy.round": _number(round), "numpy.maximum": _number(max), "numpy.minimum": _number(min),
    "numpy.power": _number(math.pow), "numpy.mod": _number(math.fmod),
    **{f"numpy.{name}": _number(int) for name in ("int8", "int16", "int32", "int64", "uint8", "int_")},
    **{f"numpy.{name}": _number(float) for name in ("float16", "float32", "float64")},
    **{f"os.path.{name}": posixpath.normpath for name in ("abspath", "realpath", "expanduser")},
}  # fmt: skip
"""Known for plain data; of others they yield what functions do that are known by name only.

Folders of the machine are not known here: `abspath` leaves a path where it is, beneath the repository.
"""


def _outside(name: str) -> Native:
    return Native(name, lambda ev, *_: Unknown(f"{name} is known only when it runs"), raw=True)


def _or_result(name: str, function: Callable[..., Any]) -> Native:
    def carried_out(ev: Evaluation, *positional: Any, **keywords: Any) -> Any:
        unknown = unknown_in(positional) or unknown_in(keywords)
        try:
            return function(*positional, **keywords) if unknown is None else _named(ev, positional, keywords, unknown)
        except (TypeError, ValueError, ArithmeticError, AttributeError):
            return _named(ev, positional, keywords, None)

    def _named(ev: Evaluation, positional: Any, keywords: Any, unknown: Unknown | None) -> Any:
        if unknown is not None and any(isinstance(one, Unknown) for one in positional):
            return unknown
        passed = Arguments(tuple(map(Argument, positional)), {key: Argument(one) for key, one in keywords.items()})
        return result_of(ev, name, passed)

    return Native(name, carried_out, raw=True)


NATIVES: dict[str, Any] = {
    **CONSTANTS,
    **{name: Native(name, function) for name, function in STRICT.items()},
    **{name: _or_result(name, function) for name, function in PLAIN_ONLY.items()},
    **{name: _outside(name) for name in ("os.path.exists", "os.path.isfile", "os.path.isdir", "os.getcwd")},
    **{f"{module}.{name}": BUILTINS[name] for module in ("builtins", "__builtin__") for name in BUILTINS},
}
