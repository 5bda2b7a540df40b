"""Which files have to be judged to tell what concerns a change: not a whole repository for the sake of one file."""

from __future__ import annotations

import os
from collections.abc import Sequence

from dimorder.errors import DimorderError
from dimorder.flow.bundle import LARGEST
from dimorder.flow.change import Change, resolving
from dimorder.flow.imports import importers
from dimorder.flow.kinds import START, by_name, kind_of
from dimorder.flow.walk import Passed, Place
from dimorder.sandbox.files import open_input

_MODELS, _CODE = ("model", "text"), ("python", "notebook")
_LOADS = "load_"
"""Stands in whatever loads weights or models."""


def concerned(found: Sequence[Place | Passed], change: Change) -> list[Place | Passed]:
    """The changed files; models beside a changed or deleted one, which may be its twin; code that may use what changed.

    Nobody is told of files that stay unless they have to do with those that do not.
    """
    real = resolving()
    places = [one for one in found if isinstance(one, Place)]
    touched = [path for path in (*change.files, *change.deleted) if by_name(path) in _MODELS or _is_model(path)]
    beside = {os.path.dirname(path) for path in touched}
    code = _code(places, change, loads=bool(touched))

    def is_wanted(one: Place | Passed) -> bool:
        if isinstance(one, Passed):
            return True
        path, kind = real(one.path), by_name(one.path)
        return path in change.files or one.path in code or (kind in _MODELS and os.path.dirname(path) in beside)

    return [one for one in found if is_wanted(one)]


def _code(places: Sequence[Place], change: Change, *, loads: bool) -> set[str]:
    """Code that imports what changed, over however many files. loads: and code that loads any file."""
    real = resolving()
    changed = {path for path in (*change.files, *change.deleted) if by_name(path) in _CODE}
    if not (changed or loads):
        return set()
    texts = {one.path: _text(one.real) for one in places if by_name(one.path) in _CODE}
    own = {path for path in texts if real(path) in changed} | {path for path in changed if path in change.deleted}
    found = importers(own, texts) if changed else set()
    return found | {path for path, text in texts.items() if loads and _LOADS in text}


def _is_model(path: str) -> bool:
    """Whether the file is a model whatever it is called."""
    try:
        with open_input(path, follow=False) as opened:
            return by_name(path) is None and kind_of(opened.file.read(START), path) == "model"
    except (DimorderError, OSError):
        return False


def _text(path: str) -> str:
    """As far as words are told from it; what cannot be read is told where it is judged."""
    try:
        with open_input(path, follow=False) as opened:
            return opened.file.read(LARGEST).decode("utf-8", "replace")
    except (DimorderError, OSError):
        return ""
