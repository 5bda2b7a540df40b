"""Texts, zips and arrays that no honest program writes, built in code; and small honest ones to start from."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import h5py
import numpy as np
import pytest

from dimorder.errors import DimorderError

DENSE: dict[str, Any] = {
    "class_name": "Dense",
    "config": {"name": "fc", "units": 3, "activation": "linear", "use_bias": False},
    "build_config": {"input_shape": [None, 2]},
}
ENTRANCE: dict[str, Any] = {"class_name": "InputLayer", "config": {"name": "in", "batch_shape": [None, 2]}}


@contextmanager
def refused(code: str, *, because: str = "") -> Iterator[pytest.ExceptionInfo[DimorderError]]:
    """An expected refusal with this reason code, whose sentence says `because` (a pattern)."""
    with pytest.raises(DimorderError, match=because or None) as caught:
        yield caught
    assert caught.value.code == code, caught.value


def sequential(*layers: Mapping[str, Any]) -> dict[str, Any]:
    """A model of Keras 3; modules as it writes them."""
    items = [{"module": "keras.layers", "registered_name": None, **layer} for layer in layers]
    return {"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": items}}


MODEL = sequential(ENTRANCE, DENSE)


def weights() -> bytes:
    """The one array of MODEL as Keras 3 stores it."""
    file = io.BytesIO()
    with h5py.File(file, "w") as root:
        root["layers/dense/vars/0"] = np.arange(6, dtype="f4").reshape(2, 3)
    return file.getvalue()


def members(**changed: bytes | None) -> dict[str, bytes]:
    """The three members of a `.keras`; config, metadata, weights: others in their place, None to leave one out."""
    own = {"metadata": b'{"keras_version": "3.15.1"}', "config": json.dumps(MODEL).encode(), "weights": weights()}
    names = {"metadata": "metadata.json", "config": "config.json", "weights": "model.weights.h5"}
    return {names[key]: content for key, content in {**own, **changed}.items() if content is not None}


def zipped(content: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in content.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return file.getvalue()


def with_link(content: Mapping[str, bytes], name: str) -> bytes:
    """The same zip, the member of this name a symbolic link."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for each, data in content.items():
            member = zipfile.ZipInfo(each)
            member.create_system = 3
            member.external_attr = ((stat.S_IFLNK if each == name else stat.S_IFREG) | 0o644) << 16
            archive.writestr(member, data)
    return file.getvalue()


def in_directory(content: bytes, name: str, offset: int, value: bytes) -> bytes:
    """Bytes changed in the directory's entry of a member, `offset` bytes from its beginning."""
    at = _entry(content, b"PK\x01\x02", 46, name) + offset
    return content[:at] + value + content[at + len(value) :]


def in_front(content: bytes, name: str, offset: int, value: bytes) -> bytes:
    """Bytes changed in the header in front of a member."""
    at = _entry(content, b"PK\x03\x04", 30, name) + offset
    return content[:at] + value + content[at + len(value) :]


def _entry(content: bytes, magic: bytes, length: int, name: str) -> int:
    at = content.find(magic)
    while content[at + length : at + length + len(name)] != name.encode():
        at = content.index(magic, at + 1)
    return at


def overlapping(content: bytes, first: str, second: str) -> bytes:
    """The second member's entry points to the first one's bytes."""
    return in_directory(content, second, 42, _entry(content, b"PK\x03\x04", 30, first).to_bytes(4, "little"))


def flipped(content: bytes, inside: bytes) -> bytes:
    """One bit changed in the middle of these bytes."""
    at = content.index(inside) + len(inside) // 2
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def npy(header: str, data: bytes = b"", version: int = 1) -> bytes:
    """An `.npy` with any header."""
    text = header.encode("latin-1") + b"\n"
    return b"\x93NUMPY" + bytes([version, 0]) + len(text).to_bytes(2 if version == 1 else 4, "little") + text + data


def saved(array: Any, *, pickles: bool = False) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=pickles)
    return file.getvalue()
