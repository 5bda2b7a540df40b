"""What some bytes are, told from themselves and never from their name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

from dimorder.errors import UnreadableFile, UnsafeContent

Kind = Literal[
    "hdf5", "zip", "npy", "pickle", "lfs pointer", "empty", "packed", "web page", "text", "hdf5 behind", "zip behind",
    "unknown",
]  # fmt: skip
Wanted = Literal["model", "architecture", "samples"]

HDF5_MAGIC = b"\x89HDF\r\n\x1a\n"
ZIP_MAGIC = b"PK\x03\x04"
ZIP_END, ZIP_END_SIZE, LONGEST_COMMENT = b"PK\x05\x06", 22, 65535
_LFS = (b"version https://git-lfs", b"version https://hawser")
_PACKED = ((b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"), (b"7z\xbc\xaf", "7-Zip"))
_NPY = b"\x93NUMPY"
_PICKLE = re.compile(
    rb"\x80[\x01-\x05]"  # PROTO, from protocol 2 on
    rb"|[(](?:dp|lp|tp|i)\d+\n|c[\w.]+\n[\w.]+\n"  # protocol 0: a mark with dict, list or tuple; a name
    rb"|[\]})](?:q[\x00-\xff]|r[\x00-\xff]{4})|[(][K\]}cXU]"  # protocol 1: an empty list or dict, put aside
)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
"""Byte order marks: only texts begin with them."""
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_LOOKED_AT = 4096
_BLOCK = 512
"""HDF5 looks for itself at 0 and at every doubling of this."""


@dataclass(frozen=True, slots=True)
class Content:
    """kind: what it is; detail: by which program it is packed."""

    kind: Kind
    detail: str = ""


def recognised(file: BinaryIO) -> Content:
    """What an open file holds; leaves it at its start."""
    file.seek(0)
    start = file.read(_LOOKED_AT)
    found = _at_start(start) or _behind(file) or _text_or_not(start)
    file.seek(0)
    return found


def _at_start(start: bytes) -> Content | None:
    if not start:
        return Content("empty")
    if start.startswith(HDF5_MAGIC):
        return Content("hdf5")
    if start.startswith(b"PK"):
        return Content("zip")
    if start.startswith(_NPY):
        return Content("npy")
    if start.startswith(_LFS):
        return Content("lfs pointer")
    if _PICKLE.match(start):
        return Content("pickle")
    return next((Content("packed", name) for magic, name in _PACKED if start.startswith(magic)), None)


def _behind(file: BinaryIO) -> Content | None:
    """HDF5 or zip behind something else, which other programs take for the whole file."""
    size = file.seek(0, 2)
    if any(_reads(file, at, HDF5_MAGIC) for at in _places(size)):
        return Content("hdf5 behind")
    file.seek(max(0, size - ZIP_END_SIZE - LONGEST_COMMENT))
    return Content("zip behind") if ends_a_zip(file.read()) is not None else None


def _places(size: int) -> Iterator[int]:
    at = _BLOCK
    while at < size:
        yield at
        at *= 2


def _reads(file: BinaryIO, at: int, magic: bytes) -> bool:
    file.seek(at)
    return file.read(len(magic)) == magic


def ends_a_zip(tail: bytes) -> int | None:
    """Where in the last bytes of a file the record stands that ends a zip, None if none ends there."""
    at = tail.rfind(ZIP_END)
    while at >= 0:
        if at + ZIP_END_SIZE + int.from_bytes(tail[at + 20 : at + 22], "little") == len(tail):
            return at
        at = tail.rfind(ZIP_END, 0, at)
    return None


def _text_or_not(start: bytes) -> Content:
    if start.lstrip().startswith(b"<"):
        return Content("web page")
    if start.startswith(_MARKS) or not _NO_TEXT.search(start):
        return Content("text")
    return Content("unknown")


DOWNLOAD = "download the file itself; a browser's or server's page was saved in its place"
UNPACK = "unpack it, then run again"
_READ: dict[Wanted, tuple[Kind, ...]] = {
    "model": ("hdf5", "zip", "text"),
    "architecture": ("text",),
    "samples": ("npy", "zip"),
}
_NOUN: dict[Wanted, str] = {"model": "a model", "architecture": "an architecture", "samples": "an .npy or .npz"}
_HINT: dict[Wanted, str] = {
    "model": "name what model.save or save_weights wrote (.h5, .keras), or an architecture (.json, .yaml)",
    "architecture": "pass what model.to_json() or to_yaml() wrote",
    "samples": "save arrays with numpy.save or numpy.savez",
}
_ANY = "HDF5 nor a Keras archive nor an architecture"
_CODE: dict[Wanted, str] = {"model": "input.not-hdf5", "architecture": "config.syntax", "samples": "input.not-zip"}


def refuse(found: Content, path: str, wanted: Wanted) -> None:
    """Raise for a file that is not what is wanted, and say what it is instead."""
    if found.kind in _READ[wanted]:
        return
    if found.kind == "empty":
        raise UnreadableFile(f"{path}: is empty", code="input.empty")
    if found.kind == "lfs pointer":
        raise UnreadableFile(
            f"{path}: a Git LFS pointer, not fetched: the file itself is not here",
            hint="git lfs pull, then run again",
            code="input.lfs-pointer",
        )
    if found.kind in ("hdf5 behind", "zip behind"):
        what = "HDF5" if found.kind == "hdf5 behind" else "a zip"
        raise UnsafeContent(
            f"{path}: {what} behind something else, which other programs take for the file", code="input.polyglot"
        )
    what, hint = _told(found, wanted)
    raise UnreadableFile(f"{path}: {what}", hint=hint, code=_code(found, path, wanted))


def _told(found: Content, wanted: Wanted) -> tuple[str, str]:
    """What else it is, and what to do."""
    told = {
        "hdf5": ("HDF5", _HINT[wanted]),
        "zip": ("a zip (such as .keras)", _HINT[wanted]),
        "npy": ("a NumPy array", "pass numbers with --samples or --expect"),
        "pickle": ("a Python pickle, which is never opened", "save the weights with model.save_weights"),
        "packed": (f"packed with {found.detail}", UNPACK),
        "web page": ("a web page or XML", DOWNLOAD),
        "text": ("a text", _HINT[wanted]),
    }
    if found.kind not in told:
        return f"neither {_ANY} nor anything else that is known here", _HINT[wanted]
    what, hint = told[found.kind]
    return f"{what}, not {_NOUN[wanted]}", hint


def _code(found: Content, path: str, wanted: Wanted) -> str:
    if wanted == "samples" and found.kind == "pickle":
        return "npz.pickle"
    if wanted == "model" and found.kind == "unknown" and path.lower().endswith(".keras"):
        return "input.not-zip"
    return _CODE[wanted]


def promised(path: str) -> tuple[str, str] | None:
    """What the name of a file that turned out to be text had promised: the word for it and the reason code."""
    name = path.lower()
    if name.endswith((".h5", ".hdf5", ".hd5")):
        return "HDF5", "input.not-hdf5"
    return ("a .keras archive", "input.not-zip") if name.endswith((".keras", ".zip")) else None
