"""Edits of a file's bytes: what crosses from whoever reads strangers' code to whoever writes files."""

from __future__ import annotations

import codecs
import io
import tokenize
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from dimorder.lint.fixing.splices import Splice


@dataclass(frozen=True, slots=True)
class Stretch:
    """content[start:end] becomes `new`; an insertion where both are the same."""

    start: int
    end: int
    new: bytes


def fits(stretches: Sequence[Stretch], size: int) -> bool:
    """Whether they lie in order, apart, inside a file of that many bytes."""
    ordered = all(one.end <= other.start for one, other in pairwise(stretches))
    return ordered and all(0 <= one.start <= one.end <= size for one in stretches)


def spliced(content: bytes, stretches: Sequence[Stretch]) -> bytes:
    """The bytes with all of them made."""
    assert fits(stretches, len(content))
    parts, at = [], 0
    for one in stretches:
        parts += [content[at : one.start], one.new]
        at = one.end
    return b"".join((*parts, content[at:]))


def as_stretches(content: bytes, text: str, splices: Sequence[Splice], encoding: str = "") -> tuple[Stretch, ...]:
    """The same edits in the bytes that `text` was decoded from, byte order mark left out.

    encoding: the one that the code itself states where it is "". ValueError where the encoding does not lead back to
    the same bytes, or cannot write what is new.
    """
    mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    name = encoding or tokenize.detect_encoding(io.BytesIO(content).readline)[0].removesuffix("-sig")
    if mark + text.encode(name) != content:
        raise ValueError(f"the encoding {name} does not write the text as it was read")
    found, at, place = [], 0, len(mark)
    for one in splices:
        start = place + len(text[at : one.start].encode(name))
        place = start + len(text[one.start : one.end].encode(name))
        found.append(Stretch(start, place, one.new.encode(name)))
        at = one.end
    return tuple(found)
