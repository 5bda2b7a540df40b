"""Small HDF5 files that nobody's Keras wrote, each with one thing wrong."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import Any

import h5py
import numpy as np

Change = Callable[[h5py.File], object]
KERNEL, ROWS = (7, 2, 5, 3), (11, 4)
"""Of the convolution, in th order, and of the Dense layer."""


def hdf5(change: Change | None = None, **how: Any) -> bytes:
    """A weights file of Keras 1, th ordered, changed. how: of `h5py.File`."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", **how) as root:
        root.attrs["layer_names"] = np.array([b"convolution2d_1", b"dense_1"])
        for name, shape in (("convolution2d_1", KERNEL), ("dense_1", ROWS)):
            group = root.create_group(name)
            group.attrs["weight_names"] = np.array([f"{name}_{role}".encode() for role in "Wb"])
            group[f"{name}_W"] = np.arange(np.prod(shape), dtype="f4").reshape(shape)
            group[f"{name}_b"] = np.zeros(shape[0] if len(shape) == 4 else shape[1], "f4")
        if change is not None:
            change(root)
    return buffer.getvalue()


def kernel_of(value: Any, **how: Any) -> Change:
    """The convolution's kernel replaced by something else, for example by nothing that is stored."""

    def change(root: h5py.File) -> None:
        del root["convolution2d_1/convolution2d_1_W"]
        root["convolution2d_1"].create_dataset("convolution2d_1_W", data=value, **how)

    return change


def listing(group: str, attribute: str, value: Any) -> Change:
    """Another list of names."""

    def change(root: h5py.File) -> None:
        del root[group].attrs[attribute]
        root[group].attrs[attribute] = value

    return change


def filtered(*numbers: int) -> Change:
    """A dataset with these filters, whose chunk is never asked for."""

    def change(root: h5py.File) -> None:
        made = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        made.set_chunk((4,))
        for number in numbers:
            made.set_filter(number, h5py.h5z.FLAG_OPTIONAL, (9,) if number == h5py.h5z.FILTER_DEFLATE else ())
        h5py.h5d.create(root.id, b"more", h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple((4,)), dcpl=made)

    return change


def packed(root: h5py.File, name: str, unpacked: int, declared: int) -> None:
    """One chunk of `declared` bytes by its header, that unpacks to `unpacked` zeros."""
    made = root.create_dataset(name, (declared,), "u1", chunks=(declared,), compression="gzip")
    made.id.write_direct_chunk((0,), zlib.compress(bytes(unpacked)))


def diamonds(root: h5py.File) -> None:
    """Two ways from each of thirty groups to the next: 2^30 paths."""
    group = root.create_group("d")
    for number in range(30):
        inner = root.create_group(f"d{number}")
        group["left"] = group["right"] = inner
        group = inner


def nested(root: h5py.File) -> None:
    group = root
    for _ in range(100):
        group = group.create_group("g")


def scale(root: h5py.File) -> None:
    """A dimension scale: honest HDF5 of other programs, which points from place to place."""
    root["x"] = np.zeros(KERNEL[0])
    root["x"].make_scale()
    root["convolution2d_1/convolution2d_1_W"].dims[0].attach_scale(root["x"])


def damaged(content: bytes, at: int, by: bytes) -> bytes:
    return content[:at] + by + content[at + len(by) :]


def with_chunk_broken(change: Change, name: str = "more") -> bytes:
    """The one chunk of a dataset hit by 8 bytes of something else, 12 bytes from its start."""
    content = hdf5(change)
    with h5py.File(io.BytesIO(content)) as root:
        at = root[name].id.get_chunk_info(0).byte_offset
    return damaged(content, at + 12, b"\x55" * 8)
