"""What the links of a group lead to: objects of the same file only, and each object by one link only."""

from __future__ import annotations

from collections.abc import Iterator

import h5py

from dimorder.errors import UnsafeContent
from dimorder.formats.guard.damage import shown
from dimorder.formats.guard.names import check_names

IN_GROUP = 10_000
"""More links than any group of a model has: Keras 3 keeps an optimizer's arrays in one, about 3 for each weight."""
_WHY = "Keras writes no links; a copy made by loading and saving the model again has none"
_KINDS = {
    h5py.h5l.TYPE_SOFT: ("a soft link, another name for some place", "hdf5.soft-link"),
    h5py.h5l.TYPE_EXTERNAL: ("a link into another file", "hdf5.external-link"),
}
_OTHER = ("a link of a kind that programs define themselves", "hdf5.user-link")


def links(group: h5py.h5g.GroupID, place: bytes, path: str) -> Iterator[tuple[bytes, int]]:
    """Name and object address of every link. Raises UnsafeContent for all but plain links under plain names."""
    count = group.get_num_objs()
    if count > IN_GROUP:
        raise UnsafeContent(f"{path}: {shown(place)} holds {count} objects, more than any model", code="limits.objects")
    names = list(group)
    check_names(names, place, path)
    for name in names:
        link = group.links.get_info(name)
        if link.type != h5py.h5l.TYPE_HARD:
            what, code = _KINDS.get(link.type, _OTHER)
            raise UnsafeContent(f"{path}: {shown(place + name)} is {what}", hint=_WHY, code=code)
        yield name, link.u
