"""Whether two evaluations came to the same, down to the objects of the code that stand in what they tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from dimorder.source.evaluation import Evaluation
from dimorder.source.machine import Machine
from dimorder.source.objects import Function
from dimorder.source.values import Session

_NOT_TOLD = (Machine, Session, Evaluation)
"""What an object of the code may lead to, and which differs from machine to machine."""


def differ(one: Any, other: Any) -> str:
    """Where they first differ, "" for nowhere."""
    waiting, seen = [(one, other, "")], set()
    kept = []
    while waiting:
        left, right, where = waiting.pop()
        if left is right or (id(left), id(right)) in seen or isinstance(left, _NOT_TOLD):
            continue
        seen.add((id(left), id(right)))
        kept.append((left, right))  # so that no other object gets their ids
        if type(left) is not type(right):
            return f"{where}: {left!r:.200} is not {right!r:.200}"
        pairs = _inside(left, right)
        if pairs is None:
            return f"{where}: {left!r:.200} is not {right!r:.200}"
        waiting += [(*pair, where + name) for pair, name in pairs]
    return ""


def _inside(left: Any, right: Any) -> list[tuple[tuple[Any, Any], str]] | None:
    """What is to be compared inside; None where they differ."""
    if isinstance(left, Function):
        return [] if left.node is right.node else None
    if is_dataclass(left):
        return [((getattr(left, name), getattr(right, name)), f".{name}") for name in _names(left)]
    if isinstance(left, dict):
        if len(left) != len(right):
            return None
        # Whole numbers are ids of objects.
        keys = [((one, two), ".key") for one, two in zip(left, right, strict=True) if type(one) is not int]
        return keys + [((left[a], right[b]), f"[{a!r:.40}]") for a, b in zip(left, right, strict=True)]
    if isinstance(left, list | tuple):
        same = len(left) == len(right)
        return [(pair, f"[{n}]") for n, pair in enumerate(zip(left, right, strict=True))] if same else None
    if callable(left):
        return [] if getattr(left, "__qualname__", "") == getattr(right, "__qualname__", "") else None
    by_identity = getattr(type(left), "__eq__", None) == object.__eq__
    if by_identity or isinstance(left, set | frozenset):
        return []
    return [] if left == right or left != left else None


def _names(value: Any) -> Iterator[str]:
    return (one.name for one in fields(value) if hasattr(value, one.name))
