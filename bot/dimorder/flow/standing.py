"""Certificates and indexes that stand there, read where foreign bytes are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from dimorder.errors import UnreadableFile
from dimorder.flow import certificate
from dimorder.flow.certificate import Certificate
from dimorder.sandbox.outside import Outside


@dataclass(frozen=True, slots=True)
class Nothing:
    """No options."""


@dataclass(frozen=True, slots=True)
class Shards:
    """Names of the files beside an index that belong to it."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A certificate that stands there, against a new one: whether it proves as much, and of the same two files."""

    as_much: bool
    same_files: bool


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether a converted file is what its certificate's conversion yields. because: why not; "" where it is."""

    because: str


def shards(files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Nothing, outside: Outside) -> Shards:
    """What an index of Keras 3's cut weights names; nothing for any other file."""
    from dimorder.formats.keras3 import shard_names  # the parent, which loads this module, needs no HDF5

    return Shards(shard_names(files["source"], names["source"]))


def stated(files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Nothing, outside: Outside) -> Certificate:
    """What a certificate states."""
    path = names["certificate"]
    content = files["certificate"].read(certificate.LARGEST + 1)
    if len(content) > certificate.LARGEST:
        raise UnreadableFile(f"{path}: too large for a certificate", code="limits.declared-size")
    return certificate.read(content, path)


def compared(files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Nothing, outside: Outside) -> Standing:
    """A certificate that stands there, or something in its place, against ours."""
    there, ours = (files[role].read(certificate.LARGEST) for role in ("standing", "ours"))
    return Standing(certificate.says_as_much(there, ours), certificate.is_about_the_same(there, ours))
