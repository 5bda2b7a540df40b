"""Findings that are known: each bound to its rule and path, and to the very bytes of a file, or to words of code.

An entry for weights or an architecture holds the file's sha256 and expires when the file changes; one for code holds
the finding's fingerprint, which outlives changes elsewhere in the file. Nothing here reads a model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, BinaryIO, Literal

import msgspec
from msgspec import Meta

from dimorder.errors import UsageError
from dimorder.flow.standing import Nothing
from dimorder.sandbox.outside import Outside

LARGEST = 64 << 20
ROLE = "baseline"


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """A known finding.

    path:  from the baseline's folder, with `/`. sha256: of the file; fingerprint: of a finding in code; one is "".
    count: how many findings of this rule and fingerprint there are.
    """

    rule: Annotated[str, Meta(pattern=r"^DIM[0-9]{3}\Z")]
    path: Annotated[str, Meta(min_length=1, max_length=4096)]
    sha256: Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?\Z")] = ""
    fingerprint: Annotated[str, Meta(pattern=r"^([0-9a-f]{16})?\Z")] = ""
    count: Annotated[int, Meta(ge=1, le=1_000_000)] = 1


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A baseline as it is written."""

    format: Literal[1]
    findings: Annotated[tuple[Entry, ...], Meta(max_length=200_000)]


@dataclass(frozen=True, slots=True)
class Known:
    """What a baseline holds."""

    entries: tuple[Entry, ...]


Key = tuple[str, str, str, str]
"""Rule, path, sha256, fingerprint."""


def read(files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Nothing, outside: Outside) -> Known:
    """The entries of the file; UsageError for anything that is no baseline."""
    data = files[ROLE].read(LARGEST + 1)
    hint = "write it with --write-baseline"
    if len(data) > LARGEST:
        raise UsageError(f"{names[ROLE]}: larger than {LARGEST} bytes: no baseline", hint=hint)
    try:
        return Known(msgspec.json.decode(data, type=Document).findings)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise UsageError(f"{names[ROLE]}: no baseline of dimorder ({problem})", hint=hint) from problem


def written(keys: Iterable[Key]) -> bytes:
    """A baseline's bytes, the same for the same findings in any order."""
    counted = sorted(Counter(keys).items())
    entries = tuple(Entry(*key, count=count) for key, count in counted)
    return msgspec.json.format(msgspec.json.encode(Document(1, entries)), indent=2) + b"\n"
