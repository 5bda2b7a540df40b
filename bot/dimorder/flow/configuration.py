"""A configuration file read where foreign bytes are read: it comes with the repository that is checked."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import msgspec

from dimorder.errors import DimorderError, UsageError
from dimorder.flow.standing import Nothing
from dimorder.flow.stated import Bot, Stated
from dimorder.sandbox.outside import Outside

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LARGEST = 1 << 20
"""Bytes; pyproject.toml of the largest projects has a tenth of it."""
ROLE = "config"


@dataclass(frozen=True, slots=True)
class Configured:
    """What a file states; None for a pyproject.toml that says nothing of this program."""

    stated: Stated | None


def read(files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Nothing, outside: Outside) -> Configured:
    """The settings in the file; UsageError for anything that is none, with the nearest right key."""
    path = names[ROLE]
    data = files[ROLE].read(LARGEST + 1)
    is_own = path.lower().endswith((".yml", ".yaml"))
    if not is_own and b"dimorder" not in data:
        return Configured(None)  # somebody else's, sound or not
    if len(data) > LARGEST:
        raise UsageError(f"{path}: larger than {LARGEST} bytes: no configuration", hint="cut it down")
    value = _yaml(data, path) if is_own else _toml(data, path)
    return Configured(None if value is None else _stated(value, path))


def _yaml(data: bytes, path: str) -> Any:
    from dimorder.formats.texts import decoded, yaml_value  # the parent, which loads this module, reads no YAML

    try:
        text = decoded(data, path)
        return yaml_value(text, path) or {} if text.strip() else {}
    except DimorderError as problem:
        raise UsageError(problem.sentence, hint="write it as docs/configuration.md shows") from problem


def _toml(data: bytes, path: str) -> Any:
    """The table [tool.dimorder], None where there is none."""
    try:
        value = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as problem:
        told = str(problem)[:200] or "nested too deep"
        raise UsageError(f"{path}: no TOML ({told})", hint="write it as docs/configuration.md shows") from problem
    tools = value.get("tool")
    return tools.get("dimorder") if isinstance(tools, dict) else None


def _stated(value: Any, path: str) -> Stated:
    if not isinstance(value, dict):
        raise UsageError(f"{path}: no table of settings", hint="write it as docs/configuration.md shows")
    _check_keys(value, Stated, path)
    if isinstance(value.get("bot"), dict):
        _check_keys(value["bot"], Bot, f"{path}: bot")
    try:
        return msgspec.convert(value, Stated)
    except (msgspec.ValidationError, RecursionError) as problem:
        raise UsageError(f"{path}: {problem}", hint="write it as docs/configuration.md shows") from problem


def _check_keys(value: Mapping[Any, Any], table: type[Stated] | type[Bot], where: str) -> None:
    """Raises UsageError for a key that the table does not have, with the nearest one that it has."""
    names = [field.encode_name for field in msgspec.structs.fields(table)]
    for key in value:
        if key not in names:
            near = difflib.get_close_matches(str(key)[:100].replace("_", "-"), names, 1, 0.4)
            hint = f"did you mean {near[0]}?" if near else f"the keys are {', '.join(names)}"
            raise UsageError(f"{where}: no key is called {str(key)[:100]!r}", hint=hint)
