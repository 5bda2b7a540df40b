"""Models inside models: bounded, since code may put them into each other without end."""

from __future__ import annotations

from typing import Any

from dimorder.program import Unknown
from dimorder.source.keras_api.applying import Applied

DEEPEST = 40
MOST = 5_000
"""Layers of a model with all models inside it unfolded."""


class Entangled(ValueError):
    """A model that holds itself, or too much."""


def measure(one: Applied, holder: Applied | None = None) -> int:
    """How many layers unfold from it. Raises Entangled. holder: the model that it is going to stand in."""
    return _measured(one, holder, {}, 0)


def bounded(value: Applied | Unknown, holder: Applied | None = None) -> Applied | Unknown:
    """The same, or why it cannot be put there."""
    if isinstance(value, Unknown):
        return value
    try:
        measure(value, holder)
    except Entangled as problem:
        return Unknown(str(problem))
    return value


def _measured(one: Applied, holder: Applied | None, known: dict[int, int], depth: int) -> int:
    if one is holder:
        raise Entangled("a model inside itself")
    if depth > DEEPEST:
        raise Entangled("models inside each other deeper than is read")
    if id(one) not in known:
        known[id(one)] = 1 + sum(_measured(part, holder, known, depth + 1) for part in parts(one))
    if known[id(one)] > MOST:
        raise Entangled("more layers than are read")
    return known[id(one)]


def parts(one: Any) -> list[Applied]:
    """What stands directly inside a model or wrapper."""
    if one.kind == "keras model":
        return list(one.layers)
    return [one.inner] if one.inner is not None else list(one.branches)
