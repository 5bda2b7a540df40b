"""Samples: arrays of numbers, no larger than what is really there, read without numpy's own evaluation of headers."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from dimorder.formats.arrays import MAX_HEADER, read_arrays
from support.hostile_texts import npy, refused, saved, zipped

FLOATS = "{{'descr': '<f4', 'fortran_order': False, 'shape': {}, }}"


def read(content: bytes) -> dict[str, np.ndarray]:
    return read_arrays(io.BytesIO(content), "x.npz")


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6.0).reshape(2, 3), np.asfortranarray(np.arange(6.0).reshape(2, 3)), np.array(1.5),
        np.arange(4, dtype=">i2"), np.array([True, False]), np.zeros((0, 3), "f2"), np.array([np.nan, -0.0], "f4"),
    ],
)  # fmt: skip
def test_arrays_are_read_bit_for_bit(array: np.ndarray) -> None:
    (found,) = read(saved(array)).values()
    assert (found.dtype, found.shape, found.tobytes()) == (array.dtype, array.shape, array.tobytes())


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_an_npz_is_read_by_name(save: object) -> None:
    file = io.BytesIO()
    save(file, b=np.ones(2), a=np.arange(3), names=np.array(["x", "y"]))  # type: ignore[operator]
    found = read(file.getvalue())
    assert {name: array.tolist() for name, array in found.items()} == {"b": [1, 1], "a": [0, 1, 2]}


def test_headers_of_python_2_are_read() -> None:
    (found,) = read(npy(FLOATS.format("(2L, 1L)"), bytes(8))).values()
    assert found.shape == (2, 1)


WRONG: dict[str, tuple[bytes, str]] = {
    "objects": (saved(np.array([{}, 1], object), pickles=True), "npz.pickle"),
    "objects in an npz": (zipped({"a.npy": saved(np.array([{}], object), pickles=True)}), "npz.pickle"),
    "objects in a structure": (npy("{'descr': [('a', '|O')], 'fortran_order': False, 'shape': (1,), }"), "npz.pickle"),
    "a pickle": (b"\x80\x04\x95\x01\0\0\0\0\0\0\0N.", "npz.pickle"),
    "texts": (saved(np.array(["a"])), "data.dtype-or-shape"),
    "complex numbers": (saved(np.array([1j])), "data.dtype-or-shape"),
    "a shape of 4 TiB": (npy(FLOATS.format("(1048576, 1048576)"), bytes(16)), "limits.declared-size"),
    "a shape of 4 TiB in an npz": (
        zipped({"a.npy": npy(FLOATS.format("(1048576, 1048576)"), bytes(16))}), "limits.declared-size"
    ),
    "a shape that overflows": (npy(FLOATS.format(f"({2**62}, {2**62})"), bytes(16)), "limits.declared-size"),
    "one element too many": (zipped({"a.npy": npy(FLOATS.format("(5,)"), bytes(16))}), "limits.declared-size"),
    "its end missing": (saved(np.arange(9.0))[:-1], "input.truncated"),
    "its header cut": (saved(np.arange(9.0))[:40], "input.truncated"),
    "an npz cut": (zipped({"a.npy": saved(np.arange(9.0))})[:-40], "input.truncated"),
    "bytes behind": (saved(np.arange(9.0)) + b"\0", "npz.header"),
    "brackets": (npy(FLOATS.format("(" * 1000 + ")" * 1000)), "npz.header"),
    "brackets in an npz": (zipped({"a.npy": npy("[" * 3000)}), "npz.header"),
    "a call": (npy(FLOATS.format("(__import__('os').getpid(),)")), "npz.header"),
    "a long header": (npy(FLOATS.format("(0,)") + " " * MAX_HEADER), "npz.header"),
    "a negative size": (npy(FLOATS.format("(-1,)")), "npz.header"),
    "a version of its own": (npy(FLOATS.format("(0,)"), version=9), "npz.header"),
    "no array": (zipped({"a.npy": b"text"}), "npz.header"),
    "a name that climbs": (zipped({"../../a.npy": saved(np.ones(1))}), "archive.path"),
    "a bomb": (zipped({"a.npy": saved(np.zeros(30 << 20))}, zipfile.ZIP_DEFLATED), "limits.expansion"),
    "text": (b"1, 2, 3\n", "input.not-zip"),
    "nothing": (b"", "input.empty"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_samples_are_refused_for(what: str) -> None:
    content, code = WRONG[what]
    with refused(code, because=r"x\.npz"):
        read(content)
