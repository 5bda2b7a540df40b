"""The keys of the configuration as documents show them."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
import msgspec.inspect

from dimorder.flow.stated import Stated


class Key(NamedTuple):
    """One row of the table."""

    name: str
    kind: str
    default: str
    stricter: str
    says: str


def keys() -> list[Key]:
    """Every key, in the order of the code."""
    kind: Any = msgspec.inspect.type_info(Stated)
    return [_key(field.encode_name, field.type) for field in kind.fields]


def schema() -> dict[str, Any]:
    """The JSON Schema of a configuration."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(Stated)}


def _key(name: str, kind: Any) -> Key:
    says = kind.extra_json_schema["description"]
    return Key(name, _called(kind.type), kind.extra["default"], kind.extra["stricter"], says)


def _called(kind: Any) -> str:
    """A type in words; null, which stands for a key that is left out, is none of them."""
    choices = [one for one in getattr(kind, "types", (kind,)) if not isinstance(one, msgspec.inspect.NoneType)]
    return " or ".join(_word(one) for one in choices)


def _word(kind: Any) -> str:
    known = {"StrType": "text", "IntType": "whole number", "BoolType": "`true` or `false`", "DictType": "table"}
    if isinstance(kind, msgspec.inspect.Metadata):
        return _word(kind.type)
    if isinstance(kind, msgspec.inspect.LiteralType):
        return ", ".join(f"`{value}`" for value in kind.values)
    return known.get(type(kind).__name__, "list of texts")
