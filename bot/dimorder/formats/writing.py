"""A converted HDF5 file beside the original: everything carried over, moved arrays replaced, read back and compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

import h5py
import numpy as np

from dimorder.errors import Refused
from dimorder.formats.hdf5 import Hdf5Store, names
from dimorder.plan import Move
from dimorder.steps import Array, Permute, Regroup, apply, undo

Attributes = Mapping[str, bytes]
"""Root attributes to set or replace; bytes, as old Keras needs (traps 42)."""


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
    """
    with h5py.File(file, "w") as target:
        _copy_attributes(store.root, target)
        _copy_children(store.root, target, moves, leave_out)
        for group_name in ("", "model_weights"):
            group = target if not group_name else target.get(group_name)
            if isinstance(group, h5py.Group):
                _set_attributes(group, attributes, only_present=bool(group_name))
                _set_layer_names(group, layer_names)


def _copy_children(
    source: h5py.Group, target: h5py.Group, moves: Mapping[str, Move], leave_out: frozenset[str]
) -> None:
    for name in source:
        child = source.get(name)
        if child is None or child.name in leave_out:
            continue
        if isinstance(child, h5py.Group):
            made = target.create_group(name)
            _copy_attributes(child, made)
            _copy_children(child, made, moves, leave_out)
        elif isinstance(child, h5py.Dataset):
            move = moves.get(str(child.name))
            if move is None or not move.steps:
                source.copy(child, target, name)
            else:
                _write_moved(child, target, name, move)


def _write_moved(source: h5py.Dataset, target: h5py.Group, name: str, move: Move) -> None:
    data = np.ascontiguousarray(apply(move.steps, source[()]))
    made = target.create_dataset(
        name,
        data=data,
        dtype=source.dtype,
        chunks=_moved_sizes(source.chunks, move),
        compression=source.compression,
        compression_opts=source.compression_opts,
        shuffle=source.shuffle or None,
        fletcher32=source.fletcher32 or None,
        track_times=False,
    )
    _copy_attributes(source, made)


def _moved_sizes(chunks: tuple[int, ...] | None, move: Move) -> tuple[int, ...] | bool | None:
    """Chunk sizes turn with the axes; of another shape they are HDF5's own choice."""
    if chunks is None:
        return None
    if any(isinstance(step, Regroup) for step in move.steps):
        return True
    for step in move.steps:
        if isinstance(step, Permute):
            chunks = tuple(chunks[step.source.index(letter)] for letter in step.target)
    return chunks


def _copy_attributes(source: h5py.Group | h5py.Dataset, target: h5py.Group | h5py.Dataset) -> None:
    """Attribute by attribute in stored form: type, size and string kind stay."""
    for name in source.attrs:
        attribute = source.attrs.get_id(name)
        made = h5py.h5a.create(target.id, name.encode(), attribute.get_type(), attribute.get_space())
        if attribute.get_space().get_simple_extent_type() == h5py.h5s.NULL:
            continue
        if attribute.get_type().get_class() == h5py.h5t.STRING and attribute.get_type().is_variable_str():
            made.close()
            target.attrs.modify(name, source.attrs[name])
            continue
        data = np.empty(attribute.shape, dtype=attribute.dtype)
        attribute.read(data)
        made.write(data)


def _set_attributes(group: h5py.Group, attributes: Attributes, *, only_present: bool) -> None:
    for name, value in attributes.items():
        if name in group.attrs or not only_present:
            group.attrs[name] = np.bytes_(value)


def _set_layer_names(group: h5py.Group, layer_names: list[str]) -> None:
    if "layer_names" in group.attrs and names(group, "layer_names") != layer_names:
        group.attrs["layer_names"] = np.array([name.encode() for name in layer_names])


def compare(
    source: Hdf5Store, target: Hdf5Store, moves: Mapping[str, Move], attributes: Attributes, leave_out: frozenset[str]
) -> None:
    """Raise unless the written file is the original with exactly the planned moves, read back from disk."""
    _compare_attributes("/", source.root, target.root, frozenset(attributes))
    _compare_children(source.root, target.root, moves, frozenset(attributes), leave_out)


def _compare_children(
    source: h5py.Group,
    target: h5py.Group,
    moves: Mapping[str, Move],
    changed: frozenset[str],
    leave_out: frozenset[str],
) -> None:
    kept = [name for name in source if (child := source.get(name)) is not None and child.name not in leave_out]
    if kept != list(target):
        raise Refused(f"{source.name}: the written file does not hold the same objects")
    for name in kept:
        old, new = source[name], target[name]
        _compare_attributes(str(old.name), old, new, changed if old.name == "/model_weights" else frozenset())
        if isinstance(old, h5py.Group):
            _compare_children(old, new, moves, changed, leave_out)
        elif not _equal(old, new, moves.get(str(old.name))):
            raise Refused(f"{old.name}: the written array is not the planned one")


def _equal(old: h5py.Dataset, new: h5py.Dataset, move: Move | None) -> bool:
    if old.dtype != new.dtype:
        return False
    if old.shape is None or new.shape is None:
        return bool(old.shape == new.shape)
    back = undo(move.steps, new[()]) if move else np.asarray(new[()])
    return _same_bits(np.asarray(old[()]), np.asarray(back))


def _same_bits(first: Array, second: Array) -> bool:
    """Equal to the last bit, so that NaN equals itself and -0.0 differs from 0.0."""
    return bool(first.shape == second.shape and first.tobytes() == np.ascontiguousarray(second).tobytes())


def _compare_attributes(
    place: str, source: h5py.Group | h5py.Dataset, target: h5py.Group | h5py.Dataset, changed: frozenset[str]
) -> None:
    if set(names(source, "layer_names") or []) != set(names(target, "layer_names") or []):
        raise Refused(f"{place}: the written file lists other layers")
    for name in source.attrs:
        if name in changed or name == "layer_names":
            continue
        if name not in target.attrs or repr(source.attrs[name]) != repr(target.attrs[name]):
            raise Refused(f"{place}: attribute {name!r} was not carried over")
