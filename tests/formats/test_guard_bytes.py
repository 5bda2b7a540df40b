"""Damage: the ends of files, their beginnings, and data that does not come out as it went in."""

from __future__ import annotations

import io
import os
import random
import signal

import h5py
import numpy as np
import pytest

from dimorder.errors import UnreadableFile
from dimorder.formats.guard import check_data, hidden, nonfinite, opened, pieces
from dimorder.formats.reader import read_hdf5
from support.hostile_hdf5 import damaged, hdf5, kernel_of, packed, with_chunk_broken

WHOLE = hdf5()


def code_of(content: bytes) -> str:
    with pytest.raises(UnreadableFile) as caught:
        opened(io.BytesIO(content), "w.h5")
    return caught.value.code


@pytest.mark.parametrize("kept", [8, 12, 30, 60, len(WHOLE) // 2, len(WHOLE) - 1])
@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_a_file_without_its_end_is_to_be_downloaded_again(kept: int, libver: str) -> None:
    content = hdf5(libver=libver)
    with pytest.raises(UnreadableFile) as caught:
        opened(io.BytesIO(content[: min(kept, len(content) - 1)]), "w.h5")
    assert caught.value.code == "input.truncated"
    assert "download" in caught.value.hint


def test_beginnings() -> None:
    assert code_of(b"") == "input.empty"
    assert code_of(b"not HDF5 at all") == "input.not-hdf5"
    assert code_of(damaged(WHOLE, 8, b"\x09")) == "input.corrupt"
    assert code_of(damaged(WHOLE, 13, b"\xf7")) == "input.corrupt"


def test_a_writer_that_never_finished() -> None:
    assert code_of(damaged(hdf5(libver="latest"), 11, b"\x01")) == "input.unclean"
    assert code_of(damaged(hdf5(libver="latest"), 11, b"\x05")) == "input.unclean"


def test_hdf5_behind_a_web_page() -> None:
    content = damaged(hdf5(userblock_size=512), 0, b"<html><script>")
    assert code_of(content) == "input.polyglot"
    assert hidden(io.BytesIO(content)) == 512
    assert hidden(io.BytesIO(WHOLE)) == 0


@pytest.mark.parametrize(("magic", "at", "by"), [(b"TREE", 6, b"\xff\xff"), (b"HEAP", 8, b"\xff" * 8)])
def test_structures_that_make_no_sense(magic: bytes, at: int, by: bytes) -> None:
    assert code_of(damaged(WHOLE, WHOLE.index(magic) + at, by)) == "input.corrupt"


def data_code(content: bytes) -> tuple[str, str]:
    root = opened(io.BytesIO(content), "w.h5")
    with pytest.raises(UnreadableFile) as caught:
        check_data(root, "w.h5")
    return caught.value.code, caught.value.sentence


def test_a_damaged_chunk_is_found_wherever_it_is() -> None:
    numbers = np.random.default_rng(5).normal(size=(9, 50))
    content = with_chunk_broken(
        lambda root: root.create_dataset("more", data=numbers, compression="gzip", chunks=(9, 50))
    )
    code, told = data_code(content)
    assert code == "data.unreadable"
    assert "/more" in told
    model, store = read_hdf5(io.BytesIO(content), "w.h5")  # what is not damaged can be looked at
    assert store.read(model.tensors()[0]).shape == (7, 2, 5, 3)


def test_a_checksum_that_does_not_match() -> None:
    content = with_chunk_broken(
        lambda root: root.create_dataset("more", data=np.arange(99.0), chunks=(99,), fletcher32=True)
    )
    code, told = data_code(content)
    assert code == "data.checksum"
    assert "/more" in told


def test_a_chunk_that_unpacks_to_more_than_it_declares() -> None:
    assert data_code(hdf5(lambda root: packed(root, "more", 1 << 24, 4000)))[0] == "limits.expansion"


def test_whole_data_passes() -> None:
    def packed_in_every_way(root: h5py.File) -> None:
        numbers = np.arange(2000.0).reshape(50, 40)
        for name, how in (("g", {"compression": "gzip"}), ("l", {"compression": "lzf"}), ("p", {"chunks": (7, 9)})):
            root.create_dataset(name, data=numbers, shuffle=True, fletcher32=True, **how)
        root["words"] = [b"a", b"bc"]
        root.create_dataset("text", data=["a", "bc"], dtype=h5py.string_dtype(), compression="gzip")

    content = hdf5(packed_in_every_way)
    check_data(opened(io.BytesIO(content), "w.h5"), "w.h5")


def test_floats_of_a_strange_form_are_not_taken_for_plain_ones() -> None:
    """The exponent's bias lies 16 bytes behind the start of the type's message: class 1, IEEE's bits, 4 bytes."""
    at = WHOLE.index(bytes.fromhex("11201f000400000000002000170800177f000000"))
    with pytest.raises(UnreadableFile) as caught:
        read_hdf5(io.BytesIO(damaged(WHOLE, at + 16, b"\x7e")), "w.h5")
    assert caught.value.code == "data.dtype-or-shape"


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_the_first_array_that_holds_no_number_is_named(number: float) -> None:
    kernel = np.zeros((7, 2, 5, 3), ">f4")
    kernel[3, 1, 4, 2] = number
    root = opened(io.BytesIO(hdf5(kernel_of(kernel))), "w.h5")
    assert nonfinite(root, "w.h5") == "/convolution2d_1/convolution2d_1_W"
    assert nonfinite(opened(io.BytesIO(WHOLE), "w.h5"), "w.h5") is None


@pytest.mark.parametrize("shape", [(), (5,), (3_000_000,), (3, 1_500_000), (2, 3, 700_001), (1100, 1000, 5)])
@pytest.mark.parametrize("chunks", [None, True])
def test_pieces_cover_an_array_once(shape: tuple[int, ...], chunks: bool | None) -> None:
    with h5py.File(io.BytesIO(), "w") as root:
        data = np.zeros(shape, "u1" if len(shape) > 1 else "f8")
        made = root.create_dataset("x", data=data, chunks=chunks if shape else None)
        for region in pieces(made):
            data[region] += 1
    assert (data == 1).all()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="HDF5 itself may crash or hang: each try in a child")
def test_nonsense_never_ends_in_a_traceback() -> None:
    """Random damage: read as far as it makes sense, or refused with a code. What kills HDF5 is the sandbox's."""
    dice = random.Random(11)
    ends = [in_a_child(mutant(dice)) for _ in range(100)]
    assert [end for end in ends if end not in (READ, TOLD, KILLED)] == []
    assert ends.count(KILLED) < 5
    assert min(ends.count(READ), ends.count(TOLD)) > 10


READ, TOLD, KILLED, WITHOUT_CODE, TRACEBACK = range(5)


def mutant(dice: random.Random) -> bytes:
    content = bytearray(WHOLE)
    for _ in range(dice.choice((1, 3, 30))):
        content[dice.randrange(len(content))] = dice.randrange(256)
    return bytes(content)


def in_a_child(content: bytes) -> int:
    child = os.fork()
    if not child:
        signal.alarm(5)
        os._exit(outcome(content))
    status = os.waitpid(child, 0)[1]
    return KILLED if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def outcome(content: bytes) -> int:
    try:
        model, store = read_hdf5(io.BytesIO(content), "w.h5")
        check_data(store.root, "w.h5")
        for tensor in model.tensors():
            store.read(tensor)
    except UnreadableFile as told:
        return TOLD if told.code else WITHOUT_CODE
    except BaseException:  # noqa: BLE001 (this is what is looked for)
        return TRACEBACK
    return READ
