"""Architectures inside another document: a project's own settings, exports for TensorFlow.js and keras-js."""

from __future__ import annotations

from typing import Any

from dimorder.errors import UnreadableFile
from dimorder.formats.keras0.reading import is_keras0
from dimorder.formats.texts import json_value

KEYS = ("keras_model", "modelTopology", "model_config", "model", "config", "architecture")
DEEPEST = 4


def is_architecture(value: object) -> bool:
    """Whether a parsed text is an architecture of any Keras."""
    return is_keras0(value) or (isinstance(value, dict) and "class_name" in value and "config" in value)


def unwrapped(value: Any, path: str) -> Any:
    """The architecture inside, with the version and backend stated around it; the value itself if there is none.

    Raises for texts inside that are JSON beyond the bounds of texts.
    """
    found = _inside(value, path, DEEPEST)
    return value if found is None else found


def _inside(value: Any, path: str, depth: int) -> Any:
    value = _decoded(value, path, DEEPEST)
    if is_architecture(value):
        return value
    if not isinstance(value, dict) or not depth:
        return None
    for key in KEYS:
        found = _inside(value.get(key), path, depth - 1)
        if found is not None:
            around = {name: value[name] for name in ("keras_version", "backend") if isinstance(value.get(name), str)}
            return found if is_keras0(found) else {**around, **found}
    return None


def _decoded(value: Any, path: str, times: int) -> Any:
    """JSON that was put into JSON as a text."""
    if not isinstance(value, str) or not value.lstrip().startswith(("{", '"')) or not times:
        return value
    try:
        return _decoded(json_value(value, path), path, times - 1)
    except UnreadableFile as problem:
        if problem.code != "config.syntax":
            raise
        return None
