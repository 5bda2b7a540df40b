"""What iterating over a value yields."""

from __future__ import annotations

from typing import Any

from dimorder.program import Thing, Unknown
from dimorder.source.bounds import MOST_ITEMS
from dimorder.source.evaluation import Evaluation
from dimorder.source.values import External

Sequence = list[Any] | tuple[Any, ...] | range


def sequence(ev: Evaluation, value: Any) -> Sequence | None:
    """All items where they are known and not too many."""
    if isinstance(value, (list, tuple, range)):
        items: Sequence = value
    elif isinstance(value, (dict, set, frozenset, str, bytes)):
        if len(value) > MOST_ITEMS:
            return None
        items = sorted_set(value) if isinstance(value, (set, frozenset)) else list(value)
    else:
        known = getattr(value, "items_of", None)
        if not callable(known) or isinstance(value, (Thing, Unknown)):
            return None
        return known(ev)  # type: ignore[no-any-return]  # own objects that can be iterated over: classes.py
    if len(items) > MOST_ITEMS:
        return None
    ev.spend(len(items) >> 4)
    return items


def sorted_set(value: Any) -> list[Any]:
    """A set's items in an order that is the same each time."""
    return sorted(value, key=_order)


def _order(one: Any) -> tuple[str, float, str]:
    number = one if isinstance(one, (int, float)) else 0
    return type(one).__name__, number, one if isinstance(one, str) else ""


def representative(ev: Evaluation, value: Any) -> Any:
    """One item that stands for all."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, range):
        return Unknown(f"a number of {len(value)}")
    if isinstance(value, Thing):
        return ev.thing("array" if value.kind == "array" else "result", value.name, {"on": value})
    if isinstance(value, External):
        return ev.thing("result", value.name, {})
    return Unknown("an item of what nobody knows")


def mapping(value: Any) -> dict[str, Any] | None:
    """Keyword arguments out of `**value`."""
    known = getattr(value, "mapping_of", None) if not isinstance(value, (Thing, Unknown, dict)) else None
    if callable(known):
        value = known()
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return value
    return None
