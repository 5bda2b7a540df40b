"""Lambda layers: Python code inside a model file, found in the architecture's words whether or not it can be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from dimorder.errors import DimorderError
from dimorder.finding import Finding
from dimorder.flow.as_findings import finding
from dimorder.formats.document import parse
from dimorder.formats.hdf5 import Hdf5Store, architecture_text
from dimorder.formats.recognised import recognised

CODE = "model.lambda"
_LARGEST = 64 << 20


def code_in(file: BinaryIO, path: str) -> tuple[Finding, ...]:
    """The same for a file that could not be read as a model; nothing where its architecture cannot be read either."""
    try:
        return code_of(_document(file, path), path)
    except DimorderError:
        return ()


def code_of(document: dict[str, Any] | None, path: str) -> tuple[Finding, ...]:
    """A finding if a layer of the architecture is a Lambda, however deep inside."""
    for item in _mappings(document):
        if item.get("class_name") == "Lambda":
            config = item.get("config")
            name = item.get("name") or (config.get("name") if isinstance(config, dict) else "") or "?"
            told = f"layer {name!r} is a Lambda: code, which is never run, so nothing can be proven of this model"
            return (finding("DIM403", path, told, CODE),)
    return ()


def _document(file: BinaryIO, path: str) -> dict[str, Any] | None:
    kind = recognised(file).kind
    if kind == "text":
        return parse(file.read(_LARGEST), path)
    text = architecture_text(Hdf5Store(file, path)) if kind == "hdf5" else None
    return parse(text.encode(), path) if text else None


def _mappings(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping inside, the outermost first; iterative, since how deep they go is bounded elsewhere."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield item
            waiting += reversed(item.values())
        elif isinstance(item, list):
            waiting += reversed(item)
