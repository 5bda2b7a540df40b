"""What a file is judged as, told from its first bytes and its name. Loads nothing that reads files."""

from __future__ import annotations

from pathlib import PurePath
from typing import Literal

Kind = Literal["pointer", "model", "archive", "arrays", "text", "python", "notebook"]
START = 64
"""Bytes that are enough to tell."""
_HDF5 = b"\x89HDF\r\n\x1a\n"
_ZIP = b"PK\x03\x04"
_POINTER = b"version https://git-lfs"
_BY_SUFFIX: dict[str, Kind] = {
    ".h5": "model", ".hdf5": "model", ".keras": "model", ".npz": "arrays", ".npy": "arrays",
    ".json": "text", ".yaml": "text", ".yml": "text", ".py": "python", ".ipynb": "notebook",
}  # fmt: skip


def kind_of(start: bytes, path: str) -> Kind | None:
    """None for what is nothing to judge. start: the first bytes.

    archive: a zip that is not called a model, which may be anything.
    """
    named = by_name(path)
    if start.startswith(_POINTER):
        return None if has_foreign_name(path) else "pointer"
    if start.startswith(_HDF5):
        return "model"
    if start.startswith(_ZIP):
        return named if named in ("model", "arrays") else "archive"
    return named


def by_name(path: str) -> Kind | None:
    """What the name says the file is."""
    return _BY_SUFFIX.get(PurePath(path).suffix.lower())


def has_foreign_name(path: str) -> bool:
    """Whether the name says that the file is something else than this program reads."""
    return bool(PurePath(path).suffix) and by_name(path) is None
