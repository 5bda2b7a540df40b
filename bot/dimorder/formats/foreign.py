"""Files that are no model, told from their first bytes, with what to do about them."""

from __future__ import annotations

from dimorder.errors import UnreadableFile

LFS_MAGIC = b"version https://git-lfs"
DOWNLOAD = "download the file itself; a browser's or server's page was saved in its place"
UNPACK = "unpack it, then run again"

_BEGINNINGS: tuple[tuple[bytes, str, str], ...] = (
    (b"\x1f\x8b", "packed with gzip", UNPACK),
    (b"BZh", "packed with bzip2", UNPACK),
    (b"\xfd7zXZ", "packed with xz", UNPACK),
    (b"7z\xbc\xaf", "packed with 7-Zip", UNPACK),
    (b"\x93NUMPY", "a NumPy array", "pass numbers with --samples or --expect"),
    (b"\x80\x02", "a Python pickle, which is never opened", "save the weights with model.save_weights"),
    (b"\x80\x03", "a Python pickle, which is never opened", "save the weights with model.save_weights"),
    (b"\x80\x04", "a Python pickle, which is never opened", "save the weights with model.save_weights"),
    (b"\x80\x05", "a Python pickle, which is never opened", "save the weights with model.save_weights"),
)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
"""Byte order marks: only texts begin with them."""


def refuse_foreign(start: bytes, path: str) -> None:
    """Raise for a file that cannot be an architecture either; `start` are its first bytes."""
    if not start:
        raise UnreadableFile(f"{path}: is empty")
    if start.startswith(LFS_MAGIC):
        raise UnreadableFile(f"{path}: a Git LFS pointer, not the file itself", hint="git lfs pull, then run again")
    for beginning, what, hint in _BEGINNINGS:
        if start.startswith(beginning):
            raise UnreadableFile(f"{path}: {what}, not a model", hint=hint)
    if start.lstrip().startswith(b"<"):
        raise UnreadableFile(f"{path}: a web page or XML, not a model", hint=DOWNLOAD)
    if b"\0" in start and not start.startswith(_MARKS):
        raise UnreadableFile(f"{path}: neither HDF5 nor a Keras archive nor an architecture")
