"""HDF5 files that no Keras wrote: each refused for its own reason, named by its code, before anything is read."""

from __future__ import annotations

import io
import time

import h5py
import numpy as np
import pytest

from dimorder.errors import DimorderError, UnreadableFile
from dimorder.formats.guard import attributes, check_structure, undamaged, walk
from dimorder.formats.keras3 import Stored
from dimorder.formats.reader import read_hdf5
from support.hostile_hdf5 import (
    Change,
    diamonds,
    filtered,
    hdf5,
    kernel_of,
    listing,
    nested,
    packed,
    scale,
)

BIG = 1 << 22


def refusal(content: bytes) -> DimorderError:
    with pytest.raises(UnreadableFile) as caught:
        read_hdf5(io.BytesIO(content), "odd.h5")
    assert caught.value.sentence.startswith("odd.h5: ")
    return caught.value


STRUCTURES: dict[str, tuple[str, Change]] = {
    "data in another file": (
        "hdf5.external-storage",
        lambda root: root.create_dataset("x", (9,), "u1", external=[("/etc/hostname", 0, 9)]),
    ),
    "a link into another file": (
        "hdf5.external-link",
        lambda root: root.__setitem__("x", h5py.ExternalLink("other.h5", "/")),
    ),
    "a link into another file on the way to an array": (
        "hdf5.external-link",
        lambda root: (
            root["dense_1"].__setitem__("in", h5py.ExternalLink("other.h5", "/")),
            root["dense_1"].attrs.__setitem__("weight_names", [b"in/kernel"]),
        ),
    ),
    "a soft link": ("hdf5.soft-link", lambda root: root.__setitem__("x", h5py.SoftLink("/dense_1"))),
    "a soft link to nothing": ("hdf5.soft-link", lambda root: root.__setitem__("x", h5py.SoftLink("/gone"))),
    "a virtual dataset": (
        "hdf5.virtual-dataset",
        lambda root: root.create_virtual_dataset("x", _layout(), fillvalue=0),
    ),
    "a group inside itself": ("hdf5.cycle", lambda root: root["dense_1"].__setitem__("me", root["dense_1"])),
    "the root inside a group": ("hdf5.cycle", lambda root: root["dense_1"].__setitem__("up", root["/"])),
    "more paths than atoms": ("hdf5.cycle", diamonds),
    "two names for one kernel": (
        "hdf5.alias",
        lambda root: root.__setitem__("again", root["convolution2d_1/convolution2d_1_W"]),
    ),
    "references in a dataset": (
        "hdf5.reference",
        lambda root: root.create_dataset("x", data=np.array([root["dense_1"].ref], h5py.ref_dtype)),
    ),
    "a reference in an attribute": (
        "hdf5.reference",
        lambda root: root.attrs.__setitem__("x", root["dense_1/dense_1_W"].regionref[:2]),
    ),
    "a dimension scale": ("hdf5.reference", scale),
    "a filter nobody knows": ("hdf5.filter", filtered(32015)),
    "a filter of HDF5 that Keras never used": ("hdf5.filter", filtered(h5py.h5z.FILTER_NBIT)),
    "gzip of gzip": ("limits.expansion", filtered(1, 1)),
    "gzip of lzf": ("limits.expansion", filtered(32000, 1)),
    "an array of which nothing is stored": (
        "limits.declared-size",
        lambda root: root.create_dataset("x", (BIG, 3), "f8", chunks=(64, 3)),
    ),
    "one that is larger than numbers": (
        "limits.declared-size",
        lambda root: root.create_dataset("x", (1 << 40, 1 << 40), "f8", chunks=(64, 3)),
    ),
    "many that are large together": (
        "limits.declared-size",
        lambda root: [root.create_dataset(f"x{n}", (BIG >> 1,), "f4", chunks=(64,)) for n in range(40)],
    ),
    "one that unpacks to 300 times its size": (
        "limits.expansion",
        lambda root: packed(root, "x", 32 << 20, 32 << 20),
    ),
    "groups without end": ("limits.depth", nested),
    "attributes without end": (
        "limits.objects",
        lambda root: [root["dense_1"].attrs.__setitem__(f"a{n}", n) for n in range(1001)],
    ),
    "an attribute of lists of any length": (
        "data.dtype-or-shape",
        lambda root: root.attrs.create("x", np.array([np.ones(2), np.ones(3)], object), dtype=h5py.vlen_dtype("f8")),
    ),
    "types inside types": ("limits.depth", lambda root: root.create_dataset("x", (1,), _nested_type(12))),
    "one empty array among stored ones": (
        "limits.declared-size",
        lambda root: (
            root.create_dataset("full", data=np.ones(BIG >> 2, "f4")),
            root.create_dataset("empty", (BIG * 2,), "f4", chunks=(64,)),
        ),
    ),
    "a name without end": ("limits.name", lambda root: root.create_group("n" * 2000)),
    "a name that is not UTF-8": ("names.encoding", lambda root: h5py.h5g.create(root.id, b"a\xff\xfe")),
    "a name that clears the screen": ("names.unsafe", lambda root: root.create_group("a\x1b[2J")),
    "a name of two lines": ("names.unsafe", lambda root: root.create_group("a\n::error::b")),
    "a name that is a way up": ("names.unsafe", lambda root: h5py.h5g.create(root.id, b"..")),
    "a name read from the right": ("names.unicode", lambda root: root.create_group("a\u202e5h.gnp")),
    "a name with nothing in it": ("names.unicode", lambda root: root.create_group("dense_1\u200b")),
    "names that look the same": (
        "names.unicode",
        lambda root: (root.create_group("caf\u00e9"), root.create_group("cafe\u0301")),
    ),
}

LISTS: dict[str, tuple[str, Change]] = {
    "a layer that is not there": ("keras.names", listing("/", "layer_names", [b"convolution2d_1", b"ghost"])),
    "a layer twice": ("keras.names", listing("/", "layer_names", [b"dense_1", b"dense_1"])),
    "layers by number": ("keras.names", listing("/", "layer_names", np.arange(3))),
    "a list without values": ("keras.names", listing("/", "layer_names", h5py.Empty("S4"))),
    "names that are not UTF-8": (
        "names.encoding",
        listing("/", "layer_names", [b"convolution2d_1", b"dense\xff"]),
    ),
    "no list": ("keras.names", lambda root: root.attrs.__delitem__("layer_names")),
    "an array of another layer": (
        "keras.names",
        listing("/dense_1", "weight_names", [b"/convolution2d_1/convolution2d_1_W"]),
    ),
    "a way up": ("keras.names", listing("/dense_1", "weight_names", [b"../dense_1/dense_1_W"])),
    "an array that is not there": ("keras.names", listing("/dense_1", "weight_names", [b"dense_1_Q"])),
    "texts for a kernel": ("data.dtype-or-shape", kernel_of(np.array([b"a", b"b"]))),
    "structs": ("data.dtype-or-shape", kernel_of(np.zeros(4, [("re", "f4"), ("im", "f8")]))),
    "complex numbers": ("data.dtype-or-shape", kernel_of(np.zeros(KERNEL_SHAPE := (7, 2, 5, 3), "c8"))),
    "whole numbers": ("data.dtype-or-shape", kernel_of(np.zeros(KERNEL_SHAPE, "i1"))),
    "lists of any length": ("data.dtype-or-shape", kernel_of(None, shape=(2,), dtype=h5py.vlen_dtype("f4"))),
    "no values": ("data.dtype-or-shape", kernel_of(h5py.Empty("f4"))),
    "an axis of length 0": ("data.dtype-or-shape", kernel_of(np.zeros((7, 0, 5, 3), "f4"))),
    "seven axes": ("data.dtype-or-shape", kernel_of(np.zeros((1, 2, 1, 3, 1, 5, 1), "f4"))),
    "an architecture that is not UTF-8": (
        "config.encoding",
        lambda root: root.attrs.__setitem__("model_config", np.bytes_(b'{"a": "\xff"}')),
    ),
    "an architecture of numbers": (
        "config.type",
        lambda root: root.attrs.__setitem__("model_config", np.arange(5)),
    ),
}


def _nested_type(depth: int) -> np.dtype:
    found: np.dtype = np.dtype("f4")
    for _ in range(depth):
        found = np.dtype([("in", found)])
    return found


def _layout() -> h5py.VirtualLayout:
    layout = h5py.VirtualLayout((3,), "f4")
    layout[:] = h5py.VirtualSource("other.h5", "x", (3,))
    return layout


@pytest.mark.parametrize("case", [*STRUCTURES, *LISTS])
def test_what_no_keras_wrote_is_refused_for_its_own_reason(case: str) -> None:
    code, change = {**STRUCTURES, **LISTS}[case]
    assert refusal(hdf5(change)).code == code


@pytest.mark.parametrize("case", STRUCTURES)
def test_files_of_keras_3_are_seen_whole_too(case: str) -> None:
    code, change = STRUCTURES[case]
    with pytest.raises(UnreadableFile) as caught:
        Stored(io.BytesIO(hdf5(change)), "odd.weights.h5")
    assert caught.value.code == code


def test_no_file_but_this_one_is_opened(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with h5py.File("other.h5", "w") as other:
        other["x"] = np.ones(3, "f4")
    for case in ("data in another file", "a link into another file", "a virtual dataset"):
        assert refusal(hdf5(STRUCTURES[case][1]))


def test_the_object_is_named() -> None:
    told = refusal(hdf5(lambda root: root["dense_1"].__setitem__("elsewhere", h5py.SoftLink("/x"))))
    assert "/dense_1/elsewhere" in told.sentence
    assert told.hint


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("layers by number", "is a list of int64"),
        ("a way up", "leads elsewhere"),
        ("an array of another layer", "leads elsewhere"),
    ],
)
def test_the_list_that_lies_is_named(case: str, said: str) -> None:
    assert said in refusal(hdf5(LISTS[case][1])).sentence


def test_attributes_have_a_size_that_is_believed(monkeypatch) -> None:
    monkeypatch.setattr(attributes, "LARGEST", 100)
    assert refusal(hdf5(lambda root: root.attrs.__setitem__("x", np.zeros(30)))).code == "limits.declared-size"


def test_objects_are_counted_over_all_groups(monkeypatch) -> None:
    monkeypatch.setattr(walk, "IN_FILE", 6)
    assert refusal(hdf5()).code == "limits.objects"


def test_memory_that_runs_out_is_no_damage() -> None:
    with pytest.raises(UnreadableFile) as caught, undamaged("w.h5", "/x"):
        raise MemoryError
    assert caught.value.code == "limits.memory"


def test_long_names_are_cut_in_messages() -> None:
    assert len(refusal(hdf5(lambda root: root.create_group("n" * 60_000))).sentence) < 300


def test_ten_thousand_links_are_not_even_listed() -> None:
    def crowded(root: h5py.File) -> None:
        for number in range(10_001):
            root["dense_1"][f"x{number}"] = root["dense_1/dense_1_b"]

    content = hdf5(crowded, libver="latest")
    start = time.perf_counter()
    assert refusal(content).code == "limits.objects"
    assert time.perf_counter() - start < 1


HONEST: dict[str, Change] = {
    "names of any script": lambda root: root.create_group("слой 1 – caf\u00e9/卷积:0"),
    "an emoji of several": lambda root: root.create_group("\U0001f469\u200d\U0001f52c"),
    "an empty list of an empty layer": lambda root: root.create_group("flatten_1").attrs.__setitem__(
        "weight_names", np.array([])
    ),
    "counters": lambda root: root.create_dataset("optimizer_weights/iterations", data=np.int64(7)),
    "zeros packed well": lambda root: root.create_dataset("x", data=np.zeros((999, 333), "f4"), compression="gzip"),
    "a committed type": lambda root: root.__setitem__("kind", np.dtype("f4")),
    "an array that may grow": lambda root: root.create_dataset("x", data=np.ones((4, 3)), maxshape=(None, 3)),
    "lzf, shuffled, with checksums": lambda root: root.create_dataset(
        "x", data=np.ones((40, 3)), compression="lzf", shuffle=True, fletcher32=True
    ),
    "labels of axes": lambda root: root["dense_1/dense_1_W"].dims[0].__setattr__("label", "rows"),
}


@pytest.mark.parametrize("case", HONEST)
@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_what_is_only_rare_is_read(case: str, libver: str) -> None:
    model, store = read_hdf5(io.BytesIO(hdf5(HONEST[case], libver=libver)), "rare.h5")
    assert [store.read(tensor).shape for tensor in model.tensors()] == [(7, 2, 5, 3), (7,), (11, 4), (4,)]


def test_seeing_a_small_file_whole_takes_milliseconds() -> None:
    with h5py.File(io.BytesIO(hdf5())) as root:
        check_structure(root, "w.h5")
        taken = []
        for _ in range(20):
            start = time.perf_counter()
            check_structure(root, "w.h5")
            taken.append(time.perf_counter() - start)
    assert min(taken) < 0.005
