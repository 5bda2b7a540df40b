"""What code is held against: the modules that it may import, and the models that it may load."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from dimorder.errors import DimorderError
from dimorder.flow import modules
from dimorder.flow.lint_report import Judged
from dimorder.flow.look import Look, look
from dimorder.flow.settings import Settings
from dimorder.flow.walk import Place
from dimorder.sandbox.files import open_input
from dimorder.sandbox.isolated import ChildFailed

_LOADS = b"load_weights"
_LOOKED_AT = 8 << 20
_MODELS = (".h5", ".hdf5", ".keras")
_MOST_MODELS = 500


@dataclass(frozen=True, slots=True)
class Surroundings:
    """modules: files of code beside those that are judged. models: those looked at, and those that code may load."""

    modules: tuple[Place, ...]
    models: tuple[Judged, ...]


def surroundings(code: Sequence[Place], seen: Sequence[str], looks: Sequence[Look], settings: Settings) -> Surroundings:
    """What lies in the repository of the code, whether or not it is checked. seen: the paths that were looked at."""
    folder = modules.root(code[0].path)
    judged = {os.path.abspath(place.path) for place in code}
    others = [path for path in modules.below(folder, (".py",)) if os.path.abspath(path) not in judged]
    models = [one.judged for one in looks if one.judged]
    if any(_loads(path) for path in (*(place.real for place in code), *others)):
        models += _further(folder, seen, settings)
    return Surroundings(tuple(Place(path, path, named=False) for path in others), tuple(models))


def _further(folder: str, seen: Sequence[str], settings: Settings) -> list[Judged]:
    """Models that nobody asked to check: what is wrong with them is not told."""
    known = {os.path.abspath(path) for path in seen}
    rest = [path for path in modules.below(folder, _MODELS) if os.path.abspath(path) not in known]
    looked = (_looked(path, settings) for path in rest[:_MOST_MODELS])
    return [one for one in looked if one]


def _looked(path: str, settings: Settings) -> Judged | None:
    try:
        return look(Place(path, path, named=False), settings).judged
    except ChildFailed:  # a bug, which is told to whoever has this file checked
        return None


def _loads(path: str) -> bool:
    """Whether the code speaks of loading weights at all."""
    with suppress(DimorderError, OSError), open_input(path, follow=False) as opened:
        return _LOADS in opened.file.read(_LOOKED_AT)
    return False
