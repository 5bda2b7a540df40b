"""Values as those see them who read calls: plain data, Unknown and Things, no larger than a reader wants them."""

from __future__ import annotations

from typing import Any

from dimorder.program import Thing, Unknown
from dimorder.source.bounds import unknown_in
from dimorder.source.values import External

MOST = 2_000
DEEPEST = 10
TOO_MUCH = Unknown("more data than is told here")


def told(value: Any) -> Any:
    """The value as a reader sees it."""
    return _told(value, 0) if is_small(value) else TOO_MUCH


def is_small(value: Any) -> bool:
    """Whether data unfold to few enough items to be told."""
    found = unknown_in(value, MOST)
    return found is None or not found.because.startswith("data that unfold")


def _told(value: Any, depth: int) -> Any:
    if value is None or type(value) in (bool, int, float, Unknown):
        return value
    if isinstance(value, (str, bytes)):
        return value if len(value) <= 10_000 else TOO_MUCH
    if depth > DEEPEST:
        return TOO_MUCH
    if callable(getattr(value, "told", None)):
        return value.told()
    if isinstance(value, (list, tuple, set, frozenset)):
        inside = [_told(one, depth + 1) for one in value]
        return tuple(inside) if isinstance(value, tuple) else inside
    return _described(value, depth)


def _described(value: Any, depth: int) -> Any:
    if isinstance(value, dict):
        return {key if isinstance(key, str) else str(_told(key, depth)): _told(value[key], depth + 1) for key in value}
    if isinstance(value, range):
        return list(value) if len(value) <= 100 else TOO_MUCH
    if isinstance(value, External):
        return Thing("name", value.name)
    if isinstance(value, Thing):
        return value
    return Thing(str(getattr(value, "kind", "value")), str(getattr(value, "name", "")))
