"""The shape of an exchange: two of one shape are for a schema the same, so that one of them is held to it."""

from __future__ import annotations

import json
import re
from typing import Any

from github_com.journal import Exchange

_KINDS = (
    ("moment", re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")), ("sha", re.compile(r"[0-9a-f]{40}")),
    ("uri", re.compile(r"https?://\S*")), ("word", re.compile(r"[a-z_]{1,12}")), ("empty", re.compile(r"")),
)  # fmt: skip


def of_exchange(exchange: Exchange, document: Any) -> Any:
    """Hashable. document: of the answer."""
    try:
        asked = json.loads(exchange.body) if exchange.body else None
    except ValueError:
        asked = "no JSON"
    query = tuple(sorted((key, _of(value)) for key, value in exchange.query.items()))
    return exchange.method, exchange.template, query, _of(asked), exchange.status, exchange.media, _of(document)


def _of(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple((key, _of(inner)) for key, inner in value.items())
    if isinstance(value, list):
        return ("list", frozenset(_of(inner) for inner in value))
    if isinstance(value, str):
        return _kind(value)
    return type(value).__name__


def _kind(text: str) -> str:
    """Words that an enumeration may hold stand for themselves."""
    for name, pattern in _KINDS:
        if pattern.fullmatch(text):
            return text if name == "word" else name
    return "text"
