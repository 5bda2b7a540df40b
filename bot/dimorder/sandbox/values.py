"""Plain values and flows as text: what crosses from one process to another."""

from __future__ import annotations

from importlib import import_module
from typing import Any, TypeVar

import msgspec

Value = TypeVar("Value")


def address(thing: type) -> str:
    """Where a class is found again: `dimorder.module:Name`."""
    return f"{thing.__module__}:{thing.__qualname__}"


def found(where: str) -> Any:
    """The function or class at an address, as a parent states it; nothing that a file says comes here."""
    module, _, name = where.partition(":")
    return getattr(import_module(module), name)


def plain(value: object) -> Any:
    """A dataclass as dicts, lists, numbers and text."""
    return msgspec.to_builtins(value, enc_hook=_number)


def restored(values: object, kind: type[Value]) -> Value:
    """The dataclass again, every field of the type that it states; msgspec.ValidationError where one is not."""
    return msgspec.convert(values, kind)


def _number(value: Any) -> Any:
    """numpy's numbers, which carry their own way to become Python's."""
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        return value.item()
    raise NotImplementedError(f"{type(value).__name__} is no plain value")
