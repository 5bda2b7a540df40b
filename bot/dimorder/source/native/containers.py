"""Containers and functions of Python's library: collections, itertools, functools, copy."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain, islice, product
from typing import Any

from dimorder.program import Argument, Unknown
from dimorder.source.bounds import MOST_ITEMS, unknown_in
from dimorder.source.evaluation import Arguments, Evaluation
from dimorder.source.iteration import sequence
from dimorder.source.native import basics
from dimorder.source.objects import Native, Partial
from dimorder.source.told import told
from dimorder.source.values import Called, Session


class Defaulting(dict[Any, Any]):
    """collections.defaultdict. factory: what makes an item that is not there."""

    factory: Any = None

    def copy(self) -> Defaulting:
        """With the same factory."""
        made = Defaulting(self)
        made.factory = self.factory
        return made


class Record(tuple[Any, ...]):
    """An instance of a collections.namedtuple."""

    kind = "record"
    fields: tuple[str, ...] = ()

    def attribute(self, name: str, session: Session) -> Any:
        """A field's value."""
        if name in self.fields:
            return self[self.fields.index(name)]
        return list(self.fields) if name == "_fields" else Unknown(f"{name!r} of a record is not known")

    def call(self, called: Called) -> Any:
        """Records are not called."""
        return Unknown("a record is not called", called.place)

    def told(self) -> tuple[Any, ...]:
        """As a tuple."""
        return tuple(told(one) for one in self)


def defaulting(ev: Evaluation, factory: Any = None, *given: Any, **keywords: Any) -> Any:
    """defaultdict(factory, ...)."""
    found = basics.dictionary(ev, *given, **keywords)
    if isinstance(found, Unknown):
        return found
    made = Defaulting(found)
    made.factory = factory
    return made


def record_type(ev: Evaluation, name: Any, fields: Any, *rest: Any, **settings: Any) -> Any:
    """namedtuple(name, fields)."""
    unknown = unknown_in([name, fields])
    if unknown is not None:
        return unknown
    names = tuple(re.split(r"[\s,]+", fields.strip())) if isinstance(fields, str) else tuple(fields)

    def made(ev: Evaluation, *positional: Any, **keywords: Any) -> Any:
        by_name = dict(zip(names, positional, strict=False)) | keywords
        record = Record(by_name.get(one, Unknown(f"the field {one!r} has no value")) for one in names)
        record.fields = names
        return record

    return Native(str(name), made, raw=True)


def partial(ev: Evaluation, function: Any, *positional: Any, **keywords: Any) -> Any:
    """functools.partial(...)."""
    named = {name: Argument(value) for name, value in keywords.items()}
    return Partial(function, Arguments(tuple(Argument(value) for value in positional), named))


def reduced(ev: Evaluation, function: Any, value: Any, *start: Any) -> Any:
    """functools.reduce(...)."""
    items: Any = sequence(ev, value)
    if items is None or not (start or items):
        return Unknown("how many items there are is not known")
    row = [*start, *items]
    found = row[0]
    for one in row[1:]:
        found = ev.call_value(function, found, one)
    return found


def combined(ev: Evaluation, *several: Any, repeat: Any = 1) -> Any:
    """itertools.product(...)."""
    found: list[Any] = [sequence(ev, one) for one in several]
    if None in found or not isinstance(repeat, int) or not 0 < repeat < 20:
        return Unknown("how many items there are is not known")
    known: list[list[Any]] = found
    made = list(islice(product(*known, repeat=repeat), MOST_ITEMS + 1))
    return made if len(made) <= MOST_ITEMS else Unknown(f"a collection of more than {MOST_ITEMS} items")


def chained(ev: Evaluation, *several: Any) -> Any:
    """itertools.chain(...)."""
    found: list[Any] = [sequence(ev, one) for one in several]
    if None in found:
        return Unknown("how many items there are is not known")
    return list(islice(chain(*found), MOST_ITEMS))


def chained_from(ev: Evaluation, value: Any) -> Any:
    """itertools.chain.from_iterable(...)."""
    items = sequence(ev, value)
    return Unknown("how many items there are is not known") if items is None else chained(ev, *items)


def sliced(ev: Evaluation, value: Any, *bounds: Any) -> Any:
    """itertools.islice(...)."""
    items = sequence(ev, value)
    if items is None or any(one is not None and (not isinstance(one, int) or one < 0) for one in bounds):
        return Unknown("how many items there are is not known")
    return list(islice(items, *bounds)) if 1 <= len(bounds) <= 3 and bounds[2:] != (0,) else Unknown("an odd slice")


def copied(ev: Evaluation, value: Any) -> Any:
    """copy.copy(value)."""
    if isinstance(value, (list, dict, set)):
        return value.copy()
    return value if basics.is_data(value) else Unknown(f"a copy of a {type(value).__name__}")


def copied_deep(ev: Evaluation, value: Any) -> Any:
    """copy.deepcopy(value) of plain data; objects of libraries are not copied."""
    unknown = unknown_in(value)
    if unknown is not None and unknown.because.startswith("data that unfold"):
        return unknown
    ev.spend(1)
    return _copied(value, 20)


def _copied(value: Any, depth: int) -> Any:
    if not depth:
        return Unknown("data with too many levels")
    if isinstance(value, dict):
        return {key: _copied(one, depth - 1) for key, one in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_copied(one, depth - 1) for one in value)
    if value is None or isinstance(value, (str, bytes, int, float, Unknown, set, frozenset)):
        return value.copy() if isinstance(value, set) else value
    return Unknown(f"a copy of a {type(value).__name__}")


RAW: dict[str, Callable[..., Any]] = {
    "collections.OrderedDict": basics.dictionary, "collections.defaultdict": defaulting,
    "collections.namedtuple": record_type, "functools.partial": partial, "functools.reduce": reduced, "reduce": reduced,
    "itertools.product": combined, "itertools.chain": chained, "itertools.chain.from_iterable": chained_from,
    "itertools.repeat": basics.repeated, "itertools.islice": sliced, "itertools.izip": basics.zipped,
    "copy.copy": copied, "copy.deepcopy": copied_deep, "six.moves.range": basics.numbers,
    "six.moves.xrange": basics.numbers, "six.moves.zip": basics.zipped, "builtins.range": basics.numbers,
}  # fmt: skip
