"""What HDF5 raises on bytes that make no sense becomes an error that names the place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dimorder.errors import UnreadableFile, UnsafeContent

DAMAGE = (
    KeyError,
    IndexError,
    OSError,
    RuntimeError,
    ValueError,
    TypeError,
    AttributeError,
    SystemError,
    OverflowError,
    EOFError,
)
"""Seen from h5py on damaged files; a list, not Exception, so that an assertion of ours stays one."""
_LONGEST = 120


@contextmanager
def undamaged(path: str, place: str, code: str = "input.corrupt") -> Iterator[None]:
    """Around reading of HDF5 and nothing else."""
    try:
        yield
    except MemoryError as problem:
        raise UnsafeContent(f"{path}: {place} needs more memory than there may be", code="limits.memory") from problem
    except DAMAGE as problem:
        raise UnreadableFile(
            f"{path}: {place} is damaged ({shown(str(problem))})",
            hint="download or copy the file again",
            code=code,
        ) from problem


def shown(name: bytes | str) -> str:
    """A name for a message: any bytes, cut where it is longer than anybody would read."""
    text = name.decode("utf-8", "backslashreplace") if isinstance(name, bytes) else name
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
