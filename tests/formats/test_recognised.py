"""What some bytes are is told from themselves; every reader says what it found instead of what it needs."""

from __future__ import annotations

import io
import json
import pickle
from pathlib import Path

import h5py
import pytest

from dimorder.flow.options import Options
from dimorder.flow.reading import open_bare
from dimorder.formats.document import parse_file
from dimorder.formats.recognised import recognised
from support.hostile_texts import MODEL, members, npy, refused, zipped

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64 + b"\nsize 553467096\n"
TEXT = b"# A project\n\nIts weights are elsewhere.\n"


def hdf5(**options: int) -> bytes:
    file = io.BytesIO()
    with h5py.File(file, "w", **options) as root:
        root["a"] = 1.0
    return file.getvalue()


BYTES: dict[str, tuple[bytes, str]] = {
    "hdf5": (hdf5(), "hdf5"),
    "hdf5 behind a user block": (hdf5(userblock_size=1024), "hdf5 behind"),
    "a zip": (zipped(members()), "zip"),
    "a zip behind a script": (b"#!/bin/sh\nexit\n" + zipped(members()), "zip behind"),
    "an npy": (npy("{'descr': '<f4', 'fortran_order': False, 'shape': (0,), }"), "npy"),
    **{f"a pickle of protocol {n}": (pickle.dumps({"a": [1.5, "x"]}, protocol=n), "pickle") for n in range(6)},
    "a pickled list of protocol 0": (pickle.dumps([1], protocol=0), "pickle"),
    "a pickled call": (b"cos\nsystem\n(S'true'\ntR.", "pickle"),
    "a pointer": (POINTER, "lfs pointer"),
    "a pointer with CRLF": (POINTER.replace(b"\n", b"\r\n"), "lfs pointer"),
    "a pointer with an extension": (POINTER.replace(b"oid", b"ext-0-evil sha256:00\noid"), "lfs pointer"),
    "a pointer with nonsense": (b"version https://git-lfs.github.com/spec/v1\noid ../../x\nsize 8e\n", "lfs pointer"),
    "nothing": (b"", "empty"),
    "gzip": (b"\x1f\x8b\x08\0", "packed"),
    "a page": (b" <!DOCTYPE html>", "web page"),
    "text": (TEXT, "text"),
    "JSON": (json.dumps(MODEL).encode(), "text"),
    "JSON with a mark": (json.dumps(MODEL).encode("utf-16"), "text"),
    "anything": (b"\0\1\2\3", "unknown"),
}


@pytest.mark.parametrize("what", BYTES)
def test_bytes_are_recognised(what: str) -> None:
    content, kind = BYTES[what]
    file = io.BytesIO(content)
    assert recognised(file).kind == kind
    assert file.tell() == 0


SOURCES: dict[str, tuple[str, bytes, str]] = {
    "an empty file": ("w.h5", b"", "input.empty"),
    "a pointer": ("w.h5", POINTER, "input.lfs-pointer"),
    "text that is named HDF5": ("w.h5", TEXT, "input.not-hdf5"),
    "JSON of another kind that is named HDF5": ("w.h5", b'{"a": 1}', "input.not-hdf5"),
    "a pickle that is named HDF5": ("w.h5", pickle.dumps([1]), "input.not-hdf5"),
    "a page that is named HDF5": ("w.h5", b"<html>404</html>", "input.not-hdf5"),
    "HDF5 behind something": ("w.h5", BYTES["hdf5 behind a user block"][0], "input.polyglot"),
    "a zip behind something": ("w.keras", BYTES["a zip behind a script"][0], "input.polyglot"),
    "text that is named .keras": ("w.keras", TEXT, "input.not-zip"),
    "anything that is named .keras": ("w.keras", b"\0\1\2\3", "input.not-zip"),
    "four letters of a zip": ("w.keras", b"PK\x03\x04 and no zip", "input.not-zip"),
    "an npy": ("w.npy", BYTES["an npy"][0], "input.not-hdf5"),
    "a README": ("README.md", TEXT, "config.type"),
}


@pytest.mark.parametrize("what", SOURCES)
def test_a_source_of_another_kind_is_told_so(what: str) -> None:
    name, content, code = SOURCES[what]
    with refused(code, because=name):
        open_bare(io.BytesIO(content), name, Options())


def test_a_pointer_is_not_called_damaged() -> None:
    with refused("input.lfs-pointer", because="Git LFS pointer, not fetched") as caught:
        open_bare(io.BytesIO(POINTER), "w.h5", Options())
    assert caught.value.hint.startswith("git lfs pull")


def test_who_names_a_readme_is_told_which_files_are_meant() -> None:
    with refused("config.type") as caught:
        open_bare(io.BytesIO(TEXT), "README.md", Options())
    assert ".h5" in caught.value.hint


def test_an_architecture_is_read_whatever_its_name() -> None:
    assert open_bare(io.BytesIO(json.dumps(MODEL).encode()), "model.h5", Options()).model.kind == "architecture"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (hdf5(), "config.syntax"), (zipped(members()), "config.syntax"),
        (POINTER, "input.lfs-pointer"), (b"", "input.empty"),
    ],
)  # fmt: skip
def test_an_architecture_of_another_kind_is_told_so(content: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_bytes(content)
    with path.open("rb") as file, refused(code):
        parse_file(file, "model.json")
