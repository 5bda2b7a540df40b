"""Generated files come back from the other layout as they went, bit for bit; whatever does not is told."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from fuzz.generated import ODD, generated
from fuzz.round_trips import trip
from fuzz.there_and_back import differences

NUMBERS = range(60)


@pytest.mark.filterwarnings("ignore")
def test_generated_files_come_back_as_they_went() -> None:
    trips = [trip(1, number) for number in NUMBERS]
    assert [(one.number, one.differences) for one in trips if one.differences] == []
    assert sum(one.is_written for one in trips) > 0.85 * len(trips)


def test_so_they_do_by_the_command_line(tmp_path: Path) -> None:
    """In isolation, and from file to file."""
    numbers = [number for number in NUMBERS if generated(1, number).kind == "model"][:3]
    for number in numbers:
        before = generated(1, number).content
        there, back = tmp_path / f"{number}.tf.h5", tmp_path / f"{number}.back.h5"
        (tmp_path / f"{number}.h5").write_bytes(before)
        convert(tmp_path / f"{number}.h5", there, "--from", "th/th/chw")
        convert(there, back, "--from", "tf/tf/hwc", "--to", "th/th/chw")
        assert differences(before, back.read_bytes()) == []


def convert(source: Path, target: Path, *words: str) -> None:
    options = ("--dialect", "same", "--unproven", "--quiet")
    command = [sys.executable, "-m", "dimorder", "convert", str(source), "-o", str(target), *words, *options]
    subprocess.run(command, check=True, timeout=120)


def test_the_same_number_gives_the_same_file() -> None:
    assert all(generated(1, number).content == generated(1, number).content for number in NUMBERS)


def test_all_that_matters_is_among_the_files() -> None:
    """Byte orders, widths, packings, orders of creation, both kinds of text, every odd number."""
    found: set[object] = set()
    for number in NUMBERS:
        with h5py.File(io.BytesIO(generated(1, number).content), "r") as root:
            root.visititems(lambda _, item: found.update(facts(item)))
    wanted = {"<f2", ">f2", "<f4", ">f4", "<f8", ">f8", "gzip", "lzf", "shuffle", "fletcher32", "ordered", "grows"}
    assert wanted <= found
    assert {(width, bits) for width, all_bits in ODD.items() for bits in all_bits} <= found


def facts(item: Any) -> set[object]:
    if isinstance(item, h5py.Group):
        return {"ordered"} if item.id.get_create_plist().get_link_creation_order() else set()
    array = item[()]
    raw = array.view(array.dtype.str.replace("f", "u"))
    told = {item.dtype.str, item.compression, "grows" if None in item.maxshape else ""}
    told |= {name for name in ("shuffle", "fletcher32") if getattr(item, name)}
    return told | {(array.dtype.itemsize, int(bits)) for bits in raw.ravel()}


def changed(root: h5py.File, name: str, **storage: Any) -> None:
    array = storage.pop("data", root[name][()])
    del root[name]
    root.create_dataset(name, data=array, **storage)


NAN = np.array([1.0, np.nan, 0.0], "<f4")
CHANGES: dict[str, tuple[Callable[[h5py.File], None], str]] = {
    "payload": (lambda root: changed(root, "w", data=(NAN.view("u4") | 1).view("f4")), "/w: bits differs"),
    "minus zero": (lambda root: changed(root, "w", data=np.copysign(NAN, [1, 1, -1]).astype("f4")), "/w: bits differs"),
    "byte order": (lambda root: changed(root, "w", data=NAN.astype(">f4")), "/w: bits differs"),
    "packing": (lambda root: changed(root, "w", compression="gzip"), "/w: chunks differs"),
    "note": (lambda root: root.attrs.create("note", np.bytes_("text")), "/: attribute 'note' differs"),
    "one more": (lambda root: root.create_group("x"), "/: objects ['w'] became ['w', 'x']"),
}


def written() -> io.BytesIO:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as root:
        root["w"] = NAN
        root.attrs["note"] = "text"
    return buffer


def test_a_file_does_not_differ_from_itself() -> None:
    assert differences(written().getvalue(), written().getvalue()) == []


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_not_as_it_was_is_told(name: str) -> None:
    change, told = CHANGES[name]
    buffer = written()
    with h5py.File(buffer, "r+") as root:
        change(root)
    assert told in differences(written().getvalue(), buffer.getvalue())
