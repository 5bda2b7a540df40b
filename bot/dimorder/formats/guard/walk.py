"""Every object of an HDF5 file once, by its address, with its links checked before they are followed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import h5py

from dimorder.errors import UnsafeContent
from dimorder.formats.guard.damage import shown
from dimorder.formats.guard.links import links

IN_FILE = 100_000
DEEPEST = 64
"""Groups inside one another. Keras files seen are up to 5 deep, scopes of names may make it a dozen."""
Object: TypeAlias = "h5py.h5g.GroupID | h5py.h5d.DatasetID | h5py.h5t.TypeID"


@dataclass(frozen=True, slots=True)
class Found:
    """One object: where it is, how deep, and itself, open. A group's place ends in "/"."""

    place: bytes
    depth: int
    object: Object


def objects(root: h5py.File, path: str) -> Iterator[Found]:
    """All objects, the root first; recursion-free, so that depth costs no stack.

    Raises UnsafeContent at the first link that leads elsewhere, or to an object seen before.
    """
    top = h5py.h5o.open(root.id, b"/")
    seen = {h5py.h5o.get_info(top).addr}
    waiting = [Found(b"/", 0, top)]
    while waiting:
        found = waiting.pop()
        yield found
        if not isinstance(found.object, h5py.h5g.GroupID):
            continue
        for name, address in links(found.object, found.place, path):
            child = _child(found, name)
            _check_new(child, address in seen, path)
            seen.add(address)
            if len(seen) > IN_FILE:
                raise UnsafeContent(f"{path}: holds more than {IN_FILE} objects", code="limits.objects")
            waiting.append(child)


def _child(parent: Found, name: bytes) -> Found:
    opened = h5py.h5o.open(parent.object, name)
    end = b"/" if isinstance(opened, h5py.h5g.GroupID) else b""
    return Found(parent.place + name + end, parent.depth + 1, opened)


def _check_new(found: Found, is_known: bool, path: str) -> None:
    if found.depth > DEEPEST:
        raise UnsafeContent(
            f"{path}: {shown(found.place)}: groups nested more than {DEEPEST} deep", code="limits.depth"
        )
    if is_known and isinstance(found.object, h5py.h5g.GroupID):
        raise UnsafeContent(
            f"{path}: {shown(found.place)} is a group that lies elsewhere in the file too", code="hdf5.cycle"
        )
    if is_known:
        raise UnsafeContent(
            f"{path}: {shown(found.place)} is another name for an array: changed twice, it would be wrong",
            hint="load the model and save it again: Keras writes each array once",
            code="hdf5.alias",
        )
