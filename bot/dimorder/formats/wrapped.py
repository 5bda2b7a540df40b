"""Architectures inside another document: a project's own settings, exports for TensorFlow.js and keras-js."""

from __future__ import annotations

import json
from typing import Any

from dimorder.formats.keras0.reading import is_keras0

KEYS = ("keras_model", "modelTopology", "model_config", "model", "config", "architecture")
DEEPEST = 4


def is_architecture(value: object) -> bool:
    """Whether a parsed text is an architecture of any Keras."""
    return is_keras0(value) or (isinstance(value, dict) and "class_name" in value and "config" in value)


def unwrapped(value: Any) -> Any:
    """The architecture inside, with the version and backend stated around it; the value itself if there is none."""
    found = _inside(value, DEEPEST)
    return value if found is None else found


def _inside(value: Any, depth: int) -> Any:
    value = _decoded(value)
    if is_architecture(value):
        return value
    if not isinstance(value, dict) or not depth:
        return None
    for key in KEYS:
        found = _inside(value.get(key), depth - 1)
        if found is not None:
            around = {name: value[name] for name in ("keras_version", "backend") if isinstance(value.get(name), str)}
            return found if is_keras0(found) else {**around, **found}
    return None


def _decoded(value: Any) -> Any:
    """JSON that was put into JSON as a text."""
    if not isinstance(value, str) or not value.lstrip().startswith(("{", '"')):
        return value
    try:
        return _decoded(json.loads(value))
    except (ValueError, RecursionError):
        return None
