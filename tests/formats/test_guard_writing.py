"""A converted file holds all that the original held, in stored form, or the conversion is refused by name."""

from __future__ import annotations

import io
from collections.abc import Callable

import h5py
import numpy as np
import pytest

from dimorder.errors import Refused
from dimorder.formats.beside import beside
from dimorder.formats.compared import compare
from dimorder.formats.hdf5 import Hdf5Store
from dimorder.formats.reader import read_hdf5
from dimorder.formats.writing import write_hdf5
from dimorder.plan import Move
from dimorder.steps import Flip, Permute
from support.hostile_hdf5 import Change, hdf5, kernel_of

KERNEL = "/convolution2d_1/convolution2d_1_W"
STEPS = (Flip("OIHW", "HW"), Permute("OIHW", "HWIO"))
MOVES = {KERNEL: Move("convolution2d_1_W", KERNEL, STEPS, "tf")}
NOTE = {"dimorder": b"{}"}
LAYERS = ["convolution2d_1", "dense_1"]
SHAPE = (7, 2, 5, 3)


def store(content: bytes | io.BytesIO) -> Hdf5Store:
    file = io.BytesIO(content) if isinstance(content, bytes) else content
    return Hdf5Store(file, "w.h5")


def written(content: bytes) -> io.BytesIO:
    target = io.BytesIO()
    write_hdf5(store(content), MOVES, NOTE, frozenset(), target, LAYERS)
    compare(store(content), store(target), MOVES, NOTE, frozenset())
    return target


def converted(change: Change, **how: object) -> h5py.File:
    return h5py.File(written(hdf5(change, **how)))


def odd_floats() -> np.ndarray:
    """Signalling and quiet NaNs with their payloads, infinities, -0.0 and the smallest number there is."""
    bits = np.arange(210, dtype="<u4")
    bits[:7] = (0x7FA00001, 0xFFC01234, 0x7F800000, 0xFF800000, 0x80000000, 1, 0x7FC00000)
    return bits.view("<f4").reshape(SHAPE)


@pytest.mark.parametrize("how", [{}, {"compression": "gzip"}, {"chunks": (3, 2, 4, 1), "compression": "lzf"}])
def test_every_bit_of_every_number_is_kept(how: dict[str, object]) -> None:
    kernel = odd_floats()
    found = converted(kernel_of(kernel, **how))[KERNEL][()]
    assert found.tobytes() == kernel[:, :, ::-1, ::-1].transpose(2, 3, 1, 0).tobytes()


@pytest.mark.parametrize("dtype", ["<f2", ">f2", ">f4", "<f8", ">f8"])
def test_types_and_their_byte_order_stay(dtype: str) -> None:
    found = converted(kernel_of(np.arange(210).reshape(SHAPE).astype(dtype)))[KERNEL]
    assert found.dtype.str == dtype
    assert found.shape == (5, 3, 2, 7)


def test_chunks_limits_and_filters_turn_with_the_axes() -> None:
    how = {"chunks": (3, 2, 4, 1), "maxshape": (None, 2, 5, 9), "compression": "gzip", "compression_opts": 7}
    kernel = np.ones(SHAPE, "f4")
    found = converted(kernel_of(kernel, **how, shuffle=True, fletcher32=True, fillvalue=3.5))[KERNEL]
    assert (found.chunks, found.maxshape) == ((4, 1, 2, 3), (5, 9, 2, None))
    assert (found.compression, found.compression_opts, found.shuffle, found.fletcher32) == ("gzip", 7, True, True)
    assert found.fillvalue == 3.5


def rich(root: h5py.File) -> None:
    root["zz"] = np.dtype(">f8")
    root["zz"].attrs["of"] = np.arange(3, dtype=">i2")
    root.create_dataset("aa", data=np.eye(4), maxshape=(None, 4), chunks=(2, 2), shuffle=True, compression="lzf")
    root["aa"].dims[0].label = "x"
    root.create_dataset("words", data=["a", "bcd"], dtype=h5py.string_dtype("ascii"))
    root["nothing"] = h5py.Empty("f4")
    root.create_group("mm", track_order=True).attrs["text"] = "\u00fc"
    root["mm"].attrs["bytes"] = np.bytes_(b"\xff\x00\xfe")
    root["mm"].attrs["yes"] = True
    root["mm"].attrs["null"] = h5py.Empty("S3")
    root["mm"]["z"] = root["mm"].create_group("b") and 1
    root["mm"]["a"] = np.float16(2)
    root.create_group("ordered", track_order=True)["a"] = 1


@pytest.mark.parametrize("how", [{}, {"libver": "latest"}, {"libver": "latest", "track_order": True}])
def test_all_that_is_legal_comes_along(how: dict[str, object]) -> None:
    found = converted(rich, **how)
    assert isinstance(found["zz"], h5py.Datatype)
    assert found["zz"].dtype == ">f8"
    assert found["aa"].maxshape == (None, 4)
    assert (found["aa"].compression, found["aa"].shuffle, found["aa"].dims[0].label) == ("lzf", True, "x")
    assert list(found["mm"]) == ["b", "z", "a"]
    assert list(found["mm"].attrs) == ["text", "bytes", "yes", "null"]
    order = ["convolution2d_1", "dense_1", "zz", "aa", "words", "nothing", "mm", "ordered"]
    assert list(found) == (order if "track_order" in how else sorted(order))


def test_the_same_input_gives_the_same_bytes() -> None:
    content = hdf5(rich, libver="latest", track_order=True)
    assert written(content).getvalue() == written(content).getvalue()


REFUSED: dict[str, Change] = {
    "shares a named type": lambda root: (
        root.__setitem__("kind", np.dtype("f4")),
        root.create_dataset("x", (3,), root["kind"]),
    ),
    "attribute 'x' of /dense_1 shares a named type": lambda root: (
        root.__setitem__("kind", np.dtype("f4")),
        root["dense_1"].attrs.create("x", 1.0, dtype=root["kind"]),
    ),
    "its axes carry labels": lambda root: root[KERNEL].dims[0].__setattr__("label", "filters"),
}


@pytest.mark.parametrize("because", REFUSED)
def test_what_would_be_lost_is_refused_by_name(because: str) -> None:
    with pytest.raises(Refused, match=because):
        written(hdf5(REFUSED[because]))


CHANGED: dict[str, Callable[[h5py.File], object]] = {
    "one number": lambda root: root["dense_1/dense_1_W"].__setitem__((3, 1), -0.0),
    "an attribute's value": lambda root: root["mm"].attrs.modify("yes", False),
    "an attribute's type": lambda root: root["mm"].attrs.__setitem__("text", np.bytes_(b"\xc3\xbc")),
    "an attribute more": lambda root: root["mm"].attrs.__setitem__("more", 1),
    "an attribute less": lambda root: root["mm"].attrs.__delitem__("null"),
    "an object more": lambda root: root.create_group("more"),
    "an object less": lambda root: root.__delitem__("zz"),
    "an object of another kind": lambda root: (root.__delitem__("zz"), root.create_group("zz")),
    "a type's byte order": lambda root: _again(root, "aa", np.eye(4).astype(">f8")),
    "another type stored alike": lambda root: _again(
        root, "aa", np.eye(4).astype(">f8"), compression="lzf", shuffle=True, chunks=(2, 2), maxshape=(None, 4)
    ),
    "a type for others": lambda root: (
        root.__delitem__("zz"),
        root.__setitem__("zz", np.dtype("<f8")),
        root["zz"].attrs.__setitem__("of", np.arange(3, dtype=">i2")),
    ),
    "a group that forgets its order": lambda root: _without_order(root),
    "other layers": lambda root: root.attrs.__setitem__("layer_names", np.array([b"dense_1"])),
    "a filter": lambda root: _again(root, "aa", np.eye(4), compression="gzip", chunks=(2, 2), maxshape=(None, 4)),
    "how far it may grow": lambda root: _again(
        root, "aa", np.eye(4), compression="lzf", shuffle=True, chunks=(2, 2), maxshape=(None, None)
    ),
    "the note": lambda root: root.attrs.__setitem__("dimorder", np.bytes_(b"{1}")),
}


def _again(root: h5py.File, name: str, data: np.ndarray, **how: object) -> None:
    del root[name]
    root.create_dataset(name, data=data, **how)
    root[name].dims[0].label = "x"


def _without_order(root: h5py.File) -> None:
    """Another group with the same content; its names happen to be in order."""
    del root["ordered"]
    root.create_group("ordered")["a"] = 1


@pytest.mark.parametrize("what", CHANGED)
def test_reading_back_notices(what: str) -> None:
    content = hdf5(rich)
    target = written(content)
    with h5py.File(target, "r+") as root:
        CHANGED[what](root)
    with pytest.raises(Refused):
        compare(store(content), store(target), MOVES, NOTE, frozenset())


def test_what_lies_beside_the_model_is_named() -> None:
    def found(change: Change | None) -> str:
        model, read = read_hdf5(io.BytesIO(hdf5(change)), "w.h5")
        return beside(read, model)

    assert found(None) == ""
    assert found(lambda root: root.create_dataset("mine", data=[1])) == "/mine"
    assert found(lambda root: root["dense_1"].attrs.__setitem__("author", "me")) == "attribute 'author' of /dense_1/"
