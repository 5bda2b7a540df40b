"""Weights that Keras 3 cut into several files: an index (`*.weights.json`) and, beside it, the files that it names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO

from dimorder.errors import DimorderError, UnreadableFile, UnsafeContent
from dimorder.formats.keras3.stored import Stored
from dimorder.formats.texts import decoded, json_value
from dimorder.graph import Tensor
from dimorder.steps import Array

MAX_INDEX = 16 << 20
MAX_SHARDS = 1000


def shard_names(file: BinaryIO, path: str) -> tuple[str, ...]:
    """The files that an index names, () for any other file; leaves it at its start.

    Refused where a name is more than a name: an index never leads out of its own folder.
    """
    index = _index(file, path)
    if index is None:
        return ()
    named = [name for found in index.values() for name in (found if isinstance(found, list) else [found])]
    names = tuple(sorted({str(name) for name in named}))
    if len(names) > MAX_SHARDS:
        raise UnsafeContent(f"{path}: an index of shards may name at most {MAX_SHARDS} files", code="limits.objects")
    if not all(_is_plain(name) for name in names):
        raise UnsafeContent(f"{path}: an index of shards may only name files of its own folder", code="archive.path")
    return names


def _index(file: BinaryIO, path: str) -> Mapping[str, Any] | None:
    start = file.read(1)
    content = start + file.read(MAX_INDEX) if start == b"{" else b""
    file.seek(0)
    try:
        value = json_value(decoded(content, path), path) if content else None
    except DimorderError:  # whoever reads it as an architecture says what is wrong with it
        return None
    found = value.get("weight_map") if isinstance(value, dict) else None
    return found if isinstance(found, dict) else None


def _is_plain(name: str) -> bool:
    return name.endswith(".weights.h5") and not set(name) & set("/\\\0") and len(name.encode()) <= 255


class Sharded:
    """The arrays of all shards as if they lay in one file; has what `Stored` has."""

    def __init__(self, index: BinaryIO, shards: Mapping[str, BinaryIO], path: str) -> None:
        self.path = path
        names = shard_names(index, path)
        missing = [name for name in names if name not in shards]
        if missing or not names:
            raise UnreadableFile(
                f"{path}: its shard {missing[0] if missing else ''!r} is not beside it", code="archive.missing"
            )
        self.stores = {name: Stored(shards[name], f"{path} ({name})") for name in names}
        self.homes: dict[str, Stored] = {}

    def read_array(self, tensor: Tensor) -> Array:
        return self.homes[tensor.address].read_array(tensor)

    def close(self) -> None:
        for store in self.stores.values():
            store.close()

    def has(self, address: str) -> bool:
        return any(store.has(address) for store in self.stores.values())

    def owner(self, address: str) -> str:
        return next((owner for store in self.stores.values() if (owner := store.owner(address))), "")

    def attribute(self, name: str) -> str:
        return next((text for store in self.stores.values() if (text := store.attribute(name))), "")

    def arrays(self, address: str) -> tuple[Tensor, ...]:
        """All arrays of a layer, by number, whichever shards they lie in."""
        found: dict[str, Tensor] = {}
        for store in self.stores.values():
            for tensor in store.arrays(address):
                if tensor.address in found:
                    raise UnreadableFile(
                        f"{self.path}: {tensor.address} lies in more than one shard", code="hdf5.alias"
                    )
                found[tensor.address] = tensor
                self.homes[tensor.address] = store
        return tuple(found[at] for at in sorted(found, key=_by_number))

    def children(self, address: str) -> tuple[str, ...]:
        names = {name for store in self.stores.values() for name in store.children(address)}
        return tuple(sorted(names, key=lambda name: (len(name), name)))


def _by_number(address: str) -> list[tuple[int, str]]:
    return [(len(part), part) for part in address.split("/")]
