"""How deep, how wide and of what a document may be made; far above what any Keras wrote, far below what hurts."""

from __future__ import annotations

import json
from typing import Any

from dimorder.errors import UnreadableFile, UnsafeContent

MAX_BYTES = 16 << 20
MAX_DEPTH = 100
"""Levels of nesting. A model inside a model takes four; the deepest known file has eleven."""
MAX_VALUES = 1_000_000
MAX_LAYERS = 5_000
"""In one list. The longest known architecture (NASNetLarge) has about a thousand."""
MAX_DIGITS = 20
"""Of a whole number: those of 64 bits, with sign. Python takes minutes to read very long ones."""
_LISTS_OF_LAYERS = ("layers", "config", "node_config")


def check_bounds(value: Any, path: str) -> None:
    """Raise for nesting, repetition, and values that only an attack has, or that are not plain."""
    level, seen = [value], 0
    for _ in range(MAX_DEPTH):
        for item in level:
            _check_layers(item, path)
        level = [child for item in level for child in _children(item)]
        seen += len(level)
        if seen > MAX_VALUES:
            raise UnsafeContent(f"{path}: unfolds to more than {MAX_VALUES} values", code="limits.objects")
        if not level:
            break
    else:
        raise too_deep(path)
    _check_texts(value, path)


def too_deep(path: str) -> UnsafeContent:
    return UnsafeContent(f"{path}: nested more than {MAX_DEPTH} deep", code="config.depth")


def no_number(what: str, path: str) -> UnreadableFile:
    return UnreadableFile(f"{path}: holds {what}, which is not read as a number", code="config.number")


def twice(key: Any, path: str) -> UnreadableFile:
    said = "programs differ in which of the two they take"
    return UnreadableFile(f"{path}: the key {key!r} stands twice in one place, and {said}", code="config.duplicate-key")


def _check_layers(item: Any, path: str) -> None:
    if not isinstance(item, dict):
        return
    for key in _LISTS_OF_LAYERS:
        found = item.get(key)
        if isinstance(found, list) and len(found) > MAX_LAYERS:
            raise UnsafeContent(
                f"{path}: {len(found)} layers, and {MAX_LAYERS} are read at most", code="limits.objects"
            )


def _check_texts(value: Any, path: str) -> None:
    """Halves of characters, which no file can hold again, and values that JSON has no form for."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as problem:
        half = problem.object[problem.start]
        raise UnreadableFile(
            f"{path}: holds half a character (U+{ord(half):04X})", code="config.encoding"
        ) from problem
    except TypeError as problem:
        raise UnreadableFile(f"{path}: holds what JSON has no form for ({problem})", code="config.type") from problem


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
