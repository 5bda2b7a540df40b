"""Architecture texts (JSON, YAML) parsed into plain values, within bounds."""

from __future__ import annotations

from typing import Any, BinaryIO

from dimorder.errors import DimorderError, UnreadableFile, UnsafeContent
from dimorder.formats.borders import with_explicit_borders
from dimorder.formats.keras0.reading import is_keras0, told_anew
from dimorder.formats.machine import machine_settings, told
from dimorder.formats.recognised import recognised, refuse
from dimorder.formats.texts import MAX_BYTES, MAX_DEPTH, decoded, json_value, yaml_value
from dimorder.formats.wrapped import unwrapped

__all__ = ["MAX_BYTES", "MAX_DEPTH", "Document", "parse", "parse_file", "parsed_or_nothing"]

Document = dict[str, Any]
MEANT = "name what model.save, save_weights (.h5, .keras) or to_json, to_yaml (.json, .yaml) wrote"
_JSON_BEGINS = ("{", "[", '"')


def parse_file(file: BinaryIO, path: str) -> Document:
    """The architecture in an open file; anything else is told by its content."""
    refuse(recognised(file), path, "architecture")
    return parse(file.read(MAX_BYTES + 1), path)


def parse(data: bytes, path: str) -> Document:
    """The architecture in a JSON or YAML text, also encoded twice or inside another document.

    One of Keras 0 is told in the words of Keras 1, a border_mode 'full' as padding in front.
    """
    if len(data) > MAX_BYTES:
        raise UnsafeContent(
            f"{path}: an architecture of more than {MAX_BYTES} bytes is not read", code="input.too-large"
        )
    value = _value(decoded(data, path), path)
    if isinstance(value, str):
        value = _value(value, path)
    value = unwrapped(value, path)
    if is_keras0(value):
        value = told_anew(value, path)
    if not isinstance(value, dict) or not isinstance(value.get("class_name"), str):
        raise _no_architecture(data, path)
    try:
        return with_explicit_borders(value)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as problem:
        raise UnreadableFile(
            f"{path}: a border_mode 'full' is not as Keras writes it ({problem!r})", code="config.type"
        ) from problem


def _value(text: str, path: str) -> Any:
    try:
        return json_value(text, path) if text.lstrip().startswith(_JSON_BEGINS) else yaml_value(text, path)
    except UnreadableFile as problem:
        if problem.code == "config.syntax":
            problem.hint = MEANT
        raise


def _no_architecture(data: bytes, path: str) -> UnreadableFile:
    machine = machine_settings(data)
    if machine is None:
        return UnreadableFile(
            f"{path}: not a Keras architecture (no class_name at the top)",
            hint=MEANT,
            code="config.type",
        )
    kernels = "th" if machine.backend == "theano" else "tf"
    ordering = kernels if machine.ordering == "unknown" else machine.ordering
    return UnreadableFile(
        f"{path}: {told(machine)}, not an architecture",
        hint=f"pass the model's own JSON; if the weights were trained on that machine, say --from {ordering}/{kernels}",
        code="config.type",
    )


def parsed_or_nothing(content: str) -> Document:
    """A JSON object that no right conversion depends on: empty where the text is none, or beyond all bounds."""
    try:
        value = json_value(content, "")
    except DimorderError:
        return {}
    return value if isinstance(value, dict) else {}
