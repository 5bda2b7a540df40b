"""What a `.keras` may not be: each trick of a zip, and each thing a configuration may ask for, by its own reason."""

from __future__ import annotations

import io
import json
import os
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from dimorder.formats.keras3 import read
from dimorder.formats.memory import unnamed_file
from dimorder.formats.zips import Zip
from dimorder.formats.zips.ending import MAX_MEMBERS
from support.hostile_texts import (
    DENSE,
    ENTRANCE,
    flipped,
    in_directory,
    in_front,
    members,
    overlapping,
    refused,
    sequential,
    weights,
    with_link,
    zipped,
)

HONEST = zipped(members())
PACKED = zipped(members(), zipfile.ZIP_DEFLATED)


def opened(content: bytes) -> Any:
    return read(io.BytesIO(content), "m.keras")


def streamed() -> bytes:
    """Written where nothing can be written twice: sizes stand behind each member."""

    class Pipe(io.RawIOBase):
        content = b""

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            self.content += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w") as archive:
        for name, data in members().items():
            with archive.open(zipfile.ZipInfo(name), "w") as target:
                target.write(data)
    return pipe.content


def large() -> bytes:
    """With the fields for more than 4 GiB, as Keras writes its weights."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members().items():
            with archive.open(name, "w", force_zip64=True) as target:
                target.write(data)
    return file.getvalue()


@pytest.mark.parametrize("content", [lambda: HONEST, lambda: PACKED, streamed, large])
def test_an_honest_one_is_read(content: Callable[[], bytes]) -> None:
    model, stored = opened(content())
    (tensor,) = model.tensors()
    assert np.array_equal(stored.read_array(tensor), np.arange(6).reshape(2, 3))


def test_packed_weights_need_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "open", None)
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    assert opened(PACKED)[0].kind == "model"


def test_where_the_system_has_no_unnamed_files_memory_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "memfd_create", raising=False)
    assert isinstance(unnamed_file(), io.BytesIO)


WRONG: dict[str, tuple[bytes, str]] = {
    "a name that climbs": (zipped({**members(), "../x": b""}), "archive.path"),
    "a name from the root": (zipped({**members(), "/tmp/x": b""}), "archive.path"),
    "a name with backslashes": (zipped({**members(), "a\\b": b""}), "archive.path"),
    "a name with a drive": (zipped({**members(), "C:x": b""}), "archive.path"),
    "a name with a line in it": (zipped({**members(), "a\nb": b""}), "archive.path"),
    "a link": (with_link(members(), "model.weights.h5"), "archive.link"),
    "another name in front": (in_front(HONEST, "config.json", 30, b"Config.json"), "archive.inconsistent"),
    "another size in front": (in_front(HONEST, "config.json", 22, b"\1\0\0\0"), "archive.inconsistent"),
    "another method in front": (in_front(HONEST, "config.json", 8, b"\x08\0"), "archive.inconsistent"),
    "another checksum in front": (in_front(HONEST, "config.json", 14, b"\1\2\3\4"), "archive.inconsistent"),
    "shared bytes": (overlapping(HONEST, "metadata.json", "config.json"), "archive.overlap"),
    "an encrypted member": (in_directory(HONEST, "config.json", 8, b"\1\0"), "archive.encrypted"),
    "an unknown method": (
        in_front(in_directory(HONEST, "config.json", 10, b"\x0c\0"), "config.json", 8, b"\x0c\0"),
        "archive.inconsistent",
    ),
    "a changed bit in stored weights": (flipped(HONEST, weights()), "data.checksum"),
    "a changed checksum": (
        in_front(in_directory(PACKED, "config.json", 16, b"abcd"), "config.json", 14, b"abcd"), "data.checksum"
    ),
    "no weights": (zipped(members(weights=None)), "archive.missing"),
    "no configuration": (zipped(members(config=None)), "archive.missing"),
    "a bomb": (zipped(members(weights=bytes(200 << 20)), zipfile.ZIP_DEFLATED), "limits.expansion"),
    "many members": (zipped({f"{n}": b"" for n in range(MAX_MEMBERS + 1)}), "limits.objects"),
    "bytes in front": (b"PK\x03\x04" + HONEST, "input.polyglot"),
    "bytes behind": (HONEST + b"\0\0", "archive.inconsistent"),
    "its end missing": (HONEST[:-30], "input.truncated"),
    "a directory of nothing": (HONEST[:-12] + b"\0" * 12, "input.polyglot"),
    "objects of Python": (zipped({"w.npy": b""}), "npz.pickle"),
    "a configuration that is no UTF-8": (zipped(members(config=b'{"\xff": 1}')), "config.encoding"),
    "a configuration cut off": (zipped(members(config=b'{"class_name": ')), "config.syntax"),
    "a configuration with a key twice": (zipped(members(config=b'{"config": 1, "config": 2}')), "config.duplicate-key"),
    "a configuration that is a number": (zipped(members(config=b"42")), "config.type"),
    "metadata nested without end": (zipped(members(metadata=b"[" * 100_000)), "config.depth"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_it_is_refused_for(what: str) -> None:
    content, code = WRONG[what]
    with refused(code, because=r"m\.keras"):
        opened(content)


def test_it_is_refused_for_a_member_twice() -> None:
    file = io.BytesIO(HONEST)
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("config.json", b"{}")
    with refused("archive.duplicate"):
        opened(file.getvalue())


def test_a_body_that_two_entries_of_one_name_share_is_refused() -> None:
    file = io.BytesIO(HONEST)
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("metadata.json", b"{}")
    content = file.getvalue()
    second = content.rindex(b"PK\x01\x02") + 42
    with refused("archive.overlap"):
        opened(content[:second] + bytes(4) + content[second + 4 :])


def test_gaps_between_members_are_refused() -> None:
    """Bytes that no entry of the directory speaks of, for a reader that goes from header to header."""
    directory = HONEST.index(b"PK\x01\x02")
    end = HONEST.rindex(b"PK\x05\x06")
    moved = HONEST[:directory] + bytes(40) + HONEST[directory : end + 16]
    content = moved + struct.pack("<L", directory + 40) + HONEST[end + 20 :]
    with refused("archive.inconsistent"):
        opened(content)


def test_a_member_that_declares_more_than_may_be_unpacked_is_refused() -> None:
    with refused("limits.declared-size"):
        Zip(io.BytesIO(HONEST), "m.keras").member("config.json", 10)


CODE = {"class_name": "__lambda__", "config": {"code": "4wEAAAA=", "defaults": None, "closure": None}}
FETCH = {"module": "keras.utils", "class_name": "function", "config": "get_file", "registered_name": "get_file"}
UNSAFE: dict[str, dict[str, Any]] = {
    "a function that is fetched": {"class_name": "Dense", "config": {**DENSE["config"], "activation": FETCH}},
    "a switch of Keras's own": {
        "module": "keras.config", "class_name": "function", "config": "enable_unsafe_deserialization"
    },
    "a vocabulary of the machine": {"class_name": "StringLookup", "config": {"name": "v", "vocabulary": "/etc/passwd"}},
    "a vocabulary of the net": {"class_name": "StringLookup", "config": {"name": "v", "vocabulary": "http://[::1]/"}},
    "another library's model": {"class_name": "TFSMLayer", "config": {"name": "t", "filepath": "/tmp/x"}},
    "the same, deep inside": {
        "class_name": "TimeDistributed",
        "config": {"name": "d", "layer": {"class_name": "TFSMLayer", "config": {"filepath": "x"}}},
    },
}  # fmt: skip


@pytest.mark.parametrize("what", UNSAFE)
def test_a_configuration_may_not_ask_for(what: str) -> None:
    config = json.dumps(sequential(ENTRANCE, DENSE, UNSAFE[what])).encode()
    with refused("model.unsafe-config", because="never done"):
        opened(zipped(members(config=config)))


def test_python_code_in_a_model_that_cannot_be_read_is_told_first() -> None:
    hidden = {"class_name": "Lambda", "config": {"name": "l", "function": CODE}}
    config = json.dumps(sequential(hidden)).encode()
    with refused("model.unsafe-config", because="'l' is a Lambda"):
        opened(zipped(members(config=config)))


def test_a_vocabulary_that_stands_there_is_harmless() -> None:
    lookup = {"class_name": "StringLookup", "config": {"name": "v", "vocabulary": ["a", "b"]}}
    config = json.dumps(sequential(ENTRANCE, DENSE, lookup)).encode()
    assert opened(zipped(members(config=config)))[0].kind == "model"
