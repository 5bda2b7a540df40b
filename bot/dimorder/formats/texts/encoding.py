"""Bytes as text: what is not in the stated encoding is an error, never a question mark in somebody's layer name."""

from __future__ import annotations

from dimorder.errors import UnreadableFile

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
"""Marks that PowerShell puts in front of what it redirects into a file."""


def decoded(data: bytes, path: str) -> str:
    """The text without the mark that some editors put in front, which also tells its encoding.

    Raises UnreadableFile (config.encoding) for bytes that are no UTF-8, or behind its mark no UTF-16.
    """
    encoding = "utf-16" if data.startswith(_UTF16) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as problem:
        raise UnreadableFile(
            f"{path}: not {encoding.removesuffix('-sig').upper()} at byte {problem.start}",
            hint="save it as UTF-8",
            code="config.encoding",
        ) from problem
