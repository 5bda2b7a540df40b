"""Architecture texts (JSON, YAML) parsed into plain values, within bounds."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import yaml

from dimorder.errors import UnreadableFile, UnsafeContent
from dimorder.formats.borders import with_explicit_borders
from dimorder.formats.keras0.reading import is_keras0, told_anew
from dimorder.formats.machine import machine_settings, told
from dimorder.formats.wrapped import unwrapped

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 200
MAX_VALUES = 2_000_000

Document = dict[str, Any]


class _KerasLoader(yaml.SafeLoader):
    """SafeLoader plus the tags that old Keras wrote as plain values: tuples, numpy dtypes, numpy scalars, and what
    Python 2 called unicode and long."""


def _sequence(loader: Any, node: Any) -> Any:
    return loader.construct_sequence(node, deep=True)


def _dtype(loader: Any, node: Any) -> str:
    return str(loader.construct_mapping(node, deep=True)["args"][0])


def _scalar(loader: Any, node: Any) -> int | float:
    kind, data = loader.construct_sequence(node, deep=True)
    if kind not in ("i4", "i8", "f4", "f8"):
        raise yaml.YAMLError(f"a numpy scalar of type {kind!r}")
    return np.frombuffer(data, np.dtype("<" + kind), count=1)[0].item()  # type: ignore[no-any-return]


def _plain(loader: Any, node: Any) -> str:
    return str(loader.construct_scalar(node))


def _long(loader: Any, node: Any) -> int:
    return int(loader.construct_scalar(node))


_TAG = "tag:yaml.org,2002:python/"
_KerasLoader.add_constructor(f"{_TAG}tuple", _sequence)
_KerasLoader.add_constructor(f"{_TAG}object/apply:numpy.dtype", _dtype)
for _kind in ("unicode", "str"):
    _KerasLoader.add_constructor(f"{_TAG}{_kind}", _plain)
_KerasLoader.add_constructor(f"{_TAG}long", _long)
for _module in ("core", "_core"):
    _KerasLoader.add_constructor(f"{_TAG}object/apply:numpy.{_module}.multiarray.scalar", _scalar)


def parse(data: bytes, path: str) -> Document:
    """The architecture in a JSON or YAML text, also encoded twice or inside another document.

    One of Keras 0 is told in the words of Keras 1, a border_mode 'full' as padding in front.
    """
    if len(data) > MAX_BYTES:
        raise UnsafeContent(f"{path}: an architecture of {len(data)} bytes is not read")
    value = _json_or_yaml(_text(data), path)
    if isinstance(value, str):
        value = _json_or_yaml(value, path)
    check_bounds(value, path)
    value = unwrapped(value)
    check_bounds(value, path)
    if is_keras0(value):
        value = told_anew(value, path)
    if not isinstance(value, dict) or "class_name" not in value:
        raise _no_architecture(data, path)
    try:
        return with_explicit_borders(value)
    except (KeyError, TypeError, ValueError, IndexError) as problem:
        raise UnreadableFile(f"{path}: a border_mode 'full' is not as Keras writes it ({problem!r})") from problem


def _text(data: bytes) -> str:
    """The text without the mark that some editors put in front, which also tells its encoding."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def _no_architecture(data: bytes, path: str) -> UnreadableFile:
    machine = machine_settings(data)
    if machine is None:
        return UnreadableFile(f"{path}: not a Keras architecture (no class_name at the top)")
    kernels = "th" if machine.backend == "theano" else "tf"
    ordering = kernels if machine.ordering == "unknown" else machine.ordering
    return UnreadableFile(
        f"{path}: {told(machine)}, not an architecture",
        hint=f"pass the model's own JSON; if the weights were trained on that machine, say --from {ordering}/{kernels}",
    )


def parsed_or_nothing(content: str) -> Document:
    """A JSON object that no right conversion depends on: empty where the text is none, or beyond all bounds."""
    try:
        value = json.loads(content)
        check_bounds(value, "")
    except (ValueError, RecursionError, UnsafeContent):
        return {}
    return value if isinstance(value, dict) else {}


def _json_or_yaml(content: str, path: str) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        pass
    try:
        return yaml.load(content, _KerasLoader)  # noqa: S506 (a SafeLoader with harmless tags)
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
