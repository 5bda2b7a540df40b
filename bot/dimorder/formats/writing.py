"""A converted HDF5 file beside the original: everything carried over, moved arrays replaced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO

import h5py
import numpy as np

from dimorder.errors import Refused, UnreadableFile
from dimorder.formats.carried import Owner, carry_attributes, check_carried
from dimorder.formats.hdf5 import Hdf5Store, names
from dimorder.plan import Move
from dimorder.steps import Grow, Permute, Regroup, apply

Attributes = Mapping[str, bytes]
"""Root attributes to set or replace; bytes, as old Keras needs (traps 42)."""
_OLDEST_OF = {2: "v108", 3: "v110"}
"""By the form of a file's beginning, the oldest HDF5 that reads it; later objects may not fit into older forms."""
_LABELS = "DIMENSION_LABELS"


def write_hdf5(
    store: Hdf5Store,
    moves: Mapping[str, Move],
    attributes: Attributes,
    leave_out: frozenset[str],
    file: BinaryIO,
    layer_names: list[str],
) -> None:
    """Write the converted file into `file`.

    moves: by address, for weights and optimizer slots alike. leave_out: addresses of groups not carried over.
    layer_names: in the order in which Keras lists the layers of the converted architecture.
    The same input gives the same bytes: no times, the original's order of creation.
    Raises Refused, naming the object, for what would not come along exactly.
    """
    with _created(store, file) as root:
        _Carrier(store.path, moves, leave_out, attributes).carry_group(store.root, root)
        for name, value in attributes.items():
            if name not in root.attrs:
                root.attrs[name] = np.bytes_(value)
        for group in (root, root.get("model_weights")):
            if isinstance(group, h5py.Group):
                _set_layer_names(group, layer_names)


def _created(store: Hdf5Store, file: BinaryIO) -> h5py.File:
    """An empty file of the original's form; its root in the same order."""
    oldest = _OLDEST_OF.get(store.root.id.get_create_plist().get_version()[0])
    ordered = bool(store.root["/"].id.get_create_plist().get_link_creation_order())
    return h5py.File(file, "w", libver=(oldest, "latest") if oldest else None, track_order=ordered)


class _Carrier:
    """Carries objects of one file into another."""

    def __init__(
        self, path: str, moves: Mapping[str, Move], leave_out: frozenset[str], attributes: Attributes
    ) -> None:
        self.path, self.moves, self.leave_out, self.attributes = path, moves, leave_out, attributes

    def carry_group(self, source: h5py.Group, target: h5py.Group) -> None:
        """Attributes and children, in the original's order."""
        changed = self.attributes if source.name in ("/", "/model_weights") else {}
        carry_attributes(source, target, self.path, changed)
        for name in source:
            child = source[name]
            if child.name not in self.leave_out:
                self._carry(child, target, source.id, name.encode())

    def _carry(self, child: Owner, target: h5py.Group, parent: h5py.h5g.GroupID, name: bytes) -> None:
        link = h5py.h5p.create(h5py.h5p.LINK_CREATE)
        link.set_char_encoding(parent.links.get_info(name).cset)
        check_carried(child, self.path)
        move = self.moves.get(str(child.name))
        if isinstance(child, h5py.Group):
            made = h5py.h5g.create(target.id, name, lcpl=link, gcpl=_group_form(child))
            self.carry_group(child, h5py.Group(made))
        elif isinstance(child, h5py.Dataset) and move is not None and move.steps:
            _check_movable(child, move, self.path)
            with _copyable(self.path, str(child.name)):
                made = _write_moved(child, target, name, move, link)
            carry_attributes(child, made, self.path)
        else:
            with _copyable(self.path, str(child.name)):
                h5py.h5o.copy(parent, name, target.id, name, lcpl=link)


@contextmanager
def _copyable(path: str, place: str) -> Iterator[None]:
    """Around what HDF5 makes anew: it reads some forms of storage that it then does not write.

    An OSError is the disk's, not the file's.
    """
    try:
        yield
    except (RuntimeError, ValueError) as problem:
        raise UnreadableFile(f"{path}: {place} cannot be written anew ({problem})", code="data.unreadable") from problem


def _group_form(source: h5py.Group) -> h5py.h5p.PropGCID:
    """How a group is made that keeps its members in the original's order.

    Not the original's list itself: it holds addresses of its own file, and HDF5 2.0.0 then finds the new one damaged.
    """
    old, made = source.id.get_create_plist(), h5py.h5p.create(h5py.h5p.GROUP_CREATE)
    made.set_link_creation_order(old.get_link_creation_order())
    made.set_attr_creation_order(old.get_attr_creation_order())
    made.set_attr_phase_change(*old.get_attr_phase_change())
    made.set_obj_track_times(False)
    return made


def _write_moved(
    source: h5py.Dataset, target: h5py.Group, name: bytes, move: Move, link: h5py.h5p.PropLCID
) -> h5py.Dataset:
    """The array after its steps, in the stored type and packed as it was."""
    data = np.ascontiguousarray(apply(move.steps, source[()]))
    made = source.id.get_create_plist()
    made.set_obj_track_times(False)
    if source.chunks is not None:
        made.set_chunk(moved_sizes(source.chunks, move) or _chunks_of(data.shape, source.chunks))
    grown = moved_sizes(source.maxshape, move) or data.shape
    most = tuple(h5py.h5s.UNLIMITED if length is None else length for length in grown)
    space = h5py.h5s.create_simple(data.shape, most)
    created = h5py.h5d.create(target.id, name, source.id.get_type(), space, dcpl=made, lcpl=link)
    created.write(h5py.h5s.ALL, h5py.h5s.ALL, data)
    return h5py.Dataset(created)


def moved_sizes(sizes: tuple[int | None, ...], move: Move) -> tuple[int | None, ...] | None:
    """Sizes along axes turn with these; None where the axes become others."""
    for step in move.steps:
        if isinstance(step, Regroup | Grow):
            return None
        if isinstance(step, Permute):
            sizes = tuple(sizes[step.source.index(letter)] for letter in step.target)
    return sizes


def _chunks_of(shape: tuple[int, ...], old: tuple[int, ...]) -> tuple[int, ...]:
    """Chunks of an array with other axes: about as many numbers as before, in whole rows of the last axes."""
    left, found = int(np.prod(old)), []
    for length in reversed(shape):
        found.append(max(1, min(length, left)))
        left //= found[-1]
    return tuple(reversed(found))


def _check_movable(source: h5py.Dataset, move: Move, path: str) -> None:
    """Raise Refused for what belongs to axes that become others."""
    if _LABELS in source.attrs:
        raise Refused(f"{path}: {source.name}: its axes carry labels, which would not move along")
    if moved_sizes(source.maxshape, move) is None and source.maxshape != source.shape:
        raise Refused(f"{path}: {source.name} can grow along axes that become others")


def _set_layer_names(group: h5py.Group, layer_names: list[str]) -> None:
    if "layer_names" in group.attrs and names(group, "layer_names") != layer_names:
        group.attrs["layer_names"] = np.array([name.encode() for name in layer_names])
