"""Names that Python itself offers."""

from __future__ import annotations

import ast
from typing import Any

from dimorder.program import Unknown
from dimorder.source.native import basics
from dimorder.source.objects import Native
from dimorder.source.operators import computed
from dimorder.source.values import External

LONGEST_NUMBER = 100
"""Digits of a text that is read as a number."""
EXCEPTIONS = (
    "ArithmeticError AssertionError AttributeError BaseException Exception EnvironmentError FileNotFoundError IOError "
    "ImportError IndexError KeyError KeyboardInterrupt LookupError ModuleNotFoundError NameError NotImplementedError "
    "OSError OverflowError RuntimeError StandardError StopIteration SyntaxError SystemExit TypeError UnicodeError "
    "ValueError Warning DeprecationWarning UserWarning ZeroDivisionError"
)
OUTSIDE = "open input raw_input eval exec compile __import__ globals locals vars dir id hash memoryview object super"
"""Known by name only: they reach out of the code, or into it."""


def whole(value: Any = 0, base: Any = 10) -> Any:
    """int(value)."""
    if isinstance(value, (str, bytes)):
        return int(value[:LONGEST_NUMBER], base) if len(value) <= LONGEST_NUMBER else Unknown("a very long number")
    return int(value)


def fraction(value: Any = 0.0) -> Any:
    """float(value)."""
    return float(value[:LONGEST_NUMBER] if isinstance(value, str) else value)


def power(base: Any, exponent: Any) -> Any:
    """pow(base, exponent)."""
    return computed(ast.Pow, base, exponent)


def rounded(value: Any, digits: Any = None) -> Any:
    """round(value, digits)."""
    return round(value, digits) if digits is None or abs(digits) < 400 else Unknown("rounded very far")



_STRICT: dict[str, Any] = {
    "int": whole, "long": whole, "float": fraction, "pow": power, "abs": abs, "min": min, "max": max, "round": rounded,
    "divmod": divmod, "ord": ord, "chr": chr,
}  # fmt: skip
_RAW: dict[str, Any] = {
    "len": basics.length, "range": basics.numbers, "xrange": basics.numbers, "list": basics.listed,
    "iter": basics.listed, "tuple": basics.tupled, "set": basics.unique, "frozenset": basics.unique,
    "dict": basics.dictionary, "zip": basics.zipped, "enumerate": basics.numbered, "reversed": basics.turned,
    "sorted": basics.in_order, "map": basics.mapped, "filter": basics.filtered, "all": basics.holds_all,
    "any": basics.holds_any, "sum": basics.total, "str": basics.text, "unicode": basics.text,
    "repr": basics.representation, "bool": basics.is_true, "next": basics.following, "getattr": basics.by_name,
    "hasattr": basics.has_attribute, "setattr": basics.set_by_name, "isinstance": basics.is_instance,
    "type": basics.kind_of, "basestring": basics.text, "bytes": basics.text,
}  # fmt: skip


def _quiet(ev: Any, *values: Any, **settings: Any) -> None:
    """print(...): nothing is printed."""


BUILTINS: dict[str, Any] = {
    **{name: External(name) for name in (*EXCEPTIONS.split(), *OUTSIDE.split())},
    **{name: Native(name, function) for name, function in _STRICT.items()},
    **{name: Native(name, function, raw=True) for name, function in _RAW.items()},
    "print": Native("print", _quiet, raw=True),
    "Ellipsis": ...,
    "NotImplemented": Unknown("NotImplemented"),
    "__debug__": True,
}
basics.KINDS.update({name: BUILTINS[name] for name in basics.TYPES})
