"""What lies in a file as pyfive sees it, which shares no code with libhdf5."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np
import pyfive

from dimorder.steps import Array

MOST, DEEPEST = 500, 10


class Unread(Exception):
    """pyfive has no answer."""


@dataclass(frozen=True)
class Seen:
    """Everything that the second reader sees. arrays: by path; notes: attributes by (path, name), as text."""

    arrays: Mapping[str, Array]
    notes: Mapping[tuple[str, str], str]


def see(content: bytes) -> Seen:
    """A whole HDF5 file, or the weights inside a `.keras`, whose config stands among the notes."""
    try:
        with np.errstate(all="ignore"):
            return _of_archive(content) if content[:2] == b"PK" else _of_hdf5(content)
    except Exception as problem:  # on damaged files it may raise anything
        raise Unread(f"{type(problem).__name__}: {problem}") from problem


def _of_archive(content: bytes) -> Seen:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {member.filename: archive.read(member) for member in archive.infolist()}
    seen = _of_hdf5(members["model.weights.h5"])
    return Seen(seen.arrays, {**seen.notes, ("", "config.json"): repr(members["config.json"])})


def _of_hdf5(content: bytes) -> Seen:
    arrays: dict[str, Array] = {}
    notes: dict[tuple[str, str], str] = {}
    _walk(pyfive.File(io.BytesIO(content)), "", arrays, notes, 0)
    return Seen(arrays, notes)


def _walk(group: Any, path: str, arrays: dict[str, Array], notes: dict[tuple[str, str], str], depth: int) -> None:
    if depth > DEEPEST or len(arrays) + len(notes) > MOST:
        raise ValueError("too much to walk")
    notes.update({(path, str(name)): _text(value) for name, value in group.attrs.items()})
    for name in group:
        item, place = group[name], f"{path}/{name}"
        if isinstance(item, pyfive.Dataset):
            if np.prod(item.shape, dtype=float) > 1e6:
                raise ValueError(f"{place}: too large")
            arrays[place] = np.asarray(item[()])
            notes.update({(place, str(own)): _text(value) for own, value in item.attrs.items()})
        else:
            _walk(item, place, arrays, notes, depth + 1)


def _text(value: object) -> str:
    return repr(value.tolist() if isinstance(value, np.ndarray) else value)


def cannot_read(content: bytes) -> str:
    """What the first reader, libhdf5 by way of h5py and nothing else, says against a file; "" if it reads all of it."""
    try:
        with h5py.File(io.BytesIO(content), "r") as root:
            _read_all(root)
    except Exception as problem:  # noqa: BLE001 - whatever it says, it does not read it
        return f"{type(problem).__name__}: {problem}"
    return ""


def _read_all(item: Any) -> None:
    for name in item.attrs:
        item.attrs[name]
    if isinstance(item, h5py.Dataset):
        item[()]
        return
    for name in item:
        _read_all(item[name])


def is_unharmed(mutant: Seen, seed: Seen, *, notes: bool) -> bool:
    """Every array of the seed is there, bit for bit. notes: and all attributes too, with nothing besides."""
    alike = all(path in mutant.arrays and same_bits(mutant.arrays[path], own) for path, own in seed.arrays.items())
    return alike and (not notes or (mutant.notes == seed.notes and mutant.arrays.keys() == seed.arrays.keys()))


def same_bits(first: Array, second: Array) -> bool:
    return first.dtype == second.dtype and first.shape == second.shape and first.tobytes() == second.tobytes()
