"""What a model's configuration may not ask of whoever loads it: run code, fetch, read files of the machine.

Nothing here is ever done by this program; but what it wrote from such a file would be loaded in Keras.
A Lambda with Python code is no matter of this: it may be told by --lambda, and is refused as a layer where it is not.
Source: keras/src/saving/serialization_lib.py at 3.15.1, and the advisories on it (CVE-2025-1550, -8747, -9906, -12058,
CVE-2026-1462).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dimorder.errors import UnsafeContent
from dimorder.formats.boundary import LAMBDA

FUNCTIONS = ("activations", "initializers", "constraints", "regularizers", "losses", "metrics", "ops", "random")
"""Rooms of Keras whose functions only compute."""
FOREIGN = frozenset({"TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"})
"""Layers that hold, or load from elsewhere, a program of another library."""
LISTS_FROM_FILES = "vocabulary"
OWN = "builtins"
"""Where a function of the user's is said to come from: Keras looks for it among those that it was given."""


def check_harmless(value: Any, where: str) -> None:
    """Raise for the first thing asked that is never done; value: of JSON, within the bounds of texts."""
    for item, layer in _objects(value, ""):
        asked = _asked(item)
        if asked:
            raise UnsafeContent(
                f"{where}: layer {layer!r} asks for what is never done: {asked}",
                hint="remove the layer in the program that wrote the model, and save it again",
                code="model.unsafe-config",
            )


def _objects(value: Any, layer: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Every object with the name of the innermost layer around; what a Lambda holds is its own matter."""
    if isinstance(value, dict):
        layer = _name(value) or layer
        yield value, layer
        value = [] if value.get("class_name") == LAMBDA else list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _objects(inner, layer)


def _name(item: dict[str, Any]) -> str:
    config = item.get("config")
    name = config.get("name") if isinstance(config, dict) else None
    return str(name) if "class_name" in item and isinstance(name, str) else ""


def _asked(item: dict[str, Any]) -> str:
    """What this very object asks for, "" where it only computes."""
    kind, module, config = (item.get(key) for key in ("class_name", "module", "config"))
    if isinstance(kind, str) and kind in FOREIGN:
        return f"{kind}, a program of another library"
    if kind == "function" and module not in [None, OWN] and not _only_computes(module):
        return f"the function {config!r} of {module!r}"
    if isinstance(item.get(LISTS_FROM_FILES), str) and item[LISTS_FROM_FILES]:
        return f"a vocabulary from {item[LISTS_FROM_FILES]!r}"
    return ""


def _only_computes(module: Any) -> bool:
    rooms = str(module).removeprefix("keras.src.").removeprefix("keras.").split(".")
    return str(module).startswith("keras.") and rooms[0] in FUNCTIONS
