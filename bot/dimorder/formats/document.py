"""Architecture texts (JSON, YAML) parsed into plain values, within bounds."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import yaml

from dimorder.errors import UnreadableFile, UnsafeContent

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 200
MAX_VALUES = 2_000_000

Document = dict[str, Any]


class _KerasLoader(yaml.SafeLoader):
    """SafeLoader plus the three tags that old Keras wrote as plain values: tuples, numpy dtypes, numpy scalars."""


def _sequence(loader: Any, node: Any) -> Any:
    return loader.construct_sequence(node, deep=True)


def _dtype(loader: Any, node: Any) -> str:
    return str(loader.construct_mapping(node, deep=True)["args"][0])


def _scalar(loader: Any, node: Any) -> int | float:
    kind, data = loader.construct_sequence(node, deep=True)
    if kind not in ("i4", "i8", "f4", "f8"):
        raise yaml.YAMLError(f"a numpy scalar of type {kind!r}")
    return np.frombuffer(data, np.dtype("<" + kind), count=1)[0].item()  # type: ignore[no-any-return]


_TAG = "tag:yaml.org,2002:python/"
_KerasLoader.add_constructor(f"{_TAG}tuple", _sequence)
_KerasLoader.add_constructor(f"{_TAG}object/apply:numpy.dtype", _dtype)
for _module in ("core", "_core"):
    _KerasLoader.add_constructor(f"{_TAG}object/apply:numpy.{_module}.multiarray.scalar", _scalar)


def parse(data: bytes, path: str) -> Document:
    """The architecture in a JSON or YAML text; JSON that was encoded twice is met too."""
    if len(data) > MAX_BYTES:
        raise UnsafeContent(f"{path}: an architecture of {len(data)} bytes is not read")
    value = _json_or_yaml(data.decode("utf-8", "replace"), path)
    if isinstance(value, str):
        value = _json_or_yaml(value, path)
    if not isinstance(value, dict) or "class_name" not in value:
        raise UnreadableFile(f"{path}: not a Keras architecture (no class_name at the top)")
    check_bounds(value, path)
    return value


def _json_or_yaml(content: str, path: str) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        pass
    try:
        return yaml.load(content, _KerasLoader)  # noqa: S506 (a SafeLoader with three harmless tags)
    except (yaml.YAMLError, RecursionError, ValueError, TypeError, KeyError) as problem:
        raise UnreadableFile(f"{path}: neither JSON nor plain YAML") from problem


def check_bounds(value: Any, path: str) -> None:
    """Refuse nesting, or repetition by aliases, that only an attack has."""
    level, seen = [value], 0
    for _ in range(MAX_DEPTH):
        level = [child for item in level for child in _children(item)]
        seen += len(level)
        if not level:
            return
        if seen > MAX_VALUES:
            raise UnsafeContent(f"{path}: unfolds to more than {MAX_VALUES} values")
    raise UnsafeContent(f"{path}: nested more than {MAX_DEPTH} deep")


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
