"""Names of objects and attributes: UTF-8 that shows what it is. What Keras writes is more than that."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from dimorder.errors import UnsafeContent
from dimorder.formats.guard.damage import shown

LONGEST = 1024
"""Bytes. Names in Keras files seen have up to 54."""
_CONTROL = frozenset({"Cc", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")
"""Invisible too, but Persian, Indic scripts, and emoji are spelled with them."""


def check_names(names: Sequence[bytes], place: bytes, path: str) -> None:
    """Raise UnsafeContent unless all names inside one object are plain, and different to the eye.

    place: of that object, ends in "/".
    """
    texts = [_decoded(name, place, path) for name in names]
    for text in texts:
        _check_plain(text, place, path)
    _check_different(texts, place, path)


def _decoded(name: bytes, place: bytes, path: str) -> str:
    if len(name) > LONGEST:
        raise UnsafeContent(f"{path}: {shown(place + name)}: a name of {len(name)} bytes", code="limits.name")
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise UnsafeContent(f"{path}: {shown(place + name)}: the name is not UTF-8", code="names.encoding") from problem


def _check_plain(text: str, place: bytes, path: str) -> None:
    if text.isascii() and text.isprintable() and "/" not in text and text not in ("", ".", ".."):
        return
    kinds = {unicodedata.category(letter) for letter in text if letter not in _JOINERS}
    if kinds & _CONTROL or "/" in text or text in ("", ".", ".."):
        raise UnsafeContent(
            f"{path}: {text!r} in {shown(place)}: control characters, or nothing, as a name", code="names.unsafe"
        )
    if "Cf" in kinds:
        raise UnsafeContent(
            f"{path}: {text!a} in {shown(place)}: the name holds invisible characters", code="names.unicode"
        )


def _check_different(texts: Sequence[str], place: bytes, path: str) -> None:
    seen: dict[str, str] = {}
    for text in texts:
        twin = seen.setdefault(text if text.isascii() else unicodedata.normalize("NFC", text), text)
        if twin is not text:
            raise UnsafeContent(
                f"{path}: {twin!a} and {text!a} in {shown(place)} look the same", code="names.unicode"
            )
