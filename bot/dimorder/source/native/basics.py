"""Python's own functions that see values which nobody knows: containers, conversions, attributes by name."""

from __future__ import annotations

import ast
from typing import Any

from dimorder.program import Argument, Thing, Unknown
from dimorder.source.attributes import PLAIN, attribute, set_attribute
from dimorder.source.bounds import LARGEST, MOST_ITEMS, unknown_in
from dimorder.source.evaluation import Evaluation
from dimorder.source.formatting import text_of
from dimorder.source.iteration import Sequence, representative, sequence
from dimorder.source.objects import Class, Instance, Native
from dimorder.source.operators import computed, truth
from dimorder.source.plain_methods import has_method, ordered
from dimorder.source.values import External

TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,), "long": (int,), "float": (float,), "str": (str,), "unicode": (str,), "basestring": (str,),
    "bool": (bool,), "list": (list,), "tuple": (tuple,), "dict": (dict,), "set": (set,), "bytes": (bytes,),
    "frozenset": (frozenset,), "range": (range,),
}  # fmt: skip


def _items(ev: Evaluation, value: Any) -> Sequence | Unknown:
    found = sequence(ev, value)
    if found is not None:
        return found
    return value if isinstance(value, Unknown) else Unknown("how many items there are is not known")


def length(ev: Evaluation, value: Any) -> Any:
    """len(value)."""
    if isinstance(value, (*PLAIN,)) and not isinstance(value, (int, float)):
        return len(value)
    if isinstance(value, Thing) and isinstance(value.of.get("shape"), tuple) and value.of["shape"]:
        return value.of["shape"][0]
    found = sequence(ev, value)
    return Unknown("a length that is not known before running") if found is None else len(found)


def numbers(ev: Evaluation, *bounds: Any) -> Any:
    """range(...)."""
    unknown = unknown_in(bounds)
    if unknown is not None:
        return unknown
    if not 1 <= len(bounds) <= 3 or any(not isinstance(one, int) or abs(one) >= LARGEST >> 2 for one in bounds):
        return Unknown("a range of what is no small number")
    return Unknown("a range that takes no steps") if bounds[2:] == (0,) else range(*bounds)


def listed(ev: Evaluation, value: Any = ()) -> Any:
    """list(value), iter(value)."""
    found = _items(ev, value)
    return found if isinstance(found, Unknown) else list(found)


def tupled(ev: Evaluation, value: Any = ()) -> Any:
    """tuple(value)."""
    found = _items(ev, value)
    return found if isinstance(found, Unknown) else tuple(found)


def unique(ev: Evaluation, value: Any = ()) -> Any:
    """set(value)."""
    found = _items(ev, value)
    unknown = unknown_in(found)
    try:
        return unknown or set(found)  # type: ignore[arg-type]  # an Unknown is returned as one
    except TypeError:
        return Unknown("a set of what cannot be in one")


def dictionary(ev: Evaluation, *given: Any, **keywords: Any) -> Any:
    """dict(...), OrderedDict(...)."""
    found: dict[Any, Any] = {}
    for one in given[:1]:
        items = list(one.items()) if isinstance(one, dict) else _items(ev, one)
        if isinstance(items, Unknown):
            return items
        for pair in items:
            if not isinstance(pair, (tuple, list)) or len(pair) != 2 or unknown_in(pair[0], 1_000) is not None:
                return Unknown("a dict of what are no pairs")
            try:
                found[pair[0]] = pair[1]
            except TypeError:
                return Unknown("a key that cannot be one")
    return found | keywords


def zipped(ev: Evaluation, *several: Any) -> Any:
    """zip(...)."""
    found = [_items(ev, one) for one in several]
    unknown = next((one for one in found if isinstance(one, Unknown)), None)
    return unknown or [tuple(one) for one in zip(*found, strict=False)]


def numbered(ev: Evaluation, value: Any, start: Any = 0) -> Any:
    """enumerate(value)."""
    found = _items(ev, value)
    if isinstance(found, Unknown) or not isinstance(start, int):
        return found if isinstance(found, Unknown) else Unknown("where it starts to number is not known")
    return [(start + number, one) for number, one in enumerate(found)]


def turned(ev: Evaluation, value: Any) -> Any:
    """reversed(value)."""
    found = _items(ev, value)
    return found if isinstance(found, Unknown) else list(reversed(found))


def in_order(ev: Evaluation, value: Any, **keywords: Any) -> Any:
    """sorted(value)."""
    found = _items(ev, value)
    if isinstance(found, Unknown):
        return found
    try:
        return ordered(ev, found, keywords)
    except TypeError:
        return Unknown("values without an order that is known")


def mapped(ev: Evaluation, function: Any, *several: Any) -> Any:
    """map(function, ...), as a list."""
    rows = zipped(ev, *several)
    return rows if isinstance(rows, Unknown) else [ev.call_value(function, *row) for row in rows]


def filtered(ev: Evaluation, function: Any, value: Any) -> Any:
    """filter(function, value), as a list."""
    found = _items(ev, value)
    if isinstance(found, Unknown):
        return found
    holds = [truth(one if function is None else ev.call_value(function, one)) for one in found]
    unknown = next((one for one in holds if isinstance(one, Unknown)), None)
    return unknown or [one for one, kept in zip(found, holds, strict=True) if kept]


def holds_all(ev: Evaluation, value: Any) -> Any:
    """all(value)."""
    return _decided(ev, value, stop=False)


def holds_any(ev: Evaluation, value: Any) -> Any:
    """any(value)."""
    return _decided(ev, value, stop=True)


def _decided(ev: Evaluation, value: Any, *, stop: bool) -> Any:
    found = _items(ev, value)
    if isinstance(found, Unknown):
        return found
    holds = [truth(one) for one in found]
    unknown = next((one for one in holds if isinstance(one, Unknown)), None)
    return stop if stop in [one for one in holds if isinstance(one, bool)] else unknown or not stop


def total(ev: Evaluation, value: Any, start: Any = 0) -> Any:
    """sum(value)."""
    found = _items(ev, value)
    if isinstance(found, Unknown):
        return found
    for one in found:
        start = ev.sized(computed(ast.Add, start, one))
    return start


def text(ev: Evaluation, value: Any = "") -> Any:
    """str(value)."""
    return value if isinstance(value, Thing) else text_of(value)


def representation(ev: Evaluation, value: Any) -> Any:
    """repr(value)."""
    return text_of(value, quoted=True)


def is_true(ev: Evaluation, value: Any = False) -> Any:
    """bool(value)."""
    return truth(value)


def following(ev: Evaluation, value: Any, *default: Any) -> Any:
    """next(value): the first item, since it is not kept how many were taken."""
    found = sequence(ev, value)
    if found is None:
        return representative(ev, value)
    return found[0] if len(found) == 1 else Unknown("which item of an iterator comes next")


def by_name(ev: Evaluation, owner: Any, name: Any, *default: Any) -> Any:
    """getattr(owner, name, default)."""
    if not isinstance(name, str):
        return name if isinstance(name, Unknown) else Unknown("an attribute without a name")
    held = has_attribute(ev, owner, name)
    return default[0] if held is False and default else attribute(ev, owner, name)


def has_attribute(ev: Evaluation, owner: Any, name: Any) -> Any:
    """hasattr(owner, name)."""
    if isinstance(owner, Instance) and isinstance(name, str) and not owner.cls.foreign():
        held = name in owner.attributes or owner.cls.find(name) is not None
        return Unknown("what `__getattr__` says") if not held and owner.cls.find("__getattr__") else held
    if isinstance(owner, PLAIN) and isinstance(name, str) and not hasattr(owner, "attribute"):
        return has_method(owner, name) or hasattr(type(owner), name)
    if callable(getattr(owner, "attribute", None)) and isinstance(name, str):
        return True if not isinstance(owner.attribute(name, ev.session), Unknown) else Unknown("whether it has that")
    return Unknown("whether it has an attribute is not known before running")


def set_by_name(ev: Evaluation, owner: Any, name: Any, value: Any) -> Any:
    """setattr(owner, name, value)."""
    if isinstance(name, str):
        set_attribute(ev, owner, name, Argument(value))
    else:
        ev.lose("an attribute is set whose name is not known")


def is_instance(ev: Evaluation, value: Any, kinds: Any) -> Any:
    """isinstance(value, kinds)."""
    if isinstance(value, Unknown):
        return value
    found = [_is_a(value, kind) for kind in (kinds if isinstance(kinds, tuple) else (kinds,))]
    if True in found:
        return True
    return next((one for one in found if isinstance(one, Unknown)), False)


def _is_a(value: Any, kind: Any) -> bool | Unknown:
    if isinstance(kind, Native) and kind.name in TYPES:
        return isinstance(value, TYPES[kind.name]) if is_data(value) else _not_data(value)
    if isinstance(kind, Class):
        return kind in value.cls.lineage() if isinstance(value, Instance) else _not_data(value)
    if isinstance(kind, External) and is_data(value):
        return False  # a library's class that nobody knows: plain data are instances of Python's own
    return Unknown("whether it is an instance is not known")


def is_data(value: Any) -> bool:
    """Whether it is plain."""
    return value is None or isinstance(value, PLAIN)


def _not_data(value: Any) -> bool | Unknown:
    return Unknown("what a value is, is not known before running") if isinstance(value, (Thing, External)) else False


def kind_of(ev: Evaluation, value: Any, *rest: Any) -> Any:
    """type(value)."""
    if isinstance(value, Instance):
        return value.cls
    return External(type(value).__name__) if not is_data(value) else KINDS.get(type(value).__name__, Unknown("a type"))


KINDS: dict[str, Native] = {}
"""Types as values, by name; filled where they are made."""


def repeated(ev: Evaluation, value: Any, times: Any = None) -> Any:
    """itertools.repeat(value, times)."""
    if not isinstance(times, int) or times > MOST_ITEMS:
        return Unknown("repeated without a known end")
    return [value] * times
