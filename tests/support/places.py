"""Where the parts lie that a clone may lack: the whole zoo, the corpus, an interpreter with real Keras 3."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
REPOSITORY = TESTS.parent
PART_OF_ZOO = TESTS / "zoo"


def _beside(variable: str, name: str) -> Path | None:
    """The folder that the environment names, else the one beside the repository, else None."""
    stated = os.environ.get(variable)
    folder = Path(stated) if stated else REPOSITORY.parent / "shared" / name
    return folder.resolve() if (folder / "manifest.json").exists() else None


def whole_zoo() -> Path | None:
    return _beside("DIMORDER_ZOO", "zoo")


def corpus() -> Path | None:
    return _beside("DIMORDER_CORPUS", "corpus")


def hostile() -> Path | None:
    """The folder with the generator of hostile files, which others wrote."""
    stated = os.environ.get("DIMORDER_HOSTILE")
    folder = Path(stated) if stated else REPOSITORY.parent / "shared" / "hostile"
    return folder.resolve() if (folder / "make_hostile.py").exists() else None


def zoo() -> Path:
    """The widest zoo there is; at least the part in this repository."""
    return whole_zoo() or PART_OF_ZOO


def keras_python() -> str | None:
    """An interpreter that has Keras 3: this one, or the one that DIMORDER_KERAS_PYTHON names."""
    if importlib.util.find_spec("keras"):
        return sys.executable
    return os.environ.get("DIMORDER_KERAS_PYTHON") or None


MISSING = {
    "zoo": (whole_zoo, "the whole zoo is not here: DIMORDER_ZOO names no folder, and none lies at ../shared/zoo"),
    "corpus": (corpus, "the corpus is not here: DIMORDER_CORPUS names no folder, and none lies at ../shared/corpus"),
    "hostile": (
        hostile,
        "no generator of hostile files: DIMORDER_HOSTILE names no folder, and none lies at ../shared/hostile",
    ),
    "keras": (keras_python, "no Keras 3: not importable here, and DIMORDER_KERAS_PYTHON names no interpreter"),
}
"""Marker -> how to find its part, and what to say without it."""
