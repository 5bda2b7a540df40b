"""The lists by which Keras finds layers and arrays in a file: names of what is there, each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from dimorder.errors import UnreadableFile
from dimorder.formats.guard.damage import shown

CODE = "keras.names"
_HINT = "Keras writes no such list; the file was changed by something else, or damaged"


def check_listed(names: Sequence[str], what: str, path: str) -> None:
    """Raise UnreadableFile unless the names are paths that lead down, each listed once. what: the list, in words."""
    for name in names:
        if not _is_utf8(name):
            raise UnreadableFile(
                f"{path}: {what} lists {shown(ascii(name))}, which is not UTF-8", hint=_HINT, code="names.encoding"
            )
        if any(part in ("", ".", "..") for part in name.split("/")):
            raise UnreadableFile(
                f"{path}: {what} lists {shown(name)!r}, which leads elsewhere", hint=_HINT, code=CODE
            )
    twice = next((name for name, count in Counter(names).items() if count > 1), None)
    if twice is not None:
        raise UnreadableFile(f"{path}: {what} lists {shown(twice)!r} twice", hint=_HINT, code=CODE)


def _is_utf8(name: str) -> bool:
    """h5py hides other bytes as surrogates."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def check_is_text(value: object, what: str, path: str) -> None:
    """Raise UnreadableFile for a list of anything but text; one that is empty may be of any type.

    An empty layer has an empty float64 array for a list: [] passed through numpy.
    """
    array = np.asarray(value)
    if array.size and array.dtype.kind not in "SUO":
        raise UnreadableFile(f"{path}: {what} is a list of {array.dtype}, not of names", hint=_HINT, code=CODE)
