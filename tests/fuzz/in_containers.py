"""Damage inside a container that is itself whole: objects of HDF5 and members of zip, renamed, twisted or exchanged."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from random import Random
from typing import Any

import h5py
import numpy as np

from fuzz.in_bytes import DAMAGES, Damage
from fuzz.in_documents import OF_JSON

NAMES = (b"", b"conv_a", b"dense_b", b"flat", b"../x", b"/", b".", b"conv_a/conv_a_W", b"\xff", b"n" * 3000, b"b:0")
TYPES = (">f4", "<f8", "<f2", "i1", "u8", "c8", "S4", "b1", "O")


def in_hdf5(random: Random, content: bytes) -> bytes:
    """One object or attribute changed by HDF5's own means; as it was where HDF5 itself forbids that change."""
    buffer = io.BytesIO(content)
    with h5py.File(buffer, "r+") as root:
        found: list[Any] = [root]
        root.visititems(lambda _, item: found.append(item))
        item, other = random.choice(found), random.choice(found)
        try:
            random.choice(_CHANGES)(random, root, item, other)
        except (KeyError, OSError, RuntimeError, TypeError, ValueError):
            return random.choice(DAMAGES)(random, content)
    return buffer.getvalue()


def _renamed(random: Random, root: Any, item: Any, other: Any) -> None:
    root.move(item.name, item.name + random.choice(("", "_1", ":0", "é", "\u202e")))


def _exchanged(random: Random, root: Any, item: Any, other: Any) -> None:
    root.move(item.name, "/between")
    root.move(other.name, item.name)
    root.move("/between", other.name)


def _linked(random: Random, root: Any, item: Any, other: Any) -> None:
    """The object replaced by a link to another: hard, soft or external."""
    where, aim = item.name, other.name
    del root[where]
    root[where] = random.choice((lambda: other, lambda: h5py.SoftLink(aim), lambda: h5py.ExternalLink("w.h5", aim)))()


def _dropped(random: Random, root: Any, item: Any, other: Any) -> None:
    del root[item.name]


def _twisted(random: Random, root: Any, item: Any, other: Any) -> None:
    """The array in another shape, order or type."""
    where, array = item.name, item[()]
    kept = dict(item.attrs)
    del root[where]
    root[where] = random.choice((
        lambda: array.T, lambda: array.reshape(-1), lambda: array[..., :1], lambda: array[:0], lambda: array[None],
        lambda: array * np.float32("nan"), lambda: h5py.Empty("f4"), lambda: np.array(1.0), lambda: array + 1,
        lambda: array.astype(random.choice(TYPES[:5])), lambda: array.astype(random.choice(TYPES)),
    ))()  # fmt: skip
    root[where].attrs.update(kept)


def _noted(random: Random, root: Any, item: Any, other: Any) -> None:
    """An attribute changed: names exchanged, dropped, twice, odd; texts damaged as JSON; other types."""
    names = list(item.attrs)
    name = random.choice(names or ["note"])
    value = item.attrs.get(name, b"")
    if isinstance(value, np.ndarray) and value.size:
        item.attrs[name] = _listed(random, value)
    elif isinstance(value, bytes | str) and value[:1] in (b"{", "{"):
        text = value.encode() if isinstance(value, str) else value
        item.attrs[name] = np.bytes_(random.choice(OF_JSON)(random, text)[:60_000])
    else:
        odd = np.bytes_(random.choice(NAMES))
        item.attrs[name] = random.choice((odd, 7, 1.5, [b"a", b"b"], h5py.Empty("f4"), "th"))


def _listed(random: Random, value: Any) -> Any:
    listed = list(value.tolist())
    place = random.randrange(len(listed))
    random.choice((
        lambda: listed.reverse(), lambda: listed.pop(place), lambda: listed.append(listed[place]),
        lambda: listed.__setitem__(place, random.choice(NAMES)),
    ))()  # fmt: skip
    return np.array(listed)


_CHANGES: tuple[Callable[[Random, Any, Any, Any], None], ...] = (
    _renamed, _exchanged, _linked, _dropped, _twisted, _twisted, _noted, _noted, _noted,
)  # fmt: skip


def in_zip(random: Random, content: bytes) -> bytes:
    """One member damaged, renamed, twice, dropped or packed otherwise; checksums are right again."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(buffer, "w") as target:
        victim = random.choice(source.infolist())
        change = random.choice(("damage", "damage", "damage", "rename", "twice", "drop", "pack"))
        for member in source.infolist():
            inside, info = source.read(member), zipfile.ZipInfo(member.filename)
            packing = member.compress_type
            if member is victim:
                inside = _member(random, inside, info) if change == "damage" else inside
                info.filename += random.choice((".bak", "\0x", "/")) if change == "rename" else ""
                packing = random.choice((zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)) if change == "pack" else packing
            for _ in range({"twice": 2, "drop": 0}.get(change, 1) if member is victim else 1):
                target.writestr(info, inside, packing)
    return buffer.getvalue()


def _member(random: Random, inside: bytes, info: zipfile.ZipInfo) -> bytes:
    by_kind: tuple[Damage, ...] = {"json": OF_JSON, "h5": (in_hdf5,)}.get(info.filename.rpartition(".")[2], ())
    return random.choice((*by_kind, *by_kind, *by_kind, *DAMAGES))(random, inside)
