"""A written HDF5 file read back: it is the original with exactly the planned moves, in every object and attribute."""

from __future__ import annotations

from collections.abc import Mapping

import h5py
import numpy as np

from dimorder.errors import Refused
from dimorder.formats.carried import Owner, content
from dimorder.formats.guard import pieces
from dimorder.formats.hdf5 import Hdf5Store, names
from dimorder.formats.writing import Attributes, moved_sizes
from dimorder.plan import Move
from dimorder.steps import Array, undo

_LISTS = "layer_names"


def compare(
    source: Hdf5Store, target: Hdf5Store, moves: Mapping[str, Move], attributes: Attributes, leave_out: frozenset[str]
) -> None:
    """Raise Refused unless the written file is the original with exactly the planned moves, read back from disk."""
    _Comparison(moves, attributes, leave_out).compare(source.root["/"], target.root["/"])


class _Comparison:
    """Two files, object by object."""

    def __init__(self, moves: Mapping[str, Move], attributes: Attributes, leave_out: frozenset[str]) -> None:
        self.moves, self.attributes, self.leave_out = moves, attributes, leave_out

    def compare(self, old: Owner, new: Owner) -> None:
        """One object, and all inside it."""
        if type(old) is not type(new):
            raise Refused(f"{old.name}: the written object is of another kind")
        self._compare_attributes(old, new)
        if isinstance(old, h5py.Group):
            self._compare_group(old, new)
        elif isinstance(old, h5py.Dataset):
            _compare_dataset(old, new, self.moves.get(str(old.name)))
        elif old.id != new.id:
            raise Refused(f"{old.name}: the written type is not the original's")

    def _compare_group(self, old: h5py.Group, new: h5py.Group) -> None:
        kept = [name for name in old if old[name].name not in self.leave_out]
        if kept != list(new):
            raise Refused(f"{old.name}: the written file does not hold the same objects in the same order")
        if _order(old) != _order(new):
            raise Refused(f"{old.name}: the written group does not keep its order of creation as the original does")
        for name in kept:
            self.compare(old[name], new[name])

    def _compare_attributes(self, old: Owner, new: Owner) -> None:
        changed = self._changed(str(old.name), old)
        for name, value in changed.items():
            if name not in new.attrs or content(new.attrs.get_id(name)).item() != value:
                raise Refused(f"{old.name}: attribute {name!r} is not the planned one")
        rewritten = {*changed, _LISTS}
        kept = [name for name in old.attrs if name not in rewritten]
        if kept != [name for name in new.attrs if name not in rewritten]:
            raise Refused(f"{old.name}: the written object does not have the same attributes")
        if set(names(old, _LISTS) or []) != set(names(new, _LISTS) or []):
            raise Refused(f"{old.name}: the written file lists other layers")
        for name in kept:
            if not _same_attribute(old.attrs.get_id(name), new.attrs.get_id(name)):
                raise Refused(f"{old.name}: attribute {name!r} was not carried over")

    def _changed(self, place: str, old: Owner) -> Attributes:
        if place == "/model_weights":
            return {name: value for name, value in self.attributes.items() if name in old.attrs}
        return self.attributes if place == "/" else {}


def _order(group: h5py.Group) -> tuple[int, int]:
    made = group.id.get_create_plist()
    return made.get_link_creation_order(), made.get_attr_creation_order()


def _same_attribute(old: h5py.h5a.AttrID, new: h5py.h5a.AttrID) -> bool:
    if old.get_type() != new.get_type() or old.shape != new.shape:
        return False
    spaces = [one.get_space().get_simple_extent_type() for one in (old, new)]
    if spaces[0] != spaces[1] or spaces[0] == h5py.h5s.NULL:
        return bool(spaces[0] == spaces[1])
    first, second = content(old), content(new)
    return _same_values(first, second)


def _compare_dataset(old: h5py.Dataset, new: h5py.Dataset, move: Move | None) -> None:
    if old.id.get_type() != new.id.get_type():
        raise Refused(f"{old.name}: the written array is of another type")
    moved = move if move is not None and move.steps else None
    if _storage(old) != _storage(new) or not _grows_alike(old, new, moved):
        raise Refused(f"{old.name}: the written array is not stored as the original")
    if not (_is_moved(old, new, moved) if moved else _is_same(old, new)):
        raise Refused(f"{old.name}: the written array is not the planned one")


def _storage(dataset: h5py.Dataset) -> tuple[object, ...]:
    """How a dataset is kept, apart from sizes along its axes."""
    made = dataset.id.get_create_plist()
    filters = [made.get_filter(at) for at in range(made.get_nfilters())]
    # Of gzip the level; what other filters note depends on the sizes of chunks.
    packed = [(number, flags, number == h5py.h5z.FILTER_DEFLATE and values) for number, flags, values, _ in filters]
    is_known = made.fill_value_defined() != h5py.h5d.FILL_VALUE_UNDEFINED and not dataset.dtype.hasobject
    fill = np.asarray(dataset.fillvalue).tobytes() if is_known else None
    return made.get_layout(), packed, made.fill_value_defined(), fill, made.get_attr_creation_order()


def _grows_alike(old: h5py.Dataset, new: h5py.Dataset, move: Move | None) -> bool:
    if move is None:
        return bool(old.maxshape == new.maxshape and old.chunks == new.chunks)
    expected = moved_sizes(old.maxshape, move)
    chunks = moved_sizes(old.chunks, move) if old.chunks is not None else None
    return (expected is None or expected == new.maxshape) and (chunks is None or chunks == new.chunks)


def _is_moved(old: h5py.Dataset, new: h5py.Dataset, move: Move) -> bool:
    return _same_bits(np.asarray(old[()]), np.asarray(undo(move.steps, new[()])))


def _is_same(old: h5py.Dataset, new: h5py.Dataset) -> bool:
    """Piece by piece: arrays that only were copied may be larger than memory."""
    if old.shape is None or new.shape is None or old.shape != new.shape:
        return bool(old.shape == new.shape)
    return all(_same_values(old[region], new[region]) for region in pieces(old))


def _same_values(first: Array, second: Array) -> bool:
    if first.dtype.hasobject:
        return bool(first.tolist() == second.tolist())
    return _same_bits(np.asarray(first), np.asarray(second))


def _same_bits(first: Array, second: Array) -> bool:
    """Equal to the last bit, so that NaN equals itself and -0.0 differs from 0.0."""
    return bool(first.shape == second.shape and first.tobytes() == np.ascontiguousarray(second).tobytes())
