"""Chunks packed by gzip: HDF5 unpacks whatever comes, so their true size is measured first."""

from __future__ import annotations

import math
import zlib

import h5py

from dimorder.errors import UnreadableFile, UnsafeContent
from dimorder.formats.guard.damage import undamaged
from dimorder.formats.guard.storage import DEFLATE

_CHECKSUM = 4
"""Bytes that fletcher32 adds before packing, where it comes first."""
_TEXT = 16
"""Bytes that a text of any length takes in a chunk, whatever size its type states."""
_PIECE = 1 << 20


def check_unfolding(dataset: h5py.Dataset, path: str) -> None:
    """Raise UnsafeContent if a chunk would unpack to more than a chunk; nothing is done for other datasets."""
    made = dataset.id.get_create_plist()
    numbers = [made.get_filter(at)[0] for at in range(made.get_nfilters())]
    if dataset.chunks is None or DEFLATE not in numbers:
        return
    most = math.prod(dataset.chunks) * max(dataset.id.get_type().get_size(), _TEXT) + _CHECKSUM
    starts: list[tuple[tuple[int, ...], int]] = []
    with undamaged(path, str(dataset.name), "data.unreadable"):
        dataset.id.chunk_iter(lambda chunk: starts.append((chunk.chunk_offset, chunk.filter_mask)))
        for start, skipped in starts:
            if not skipped & 1 << numbers.index(DEFLATE):
                _check_chunk(dataset.id.read_direct_chunk(start)[1], most, str(dataset.name), path)


def _check_chunk(packed: bytes, most: int, name: str, path: str) -> None:
    stream, unpacked = zlib.decompressobj(), 0
    while packed and not stream.eof:
        try:
            unpacked += len(stream.decompress(packed, _PIECE))
        except zlib.error as problem:
            raise UnreadableFile(f"{path}: {name}: its data cannot be unpacked", code="data.unreadable") from problem
        packed = stream.unconsumed_tail
        if unpacked > most:
            raise UnsafeContent(f"{path}: {name}: a chunk unpacks to more than it declares", code="limits.expansion")
