"""YAML as plain values, read in two steps: its events are checked before any value is built from them.

What old Keras wrote is allowed: tuples, numpy numbers, what Python 2 called unicode and long, and the few aliases that
PyYAML sets where one tuple stands in two places.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import yaml
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

from dimorder.errors import DimorderError, UnreadableFile
from dimorder.formats.texts.bounds import MAX_DIGITS, check_bounds, no_number, too_deep, twice
from dimorder.formats.texts.yaml_events import PYTHON, checked, spell, wrong_type

_STANDARD = "tag:yaml.org,2002:"


class _Values(Composer, SafeConstructor, Resolver):
    """PyYAML's own composer and safe constructor, fed with events that have been checked."""

    def __init__(self, events: list[Any], path: str) -> None:
        Composer.__init__(self)
        SafeConstructor.__init__(self)
        Resolver.__init__(self)
        self.events, self.at, self.path = events, 0, path

    def check_event(self, *kinds: type) -> bool:
        return isinstance(self.events[self.at], kinds)

    def peek_event(self) -> Any:
        return self.events[self.at]

    def get_event(self) -> Any:
        self.at += 1
        return self.events[self.at - 1]

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise wrong_type(self.path, key_node.start_mark, f"the key {spell(key)} is no text")
            if key in found:
                raise twice(key, self.path)
            found[key] = self.construct_object(value_node, deep=deep)
        return found


def yaml_value(text: str, path: str) -> Any:
    """The value of a YAML text within bounds.

    Raises UnreadableFile with yaml.tag, yaml.alias, yaml.documents, config.depth, config.duplicate-key, config.number,
    config.type (dates, keys that are no text), config.encoding, limits.objects or config.syntax.
    """
    try:
        values = _Values(checked(text, path), path)
        value = values.get_single_data()
    except DimorderError:
        raise
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark
        where = f", line {mark.line + 1} column {mark.column + 1}" if mark else ""
        raise UnreadableFile(f"{path}: not YAML: {problem.problem}{where}", code="config.syntax") from None
    except RecursionError:
        raise too_deep(path) from None
    except (yaml.YAMLError, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as problem:
        told = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
        raise UnreadableFile(f"{path}: not YAML as Keras writes it: {told}", code="config.syntax") from None
    check_bounds(value, path)
    return value


def _sequence(values: Any, node: Any) -> list[Any]:
    return list(values.construct_sequence(node, deep=True))


def _dtype(values: Any, node: Any) -> str:
    return str(values.construct_mapping(node, deep=True)["args"][0])


def _scalar(values: Any, node: Any) -> int | float:
    kind, data = values.construct_sequence(node, deep=True)
    if kind not in ("i4", "i8", "f4", "f8"):
        raise yaml.YAMLError(f"a numpy scalar of type {kind!r}")
    return _finite(np.frombuffer(data, np.dtype("<" + kind), count=1)[0].item(), values.path)


def _plain(values: Any, node: Any) -> str:
    return str(values.construct_scalar(node))


def _whole(values: Any, node: Any) -> int:
    if len(node.value) > MAX_DIGITS:
        raise no_number(f"a whole number of {len(node.value)} digits", values.path)
    return int(SafeConstructor.construct_yaml_int(values, node))


def _fraction(values: Any, node: Any) -> float:
    return _finite(SafeConstructor.construct_yaml_float(values, node), values.path)


def _finite(number: float, path: str) -> float:
    if not math.isfinite(number):
        raise no_number(str(number), path)
    return number


def _date(values: Any, node: Any) -> Any:
    raise wrong_type(values.path, node.start_mark, f"{spell(node.value)} is read as a date; put it in quotes")


_Values.add_constructor(f"{_STANDARD}int", _whole)
_Values.add_constructor(f"{_STANDARD}float", _fraction)
_Values.add_constructor(f"{_STANDARD}timestamp", _date)
_Values.add_constructor(f"{PYTHON}tuple", _sequence)
_Values.add_constructor(f"{PYTHON}object/apply:numpy.dtype", _dtype)
_Values.add_constructor(f"{PYTHON}long", _whole)
for _kind in ("unicode", "str"):
    _Values.add_constructor(f"{PYTHON}{_kind}", _plain)
for _module in ("core", "_core"):
    _Values.add_constructor(f"{PYTHON}object/apply:numpy.{_module}.multiarray.scalar", _scalar)
